"""The title of a page of unknown layout: the line that its title element repeats, else a heading."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.reader.document import HEADINGS, Document, squeeze

_SEPARATORS = re.compile(r"\s*(?:[_|｜丨]+|\s[-–—]+\s|--+|[-–—](?=[^-–—]{1,12}$)|\s»\s|\s>\s|\s<\s)\s*")
_FOLDED = re.compile(r"[\s\u3000\u200b\ufeff]+")
_QUOTES = str.maketrans("“”„‟″〝〞‘’＂", '"""""""\'\'"')
_NAMED_TITLE = re.compile(r"(?:^|[^a-z])(?:tit(?:le)?|headline|biaoti|bt|artitle|h1)(?:$|[^a-z])|title", re.I)
_SHORTEST = 4
_SURE = 8
_LONGEST = 120
_ABOVE = 30


def fold(text: str) -> str:
    """A title without what differs between its printings: white space and the form of quotation marks."""
    return _FOLDED.sub("", text).translate(_QUOTES)


def stated_titles(document: Document, others: Sequence[str]) -> list[str]:
    """What the page says its title is: its title element, then the metadata's ``others``."""
    node = document.tree.css_first("title")
    own = squeeze(node.text()[:500]) if node is not None else ""
    return [text for text in (own, *others) if text]


def title_line(document: Document, stated: Sequence[str], before: int | None = None) -> int:
    """The number of the line that prints what the page states as its title, or -1.

    ``before`` is the number of the body's first line, where it is known: a title stands above it.
    """
    best, best_score = -1, 0.0
    references = [fold(text) for text in stated]
    segments = [[fold(part).rstrip(".…") for part in _SEPARATORS.split(text) if part] for text in stated]
    lines = document.lines if before is None else document.lines[:before]
    for number, line in enumerate(lines):
        if not _SHORTEST <= len(line.text) <= _LONGEST:
            continue
        folded = fold(line.text)
        share = max(
            (_share(folded, whole, parts) for whole, parts in zip(references, segments, strict=True)),
            default=0.0,
        )
        if share == 0.0:
            continue
        rank = _rank(document, number)
        if len(folded) < _SURE and rank < 0.3:
            continue
        score = share + rank - (0.6 if line.linked * 2 > len(line.text) else 0.0)
        if before is not None:
            score += 0.1 * (number + 1) / before
        if score > best_score + 1e-9:
            best, best_score = number, score
    return best if best_score > 0.5 else -1


def _share(folded: str, whole: str, parts: Sequence[str]) -> float:
    """How much of the stated title a line covers: 1 for all of one of its parts, 0 for too little."""
    if folded in whole:
        covered = max(
            (len(folded) / len(part) for part in parts if part.startswith(folded) or folded in part),
            default=1.0,
        )
        return covered if covered >= 0.6 else 0.0
    # The stated title may be cut short.
    return 0.9 if any(len(part) >= _SURE and folded.startswith(part) for part in parts[:1]) else 0.0


def heading_above(document: Document, before: int) -> int:
    """The number of the line that looks most like a heading among those above the body, or -1."""
    best, best_rank = -1, 0.0
    for number in range(max(0, before - _ABOVE), before):
        line = document.lines[number]
        if _SHORTEST <= len(line.text) <= _LONGEST and line.linked * 2 <= len(line.text):
            rank = _rank(document, number)
            if rank > 0 and rank >= best_rank:
                best, best_rank = number, rank
    return best


def shortened(stated: Sequence[str]) -> str | None:
    """The title out of what the page states, without the names of channel and site; None if there is none.

    >>> shortened(["社区图书馆的早晨_文化_某某网"])
    '社区图书馆的早晨'
    """
    for text in stated:
        parts = [part for part in _SEPARATORS.split(text) if len(part) >= _SHORTEST]
        if parts:
            return parts[0] if len(parts[0]) >= _SURE else max(parts[:2], key=len)
    return None


def _rank(document: Document, number: int) -> float:
    """How much the markup of a line says that it is a heading."""
    rank = 0.0
    for depth, element in enumerate(document.ancestors(document.lines[number].element)):
        tag = document.tags[element]
        if tag in HEADINGS:
            rank = max(rank, 0.9 - 0.12 * int(tag[1]))
        attributes = document.nodes[element].attributes
        if any(
            name and _NAMED_TITLE.search(name) for name in (attributes.get("id"), attributes.get("class"))
        ):
            rank = max(rank, 0.4 - 0.05 * depth)
        if depth == 3:
            break
    return rank
