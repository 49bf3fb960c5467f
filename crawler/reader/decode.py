"""Bytes to text by evidence: what the bytes are counts for more than what any label says."""

from __future__ import annotations

import codecs
import re

from pipelines.errors import Unreadable

MAX_BYTES = 10_000_000
_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype|html|head|body|meta|title|div|p)\b", re.I)

_UTF16 = (
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"RIFF", "a media file"),
    (b"ID3", "a media file"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
)
# Labels name the old, small sets; the bytes behind them are those of the full ones.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "gb_2312-80": "gb18030",
    "chinese": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252",
}
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.-]{2,20})", re.I)
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,80}encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_-]{2,20})", re.I)
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\f\r")
_UTF16_CONTROLS = dict.fromkeys(_CONTROLS)
# The commonest characters that both scripts write alike: enough to tell GBK from Big5.
_COMMON = re.compile("[的一不是在人有中大上]")
_META_WINDOW = 4096
_GUESSES = ("gb18030", "big5hkscs")


def looks_like_html(body: bytes) -> bool:
    """Whether the first bytes hold markup.

    >>> looks_like_html(b"<!DOCTYPE html>"), looks_like_html("首页 > 正文".encode())
    (True, False)
    """
    return _LOOKS_LIKE_HTML.search(body[:4096].replace(b"\0", b"")) is not None


def decode(body: bytes, url: str, content_type: str | None = None) -> str:
    """The text of a page: from a byte-order mark, else from the bytes, the labels deciding only in doubt.

    Bytes that are valid UTF-8 are UTF-8 whatever header or meta say; else the first label under which they
    decode holds (gb2312 and gbk are read as GB18030), else GB18030 or Big5, whichever gives more Chinese.
    What no encoding can read becomes U+FFFD and is never dropped in silence.

    >>> decode("图书馆".encode("gbk"), "http://a.cn/", "text/html; charset=utf-8")
    '图书馆'
    >>> decode('<meta charset="gb2312">朱镕基'.encode("gb18030"), "http://a.cn/")[-3:]
    '朱镕基'

    Raises Unreadable for an empty, oversized or binary body.
    """
    if len(body) > MAX_BYTES:
        raise Unreadable(url, f"{len(body)} bytes, more than the limit of {MAX_BYTES}; look at it by hand")
    if not body.strip(b"\0 \t\r\n\f"):
        raise Unreadable(url, "the page is empty; fetch it again")
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            raise Unreadable(url, f"the bytes are {kind}, no web page")
    if (wide := _utf16(body)) is not None:
        text = wide.translate(_UTF16_CONTROLS)
        controls = len(wide) - len(text)
    else:
        cleaned = body.translate(None, _CONTROLS)
        controls = len(body) - len(cleaned)
        text = _decode(cleaned, content_type)
    # To look for one is far cheaper than to count them.
    unread = text.count("\ufffd") if "\ufffd" in text else 0
    if (controls + unread) * 10 > len(text):
        raise Unreadable(url, "one character in ten is no text; the bytes are no web page")
    return text


def _utf16(body: bytes) -> str | None:
    for mark, encoding in _UTF16:
        if body.startswith(mark):
            return body.decode(encoding, "replace").lstrip("\ufeff")
    return None


def _decode(body: bytes, content_type: str | None) -> str:
    if body.startswith(codecs.BOM_UTF8):
        return body[len(codecs.BOM_UTF8) :].decode("utf-8", "replace")
    if body.isascii():
        return body.decode("ascii")
    if (text := _strict(body, "utf-8")) is not None:
        return text
    labels = _labels(body, content_type)
    text = body.decode("utf-8", "replace")
    if _mostly_utf8(text):
        return text
    for label in labels:
        if (strict := _strict(body, label)) is not None:
            return strict
    return max((body.decode(encoding, "replace") for encoding in labels or _GUESSES), key=_chinese)


def _strict(body: bytes, encoding: str) -> str | None:
    # An incremental decoder lets a page end in the middle of a character: downloads are cut off.
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(body, False)
    except UnicodeDecodeError:
        return None


def _mostly_utf8(text: str) -> bool:
    # One foreign fragment (an advertisement in GBK) does not change what the rest of the page is written in.
    broken = text.count("\ufffd")
    return broken * 5 < sum(1 for char in text if char > "\x7f") - broken


def _chinese(text: str) -> int:
    return len(_COMMON.findall(text)) - 2 * text.count("\ufffd")


def _labels(body: bytes, content_type: str | None) -> list[str]:
    """The encodings that header and page name, in that order; not UTF ones, which the bytes prove alone."""
    head = body[:_META_WINDOW]
    found = [_CHARSET.search(content_type.encode("utf-8", "replace"))] if content_type else []
    found += [_CHARSET.search(head), _XML_ENCODING.search(head)]
    codecs_named: list[str] = []
    for match in found:
        if match is None:
            continue
        label = match.group(1).decode("ascii").lower()
        label = _WIDER.get(label, label)
        try:
            info = codecs.lookup(label)
        except LookupError:
            continue
        if info._is_text_encoding and not info.name.startswith("utf") and info.name not in codecs_named:
            codecs_named.append(info.name)
    return codecs_named
