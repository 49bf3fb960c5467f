"""How a page sets its text: where its lines end, where it leaves blanks, what its quotation marks are."""

from __future__ import annotations

import math
import re
from functools import cached_property

SENTENCE_ENDS = "。！？!"  # the last one where marks were folded
LAST_OF_LINE = 0.4  # of the sentences of news so many are the last of their line
LINES_KNOWN = 3  # sentences of the page that are trusted half to say how many are
BLANKS_KNOWN = 5  # characters of a kind that are trusted half to say how often a blank is behind such

# Quotation marks, each with the usual one that it stands for; and how many of each kind a page is thought
# to have before it is looked at.
QUOTES = dict(zip("“”‘’「」『』", "“”“”“”“”", strict=True))
QUOTES_USUAL = {"“": 1.5, "‘": 0.1, "「": 0.05, "『": 0.05}
_OPENING = dict(zip("”’」』", "“‘「『", strict=True))

# The kinds of characters, each as a pattern, and log P of a blank behind one, where the page tells nothing.
_CHINESE, _FIGURE, _LATIN = "[\u4e00-\u9fff]", "[0-9]", "[A-Za-z]"
_USUAL = {_FIGURE: -5.0, _LATIN: -2.0, re.escape(" "): -2.0}
_UNUSUAL = -6.0


class Typesetting:
    """What a page's undamaged text shows of it; marks behind Chinese are full-width there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blanks: dict[str, float] = {}

    @cached_property
    def lines(self) -> float:
        """How much more often than in news (in log) a sentence ends its line on this page."""
        stops, lines = sum(map(self._text.count, SENTENCE_ENDS)), self._text.count("\n")
        return math.log((lines + LINES_KNOWN * LAST_OF_LINE) / ((stops + LINES_KNOWN) * LAST_OF_LINE))

    def blank(self, last: str) -> float:
        """log P of a blank behind a character; ``?`` is a figure that was lost.

        >>> page = Typesetting("春天来了。 孩子们在河边放风筝。 柳树也绿了。 ")
        >>> [round(page.blank(last), 1) for last in "。来？"]
        [-1.0, -7.5, -6.0]
        """
        kind = _kind(last)
        known = self._blanks.get(kind)
        if known is None:
            some = len(re.findall(kind, self._text))
            followed = len(re.findall(f"{kind}(?= )", self._text))
            usual = BLANKS_KNOWN * math.exp(_USUAL.get(kind, _UNUSUAL))
            known = self._blanks[kind] = math.log((followed + usual) / (some + BLANKS_KNOWN))
        return known

    def quotes(self, mark: str) -> float:
        """log P that a quotation mark of this page is of this form.

        >>> page = Typesetting("他问：『去哪儿？』 她说：『去河边。』")
        >>> [round(page.quotes(mark), 1) for mark in "”』’"]
        [-0.9, -0.6, -3.6]
        """
        return self._quotes[_OPENING.get(mark, mark)]

    @cached_property
    def _quotes(self) -> dict[str, float]:
        counts = {mark: self._text.count(mark) + usual for mark, usual in QUOTES_USUAL.items()}
        return {mark: math.log(count / sum(counts.values())) for mark, count in counts.items()}


def _kind(char: str) -> str:
    """What a character is for a blank behind it: Chinese, a figure, a letter, or itself."""
    if char == "?":
        return _FIGURE
    kinds = (kind for kind in (_CHINESE, _FIGURE, _LATIN) if re.match(kind, char))
    return next(kinds, re.escape(char))
