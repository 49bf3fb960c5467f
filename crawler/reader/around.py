"""The lines around the body: where the author, the editor, the source and the time are printed."""

from __future__ import annotations

import re
from collections.abc import Collection

from crawler.reader.document import Document
from crawler.reader.noise import Noise
from crawler.reader.others import Others
from crawler.reader.published import prints_time
from crawler.reader.wording import turns_elsewhere
from pipelines.byline import begins_with_label
from pipelines.items import Line, Place

_MOST_HEAD = 40
_MOST_TAIL = 40
_ABOVE_TITLE = 8
_LONGEST = 300
_LONGEST_BYLINE = 100
_EDITOR = re.compile(r"^.{0,40}(?:责任?编辑|責任?編輯|责编|責編)\s*[:：/|】]")


def lines_around(document: Document, noise: Noise, title: int, body: Collection[int]) -> list[Line]:
    """The lines beside the body, in document order.

    The head's stand between the title and the body's first line; of those above the title only what is
    set like a byline or a time. The tail's stand inside the body without being part of it, and after it,
    up to where the page turns to other matter; from there on, and in boxes beside the article, only the
    responsible editor is looked for, and only where none was named before: pages put that line last. What
    stands in a list of others says nothing of the article.

    ``title`` is the number of the title's line (or -1), ``body`` the numbers of the body's lines.
    """
    first, last = min(body), max(body)
    start = title + 1 if 0 <= title < first else max(0, first - _MOST_HEAD)
    others = Others(document, body)
    numbers = [
        number
        for number in range(max(0, start - _ABOVE_TITLE), start)
        if _like_byline(document, number) and number not in others
    ]
    numbers += [number for number in range(start, first)[:_MOST_HEAD] if number != title]
    lines = [_line(document, number, "head") for number in numbers]
    inside = set(range(first, last)) - set(body)
    elsewhere = edited = False
    for number in [*sorted(inside), *range(last + 1, min(len(document.lines), last + 1 + _MOST_TAIL))]:
        line = document.lines[number]
        elsewhere = elsewhere or (number > last and turns_elsewhere(line.text))
        if elsewhere and edited:
            break
        edits = _EDITOR.search(line.text) is not None
        beside = elsewhere or line.block in noise
        if not (edits and not edited if beside else line.linked * 2 <= len(line.text)):
            continue
        if number in others:
            elsewhere = elsewhere or number > last
            continue
        edited = edited or edits
        lines.append(_line(document, number, "tail"))
    return [line for line in lines if len(line.text) <= _LONGEST]


def _like_byline(document: Document, number: int) -> bool:
    line = document.lines[number]
    if line.linked * 2 > len(line.text) or len(line.text) > _LONGEST_BYLINE:
        return False
    return begins_with_label(line.parted) or prints_time(line.parted)


def _line(document: Document, number: int, place: Place) -> Line:
    line = document.lines[number]
    return Line(line.parted, place, document.path(line.element))
