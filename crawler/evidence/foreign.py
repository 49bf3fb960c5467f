"""WARC and WET files of others (Common Crawl's, a browser's): the pages in them, whatever else they hold.

Nothing in such a file is believed: it may be cut, damaged in the middle, hold records of any size, or be
no WARC at all. What can be read is read; what can not is told with its place.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from archive.rows import BEIJING, now
from crawler.evidence.http import MAX_HEAD, BadCapture, parse_response
from crawler.evidence.records import Original
from crawler.reader.decode import MAX_BYTES

SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".warc.lz4", ".wet", ".wet.gz", ".wet.zst", ".wet.lz4")
# A file damaged in more places than this is given up.
MAX_DAMAGE = 100

_WANTED = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
_STARTS = (b"\x1f\x8b\x08", b"WARC/1.", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ForeignPage:
    """A page out of a WARC file: its address, when it was captured, its bytes; plain text or HTML.

    ``original`` is the record as it lies in the file, by which our own evidence can keep it.
    """

    place: str
    url: str
    captured_at: str
    body: bytes
    content_type: str | None
    is_text: bool
    original: Original


@dataclass(frozen=True, slots=True)
class Damage:
    """A place of a WARC file that could not be read, and why."""

    place: str
    reason: str


def foreign_pages(path: Path, is_wanted: Callable[[str], bool]) -> Iterator[ForeignPage | Damage]:
    """The pages of the file at ``path`` whose addresses are wanted, as they come. Raises OSError.

    Only answers with status 200 and HTML or plain text are pages; a revisit, whose payload lies in
    another file, is none.
    """
    records = damages = 0
    with path.open("rb") as file:
        begin: int | None = 0
        while begin is not None:
            last = begin
            try:
                for record in _records(file, begin):
                    records += 1
                    last = max(last, record.stream_pos)
                    found = _page(record, f"{path}@{last}", is_wanted)
                    if found:
                        yield found
                if records == 0:
                    yield Damage(str(path), "no WARC record in it")
                return
            except OSError as error:
                yield Damage(f"{path}@{last}", f"no WARC record can be read here ({error})")
            damages += 1
            if damages >= MAX_DAMAGE:
                yield Damage(str(path), f"damaged in {damages} places; the rest of it was not read")
                return
            begin = _next_start(file, last + 1)


def _records(file: BinaryIO, begin: int) -> Iterator[WarcRecord]:
    file.seek(begin)
    yield from ArchiveIterator(file, parse_http=False)


def _next_start(file: BinaryIO, begin: int) -> int | None:
    """Where the next record may start, at or after ``begin``."""
    file.seek(begin)
    position, tail = begin, b""
    while chunk := file.read(_CHUNK):
        data = tail + chunk
        found = [at for start in _STARTS if (at := data.find(start)) >= 0]
        if found:
            return position - len(tail) + min(found)
        position += len(chunk)
        tail = data[-8:]
    return None


def _page(record: WarcRecord, place: str, is_wanted: Callable[[str], bool]) -> ForeignPage | Damage | None:
    url = record.headers.get("WARC-Target-URI", "") or ""
    url = url.strip("<>")
    if not record.record_type & _WANTED or not url.startswith(("http://", "https://")) or not is_wanted(url):
        return None
    limit = MAX_BYTES + MAX_HEAD
    if record.content_length > limit:
        return Damage(place, f"{url}: a record of {record.content_length} bytes, more than {limit}")
    block = record.reader.read(limit)
    if len(block) < record.content_length:
        return Damage(place, f"{url}: cut off after {len(block)} of {record.content_length} bytes")
    content_type = record.headers.get("Content-Type") or ""
    if not _fits(block, record.headers.get("WARC-Block-Digest")):
        return Damage(place, f"{url}: not what its WARC-Block-Digest says")
    status, received, body = 200, block, block
    if content_type.startswith("application/http"):
        try:
            response = parse_response(block)
        except BadCapture as bad:
            return Damage(place, f"{url}: {bad}")
        received = block.partition(b"\r\n\r\n")[2]
        digest = record.headers.get("WARC-Payload-Digest")
        # Some crawlers reckon it before decoding, some after.
        if not (_fits(received, digest) or _fits(response.payload, digest)):
            return Damage(place, f"{url}: not what its WARC-Payload-Digest says")
        status, body, content_type = response.status, response.payload, response.content_type or "text/html"
    if status != 200 or not (content_type.startswith("text/plain") or "html" in content_type):
        return None
    head = BytesIO()
    record.headers.write(head)
    if head.tell() > MAX_HEAD:
        return Damage(place, f"{url}: WARC headers of {head.tell()} bytes")
    at = _captured_at(record)
    original = Original(url, at, head.getvalue() + block + b"\r\n\r\n", hashlib.sha256(received).hexdigest())
    # A server may call its HTML so; a text made of a page is one.
    is_text = received is block and content_type.startswith("text/plain")
    return ForeignPage(place, url, at, body, content_type, is_text, original)


def _fits(data: bytes, digest: str | None) -> bool:
    """Whether ``data`` has this digest (``sha1:BASE32``, ``sha256:hex``); of an unknown kind any has.

    >>> digest = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
    >>> _fits(b"", digest), _fits(b"!", digest)
    (True, False)
    """
    name, _, value = (digest or "").partition(":")
    name = name.lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return True
    reckoned = hashlib.new(name, data, usedforsecurity=False)
    return value.lower() == reckoned.hexdigest() or value.upper().rstrip("=") == b32encode(
        reckoned.digest()
    ).decode().rstrip("=")


def _captured_at(record: WarcRecord) -> str:
    # The type says it always is a time; of a nonsensical WARC-Date there is none.
    at = record.record_date or None
    return at.astimezone(BEIJING).isoformat(timespec="seconds") if at else now()
