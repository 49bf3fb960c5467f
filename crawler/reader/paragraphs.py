"""From visible lines to the body of an article: paragraphs, table rows, captions kept apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from crawler.reader.document import Document
from crawler.reader.images import image_at
from pipelines.items import Image

_LONGEST_CAPTION = 80
_LONGEST_CELL = 60
_CENTRED = re.compile(r"text-align\s{0,9}:\s{0,9}center", re.I)
_CAPTION_CLASS = re.compile(
    r"caption|figcaption|(?:img|pic|photo|image)[-_]?(?:desc|note|txt|text|title|info|tip)|desc$|tushuo", re.I
)
_CAPTION_WORDS = re.compile(
    r"[▲△↑▼◆]|图[:：为/一二三四五六七八九十\d]|(?:上|下|左|右|本)图|资料图|.{0,30}(?:摄|供图|制图|绘图?)[)）]?$"
)
_SENTENCE_END = re.compile(r"[。！？!?；;：:”…]$")


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an article as its page prints it, and the lines of the page from which it was taken."""

    paragraphs: list[str]
    images: list[Image]
    lines: list[int]


def read_body(document: Document, numbers: Sequence[int], pictures: Collection[int]) -> Body:
    """The body that the given lines make up, with the given pictures and their captions.

    The rows of a data table are one line each, cells joined by " | ". A caption belongs to its picture and
    is no paragraph.
    """
    captions = _captions(document, numbers, pictures)
    images: dict[str, Image] = {}
    for picture in pictures:
        caption = captions.get(picture)
        image = image_at(document, picture, document.lines[caption].text if caption is not None else None)
        if image and (image.url not in images or image.caption):
            images[image.url] = image
    apart = set(captions.values())
    kept = [number for number in numbers if number not in apart]
    return Body(_paragraphs(document, kept), list(images.values()), kept)


def _paragraphs(document: Document, numbers: Sequence[int]) -> list[str]:
    if "tr" not in document.tags:
        return [document.lines[number].text for number in numbers]
    paragraphs: list[str] = []
    at = 0
    while at < len(numbers):
        row = _row_of(document, numbers[at])
        end = at + 1
        if row is not None:
            while end < len(numbers) and document.holds(row, document.lines[numbers[end]].element):
                end += 1
        cells = [document.lines[number] for number in numbers[at:end]]
        texts = [cell.text for cell in cells]
        if row is not None and len(cells) > 1 and _is_data(document, [cell.block for cell in cells], texts):
            paragraphs.append(" | ".join(texts))
        else:
            paragraphs.extend(texts)
        at = end
    return paragraphs


def _row_of(document: Document, number: int) -> int | None:
    """The table row around a line, if the line stands in a cell with little markup in between."""
    for depth, element in enumerate(document.ancestors(document.lines[number].block)):
        if document.tags[element] == "tr":
            return element
        if depth > 3:
            break
    return None


def _is_data(document: Document, blocks: list[int], texts: list[str]) -> bool:
    cells = [
        next((e for e in document.ancestors(block) if document.tags[e] in ("td", "th")), block)
        for block in blocks
    ]
    return len(set(cells)) == len(cells) and all(len(text) <= _LONGEST_CELL for text in texts)


def _captions(document: Document, numbers: Sequence[int], pictures: Collection[int]) -> dict[int, int]:
    """Which line is the caption of which picture."""
    free = set(numbers)
    pictured = {document.line_after(picture) for picture in pictures}
    captions: dict[int, int] = {}
    for picture in pictures:
        number = document.line_after(picture)
        if number in free and _is_caption(document, picture, number, pictured):
            captions[picture] = number
            free.discard(number)
    return captions


def _is_caption(document: Document, picture: int, number: int, pictured: Collection[int]) -> bool:
    line = document.lines[number]
    if line.behind < picture or len(line.text) > _LONGEST_CAPTION:
        return False
    for element in list(document.ancestors(line.element))[:3]:
        if document.tags[element] == "figcaption":
            return True
        if document.tags[element] == "figure" and document.holds(element, picture):
            return True
        if _CAPTION_CLASS.search(document.nodes[element].attributes.get("class") or ""):
            return True
    if _SENTENCE_END.search(line.text):
        return False
    if _CAPTION_WORDS.match(line.text):
        return True
    if not _centred(document, line.block):
        return False
    # Verses stand centred under a picture too, but never alone.
    after = number + 1
    alone = after >= len(document.lines) or after in pictured
    return alone or not _centred(document, document.lines[after].block)


def _centred(document: Document, block: int) -> bool:
    attributes = document.nodes[block].attributes
    return (
        document.tags[block] == "center"
        or (attributes.get("align") or "").lower() == "center"
        or _CENTRED.search(attributes.get("style") or "") is not None
        or "center" in (attributes.get("class") or "")
    )
