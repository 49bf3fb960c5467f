"""The pictures of an article and what is printed under them."""

from __future__ import annotations

import re

from crawler.reader.address import absolute
from crawler.reader.document import Document, Parsed
from pipelines.items import Image

# Pages load pictures late and put a spacer in src: the true address is in one of these.
_SOURCES = ("data-original", "data-src", "data-lazy-src", "data-actualsrc", "data-url", "_src", "src")
_ORNAMENT = re.compile(
    r"(?:^|[/_.-])(?:blank|spacer|loading|lazy|pixel|logo|icon|ico|qr|qrcode|ewm|erweima|zxcode|button|btn"
    r"|share|arrow|transparent|placeholder|1x1)"
    r"(?:[/_.\d-]|$)",
    re.I,
)
_SMALLEST = 60
_MOST = 500
_SCRIPT_BUDGET = 100_000
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)


def image_at(document: Document, picture: int, caption: str | None) -> Image | None:
    """One visible ``img`` of the page as an Image; None for an ornament or one without an http(s) address."""
    attributes = document.nodes[picture].attributes
    for side in ("width", "height"):
        size = re.match(r"\d{1,5}", attributes.get(side) or "")
        if size and int(size[0]) < _SMALLEST:
            return None
    for name in _SOURCES:
        address = absolute(attributes.get(name), document.url)
        if address and not _ORNAMENT.search(address.rpartition("/")[2]):
            return Image(address, caption)
    return None


def gallery_images(parsed: Parsed, pattern: re.Pattern[str]) -> list[Image]:
    """The pictures of a photo story that stand in a script, with their captions.

    ``pattern`` has the groups ``url`` and ``caption``, both as JavaScript strings.
    """
    images: dict[str, Image] = {}
    budget = _SCRIPT_BUDGET
    for script in parsed.tree.css("script:not([src])"):
        text = script.text()[:budget]
        budget -= len(text)
        for match in pattern.finditer(text):
            address = absolute(_unescape(match["url"]), parsed.url)
            if address and address not in images and len(images) < _MOST:
                images[address] = Image(address, _unescape(match["caption"]).strip() or None)
    return list(images.values())


def _unescape(text: str) -> str:
    r"""A JavaScript string's characters.

    >>> _unescape(r"\u56fe\u4e66\u9986 \/ A")
    '图书馆 / A'
    """
    return _ESCAPE.sub(_character, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else {"n": " ", "t": " ", "r": " "}.get(match[3], match[3])
