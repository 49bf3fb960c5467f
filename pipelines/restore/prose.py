"""How well a character continues a sentence of this page: the language model, the page's own words, its
marks.
"""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from functools import cached_property

from pipelines.restore.language import BOUNDARY, ORDER, Language

# log of the share of each mark among the marks of Chinese prose.
MARKS = {
    "，": -0.9,
    "。": -1.4,
    "、": -2.0,
    "“": -2.6,
    "”": -2.6,
    "：": -3.3,
    "；": -3.8,
    "《": -4.0,
    "》": -4.0,
    "？": -4.2,
    "（": -4.0,
    "）": -4.0,
    "！": -4.6,
    "—": -4.5,
    "…": -5.5,
    "·": -6.0,
    "‘": -6.0,
    "’": -6.0,
}
OTHER_MARK = -7.5
ASCII = -4.0
ASCII_AFTER_ASCII = -2.0
CLASHING = -7.0
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]+")
_LATIN = frozenset(string.ascii_letters + string.digits)
_FOLDED = dict(zip(",:;!?()", "，：；！？（）", strict=True))
_OPENING = "“《（‘「『〈〔【"
_CLOSING = "”》）’」』〉〕】"
_ENDING = "，。、；：？！"
PAGE_SHARE = 0.35
PAGE_LETTERS = 0.2
UNKNOWN = "\0"  # where the page's own words are not known
_MODEL_SHARE = math.log(1.0 - PAGE_SHARE)


def is_han(char: str) -> bool:
    """Is it a Chinese character?"""
    return "\u4e00" <= char <= "\u9fff"


class Prose:
    """The sentence model of one page; ``words`` is what of it came through undamaged, in simplified
    characters, with ``UNKNOWN`` for the rest.
    """

    def __init__(self, language: Language, words: str) -> None:
        self._language = language
        self._words = words
        self._scores: dict[str, float] = {}

    @cached_property
    def _runs(self) -> Counter[str]:
        """How often each run of up to ``ORDER`` characters stands on the page."""
        runs: Counter[str] = Counter()
        for part in self._words.split(UNKNOWN):
            line = _NOT_HAN.sub(BOUNDARY, part)
            for size in range(1, ORDER + 1):
                runs.update([line[start : start + size] for start in range(len(line) - size + 1)])
        runs[""] = max(1, len(self._words))
        return runs

    def common(self, char: str) -> float:
        """How common a character is by itself, in the language or on this page."""
        return self.step_han(char) if is_han(char) else MARKS.get(char, OTHER_MARK) - 3.0

    def step(self, context: str, char: str) -> float:
        """log P(char | the characters before it); ``context`` is what ``advance`` gave."""
        if is_han(char):
            return self.step_han(context + char)
        before = context[-1:]
        if before not in _LATIN:
            char = _FOLDED.get(char, char)
        if char.isascii():
            if before in _LATIN:
                return ASCII_AFTER_ASCII
            return ASCII + (self.step_han(context + BOUNDARY) if before and is_han(before) else 0.0)
        score = MARKS.get(char, OTHER_MARK)
        if before and is_han(before):
            return score + self.step_han(context + BOUNDARY)
        if (char in _ENDING and (before in _ENDING or before in _OPENING)) or (
            char in _CLOSING and before in _OPENING
        ):
            score += CLASHING
        return score

    def step_han(self, run: str) -> float:
        """log P(last character of ``run`` | the ones before), the boundary being a character too."""
        known = self._scores.get(run)
        if known is None:
            known = self._scores[run] = self._mixed(run)
        return known

    def advance(self, context: str, char: str) -> str:
        """The context that ``char`` leaves: the last Chinese characters, or the mark that broke them off."""
        if not is_han(char):
            return char if context[-1:] in _LATIN else _FOLDED.get(char, char)
        if context and not is_han(context[-1]):
            return BOUNDARY + char
        return (context + char)[1 - ORDER :]

    def _mixed(self, run: str) -> float:
        if not is_han(run[0]):
            run = BOUNDARY + run[1:]
        model = self._language.score(run)
        page = self._page(run)
        if page <= 0.0:
            return model + _MODEL_SHARE
        return math.log((1.0 - PAGE_SHARE) * math.exp(model) + PAGE_SHARE * page)

    def _page(self, run: str) -> float:
        """P(last character | the ones before) on this page, longer contexts mending what shorter ones say."""
        runs = self._runs
        share = PAGE_LETTERS * runs.get(run[-1], 0) / runs[""] if run[-1] != BOUNDARY else 0.0
        for size in range(2, len(run) + 1):
            before = runs.get(run[-size:-1])
            if not before:
                break
            trust = before / (before + 1.5)
            share = trust * runs.get(run[-size:], 0) / before + (1.0 - trust) * share
        return share
