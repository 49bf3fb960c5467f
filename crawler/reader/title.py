"""The title of a page of unknown layout: the line that its title element repeats, else a heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from crawler.reader.document import HEADINGS, Document, VisibleLine, squeeze
from crawler.reader.published import prints_time
from pipelines.byline import begins_with_label

_SEPARATORS = re.compile(
    r"\s*(?:[_|｜丨]+|\s[-–—]+\s|--+|[-–—](?=[^-–—]{1,12}$)|\s»\s|\s>\s|\s<\s)\s*",
)
_SPACE = re.compile(r"[\s\u3000\u200b\ufeff]+")
_QUOTES = re.compile("[“”„‟″〝〞＂]")
_SINGLE_QUOTES = re.compile("[‘’]")
_NAMED_TITLE = re.compile(r"title|headline|biaoti|(?:^|[^a-z])(?:tit|bt|h1)(?:$|[^a-z])", re.I)
_NO_TITLE = re.compile(
    r".{0,12}(?:首页|首頁|所在位置|当前位置|當前位置)|正文|(?:相关|推荐|热门|最新|图片)\w{0,4}|.{0,8}[:：]"
)
_SET_OFF = frozenset(("b", "big", "center", "font", "strong"))
_SET_OFF_WITHIN = 3
_SHORTEST = 4
_SURE = 8
_LONGEST = 120
_ABOVE = 30
# What share of the stated title a line must cover.
_ENOUGH = 0.6


class Titles:
    """What a page of unknown layout says of its title, and which of its lines print it."""

    def __init__(self, document: Document, others: Sequence[str]) -> None:
        """``others`` are the titles that the metadata state beside the page's title element."""
        self._document = document
        node = document.tree.css_first("title")
        own = squeeze(node.text()[:500]) if node is not None else ""
        self.stated = [text for text in (own, *others) if text]
        self._matches = self._matching()

    def line(self, before: int | None = None) -> int:
        """The number of the line that prints the stated title, or -1; ``before`` is the body's first line."""
        best, best_score = -1, 0.5
        for number, score in self._matches:
            if before is not None:
                if number >= before:
                    break
                # Of two printings the lower one is the heading, the upper one a breadcrumb.
                score += 0.1 * (number + 1) / before
            if score > best_score:
                best, best_score = number, score
        return best

    def first_heading(self) -> int:
        """The number of the first line that is a heading of the first level and no link, or -1."""
        for number, line in enumerate(self._document.lines):
            if self._document.tags[line.block] == "h1" and len(line.text) >= _SHORTEST and not line.linked:
                return number
        return -1

    def printed(self, number: int) -> str:
        """The title that a line prints, with the lines after it that go on with the stated title."""
        text = self._document.lines[number].text
        for line in self._document.lines[number + 1 : number + 3]:
            longer = _fold(text) + _fold(line.text)
            if not any(longer in _fold(stated) for stated in self.stated):
                break
            text += line.text
        return text

    def heading_above(self, before: int, below: int = -1) -> int:
        """The number of the line that looks most like a heading among those above the body, or -1.

        Only the lines ``below`` that number count.
        """
        best, best_rank = -1, 0.0
        for number in range(max(below + 1, before - _ABOVE), before):
            line = self._document.lines[number]
            if not _SHORTEST <= len(line.text) <= _LONGEST or line.linked * 2 > len(line.text):
                continue
            rank = _rank(self._document, number)
            if rank == 0.0 or _NO_TITLE.match(line.text):
                continue
            rank += 0.02 * (number - before)
            if best < 0 or rank >= best_rank:
                best, best_rank = number, rank
        return best

    def above_information(self, before: int) -> int:
        """The number of the line set off by its type above the line about the article, or -1.

        Only where the stated title names nothing but the site: it has no parts, and no line prints it.
        """
        if any(len(_SEPARATORS.split(text)) > 1 for text in self.stated):
            return -1
        lines = self._document.lines
        for number in range(before - 2, max(0, before - _ABOVE) - 1, -1):
            line, under = lines[number], lines[number + 1].parted
            if not _SHORTEST <= len(line.text) <= _LONGEST or line.linked or _NO_TITLE.match(line.text):
                continue
            about = begins_with_label(under) or prints_time(under)
            if about and not begins_with_label(line.parted) and self._is_set_off(line):
                return number
        return -1

    def _is_set_off(self, line: VisibleLine) -> bool:
        around = islice(self._document.ancestors(line.element), _SET_OFF_WITHIN)
        return any(self._document.tags[element] in _SET_OFF for element in around)

    def shortened(self) -> str | None:
        """The title as the page states it, without the names of channel and site; None if it states none."""
        return next(filter(None, map(shorten, self.stated)), None)

    def _matching(self) -> list[tuple[int, float]]:
        references = [
            (_fold(text), [part for piece in _SEPARATORS.split(text) if (part := _fold(piece).rstrip(".…"))])
            for text in self.stated
        ]
        # The first character alone rules out most lines.
        initials = set("".join(self.stated)) | set("“”„‟″〝〞‘’＂\"'")
        matches = []
        for number, line in enumerate(self._document.lines):
            if line.text[0] not in initials or not _SHORTEST <= len(line.text) <= _LONGEST:
                continue
            folded = _fold(line.text)
            share = max((_share(folded, whole, parts) for whole, parts in references), default=0.0)
            if share == 0.0:
                continue
            rank = _rank(self._document, number)
            if len(folded) >= _SURE or rank >= 0.3:
                matches.append((number, share + rank - (0.6 if line.linked * 2 > len(line.text) else 0.0)))
        return matches


def shorten(stated: str) -> str | None:
    """A stated title without the names of channel and site.

    >>> shorten("社区图书馆的早晨_文化_某某网")
    '社区图书馆的早晨'
    """
    parts = [part for part in _SEPARATORS.split(stated) if len(part) >= _SHORTEST]
    if not parts:
        return None
    return parts[0] if len(parts[0]) >= _SURE else max(parts[:2], key=len)


def without_title(paragraphs: list[str], title: str) -> list[str]:
    """The paragraphs without those at their head that print the title again, in one line or in several.

    >>> without_title(["社区图书馆的", "早晨", "天刚亮。"], "社区图书馆的早晨")
    ['天刚亮。']
    """
    rest = _fold(title)
    for count, paragraph in enumerate(paragraphs[:4]):
        part = _fold(paragraph)
        if not part or not (rest.startswith(part) or rest.endswith(part)):
            return paragraphs[count:]
        rest = rest.removeprefix(part)
    return paragraphs[4:]


def _fold(text: str) -> str:
    """A title without what differs between its printings: white space and the form of quotation marks."""
    return _SINGLE_QUOTES.sub("'", _QUOTES.sub('"', _SPACE.sub("", text)))


def _share(folded: str, whole: str, parts: Sequence[str]) -> float:
    """How much of the stated title a line covers: 1 for all of one of its parts, 0 for too little."""
    if folded in whole:
        # The others are the names of the channel and the site.
        named = (parts[0], max(parts, key=len)) if parts else ()
        covered = max((len(folded) / len(part) for part in named if folded in part), default=0.0)
        if len(folded) > max(map(len, named), default=0):
            covered = 1.0
        return covered if covered >= _ENOUGH else 0.0
    # The stated title may be cut short.
    return 0.9 if parts and len(parts[0]) >= _SURE and folded.startswith(parts[0]) else 0.0


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
