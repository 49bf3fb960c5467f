"""How a stretch in quotation marks, in brackets or in the marks of a title goes on: a quoted term is over
soon and holds no full stop, what somebody says may be long, a title is one phrase.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from pipelines.restore.prose import AFTER_CHINESE
from pipelines.restore.typesetting import SENTENCE_ENDS

UNOPENED = 6.0  # what it costs to close what is not open
NESTED = 4.0  # … and to open a quotation in one
STOPPED = 1.5  # a full stop is likelier to end a quotation where one is open

ENCLOSING = "“”‘’「」『』（）()《》"
_CLOSING = "”’）"  # what closes a thing that is counted
_USUAL_QUOTES = str.maketrans("「」『』", "“”“”")

_MARKS = "，、；：,;:"

# By the number of characters since the stretch began; the last is for all longer ones.
Row = tuple[float, ...]


def _row(*parts: tuple[int, float]) -> Row:
    """The row of values that each hold up to so many characters."""
    row: list[float] = []
    for upto, value in parts:
        row += [value] * (upto + 1 - len(row))
    return tuple(row)


class Stretch(NamedTuple):
    """One kind of stretch. Counted in 9,000 of them in 1,900 undamaged articles of news and essays."""

    ends: str
    closes: Row  # log P that it ends behind a character that is no mark
    marks: Row  # what a comma and its like cost in it more than elsewhere
    stops: Row  # … and what a full stop costs

    def cost(self, char: str, last: str, length: int) -> float:
        """What it costs more than elsewhere that ``char`` comes behind ``last`` after ``length`` others."""
        if char in self.ends:
            if last in SENTENCE_ENDS:
                return -STOPPED
            plain = last not in _MARKS and not (char.isascii() and last.isascii())
            return AFTER_CHINESE[self.ends[0]] - _at(self.closes, length) if plain else 0.0
        if char in SENTENCE_ENDS:
            return _at(self.stops, length)
        return _at(self.marks, length) if char in _MARKS else 0.0


def _at(row: Row, length: int) -> float:
    return row[min(length, len(row) - 1)]


TERM = Stretch(
    "”",
    _row((0, -9.0), (1, -3.5), (3, -1.5), (4, -1.0), (5, -1.5), (9, -1.8), (19, -2.0), (20, -3.0)),
    _row((0, 5.0), (2, 2.3), (3, 1.2), (4, 0.0)),
    _row((0, 5.0), (4, 3.3), (8, 1.8), (12, 1.0), (13, 0.0)),
)
SAID = Stretch(
    "”",
    _row((0, -9.0), (1, -6.0), (2, -4.8)),
    _row((0, 5.0), (1, 1.6), (2, 0.0)),
    _row((0, 5.0), (2, 1.2), (3, 0.0)),
)
EITHER = Stretch(
    "”",
    _row((0, -9.0), (1, -4.2), (5, -2.3), (9, -3.2), (19, -3.7), (20, -4.8)),
    _row((0, 5.0), (1, 2.8), (2, 1.2), (3, 0.7), (4, 0.0)),
    _row((0, 5.0), (2, 2.5), (5, 1.0), (9, 0.5), (10, 0.0)),
)
BRACKETS = Stretch(
    "）)",
    _row((0, -9.0), (12, -1.8), (19, -2.5), (20, -3.3)),
    _row((0, 5.0), (1, 0.6)),
    _row((0, 5.0), (1, 3.0)),
)
TITLE = Stretch(
    "》",
    _row((0, -9.0), (1, -3.9), (2, -2.3), (9, -1.6), (10, -2.3)),
    _row((0, 5.0), (1, 2.8)),
    _row((0, 5.0), (1, 3.5)),
)


def begun_by(char: str, last: str) -> Stretch | None:
    """The kind of stretch that ``char`` behind ``last`` opens.

    >>> begun_by("“", "：") is SAID, begun_by("“", "的") is TERM, begun_by("的", "人")
    (True, True, None)
    """
    if char == "“":
        return SAID if last in "：:" else EITHER if last in "\n，," + SENTENCE_ENDS else TERM
    return BRACKETS if char in "（(" else TITLE if char == "《" else None


class Enclosed(NamedTuple):
    """What is open at a place: how many quotations and brackets; the stretch that was begun last, unless it
    is over, and where it was; how many quotations in single marks.
    """

    quotes: int = 0
    brackets: int = 0
    stretch: Stretch | None = None
    start: int = 0
    singles: int = 0

    def cost(self, char: str, last: str, at: int) -> float:
        """What it costs, or saves, that ``char`` comes behind ``last`` at ``at``."""
        char = char.translate(_USUAL_QUOTES)
        cost = self.stretch.cost(char, last, at - self.start) if self.stretch else 0.0
        if char == "“":
            cost += NESTED if self.quotes > 0 else 0.0
        elif char in _CLOSING and self._opened(char) <= 0:
            cost += UNOPENED
        return cost

    def _opened(self, char: str) -> int:
        """How many are open of what ``char`` closes."""
        return self.quotes if char == "”" else self.singles if char == "’" else self.brackets

    def then(self, char: str, last: str, at: int) -> Enclosed:
        """What is open behind ``char``, which comes behind ``last`` at ``at``."""
        char = char.translate(_USUAL_QUOTES)
        quotes, brackets, stretch, start, singles = self
        quotes += (char == "“") - (char == "”")
        singles += (char == "‘") - (char == "’")
        brackets += (char == "（") - (char == "）")
        if begun := begun_by(char, last):
            stretch, start = begun, at + 1
        elif stretch and char in stretch.ends:
            stretch = None
        return Enclosed(quotes, brackets, stretch, start, singles)


def enclosed(line: str) -> Enclosed:
    """What is open at the end of a line, its characters counted back from there."""
    state = Enclosed()
    for at, (last, char) in enumerate(pairwise("\n" + line), -len(line)):
        if char in ENCLOSING:
            state = state.then(char, last, at)
    return state
