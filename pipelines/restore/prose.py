"""How well a character continues a sentence of this page: the language model, the page's own words, its
marks.
"""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from functools import cached_property

from pipelines.restore.language import BOUNDARY, MARKS, ORDER, Language

# log P(mark | the mark before it, or Chinese), counted in news; the language model knows MARKS after Chinese.
AFTER_CHINESE = {
    "\n": -6.0,
    "“": -5.6,
    "”": -5.2,
    "（": -6.4,
    "）": -6.2,
    "《": -6.7,
    "》": -6.5,
    "—": -7.5,
    "·": -7.0,
}
_AFTER_QUOTED = {
    "\n": -2.2,
    "，": -2.0,
    "。": -1.8,
    "、": -2.8,
    "（": -4.5,
    "“": -4.6,
    "；": -5.0,
    "：": -5.3,
    "《": -6.0,
}
AFTER = {
    "，": {"“": -4.0, "《": -6.2, "（": -8.0},
    "、": {"“": -3.6, "《": -4.5},
    "：": {"\n": -2.3, "“": -1.3, "《": -5.3, "（": -5.4},
    "；": {"\n": -3.0, "“": -4.9, "《": -6.4, "”": -7.0},
    "。": {"\n": -1.0, "”": -3.0, "“": -4.0, "（": -4.5, "《": -6.4, "…": -9.0},
    "？": {"\n": -1.5, "”": -1.9, "！": -4.4, "“": -5.0},
    "！": {"\n": -1.2, "”": -1.3, "“": -6.0},
    "“": {"《": -7.5, "‘": -7.0},
    "《": {"“": -6.0},
    "（": {"《": -6.0},
    "”": _AFTER_QUOTED,
    "》": _AFTER_QUOTED,
    "）": {"\n": -1.5, "、": -2.3, "，": -3.0, "。": -3.0, "：": -4.5, "；": -5.0, "“": -4.5, "《": -6.0},
    "—": {"—": -0.7},
    "…": {"…": -0.7, "”": -2.0},
}
CHINESE_AFTER = {"。": -0.8, "：": -0.6, "？": -0.6, "！": -1.2, "”": -0.6, "》": -0.5, "）": -1.0, "—": -0.8}
ON_PAGE = -8.0  # a character of the page is at least so common
UNUSUAL = -9.5  # two marks that hardly ever meet
ASCII = -6.5
ASCII_AFTER_ASCII = -2.0
ASCII_AFTER = {"（": -4.5, "“": -6.5}

_TRANSPARENT = frozenset("“”‘’《》")  # the words on both sides of these belong together
_NUMBER = "十"  # what the language model takes a figure for
_LATIN = frozenset(string.ascii_letters + string.digits + "?")  # "?" is a figure that was lost
_FOLDED = dict(zip(",:;!()", "，：；！（）", strict=True))
_KNOWN = re.compile(rf"[^\u4e00-\u9fff{MARKS}]+")
_QUOTES = re.compile("[" + "".join(_TRANSPARENT) + "]")
_DIGITS = re.compile("[0-9]+")
_FOLDED_MARK = re.compile(r"(?<=[\u4e00-\u9fff”》])[,:;!]")
PAGE_SHARE = 0.2
PAGE_LETTERS = 0.2
DOUBT = 1.5  # occurrences of a context on the page that are trusted half
PRONOUNS = "他她"
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
        text = _FOLDED_MARK.sub(lambda mark: _FOLDED[mark.group()], self._words)
        text = _DIGITS.sub(_NUMBER, _QUOTES.sub("", text))
        for part in text.split(UNKNOWN):
            line = _KNOWN.sub(BOUNDARY, part)
            for size in range(1, ORDER + 1):
                runs.update([line[start : start + size] for start in range(len(line) - size + 1)])
        runs[""] = max(1, len(self._words))
        return runs

    def common(self, char: str) -> float:
        """How common a character is by itself, in the language or on this page."""
        if is_han(char) or char in MARKS:
            score = self._language.letter(char)
            return max(score, ON_PAGE) if score < ON_PAGE and char in self._runs else score
        return AFTER_CHINESE.get(char, UNUSUAL)

    def step(self, context: str, char: str) -> float:
        """log P(char | the characters before it); ``context`` is what ``advance`` gave."""
        last = context[-1:]
        if is_han(char):
            if not last or is_han(last):
                return self.step_han(context + char)
            return self.step_han(_words_of(context) + char) + CHINESE_AFTER.get(last, 0.0)
        if last not in _LATIN:
            char = _FOLDED.get(char, char)
        if char.isascii() and char != "\n":
            return ASCII_AFTER_ASCII if last in _LATIN and last else ASCII_AFTER.get(last, ASCII)
        if not last or is_han(last) or last not in AFTER:
            if char in MARKS:
                return self.step_han(_words_of(context) + char)
            return AFTER_CHINESE.get(char, UNUSUAL)
        return AFTER[last].get(char, UNUSUAL)

    def step_han(self, run: str) -> float:
        """log P(last character of ``run`` | the ones before), as the language model and the page know it."""
        known = self._scores.get(run)
        if known is None:
            known = self._scores[run] = self._mixed(run)
        return known

    def advance(self, context: str, char: str) -> str:
        """The context that ``char`` leaves: the last characters that the language model knows, and behind
        them a quotation mark; or alone what breaks the sentence off.
        """
        if is_han(char):
            last = context[-1:]
            return ((context if is_han(last) else _words_of(context)) + char)[1 - ORDER :]
        last = context[-1:]
        if last not in _LATIN:
            char = _FOLDED.get(char, char)
        if char in MARKS:
            return (_words_of(context) + char)[1 - ORDER :]
        return _words_of(context) + char if char in _TRANSPARENT else char

    def _mixed(self, run: str) -> float:
        if run[-1] in PRONOUNS:
            return self._pronoun(run)
        return self._known(run)

    def _pronoun(self, run: str) -> float:
        """他 or 她 is for the page to say: it speaks of the same people throughout."""
        both = {char: math.exp(self._known(run[:-1] + char)) for char in PRONOUNS}
        weighed = {char: share * (self._runs.get(char, 0) + 0.4) for char, share in both.items()}
        return math.log(sum(both.values()) * weighed[run[-1]] / sum(weighed.values()))

    def _known(self, run: str) -> float:
        model = self._language.score(run)
        page = self._page(run)
        if page <= 0.0:
            return model + _MODEL_SHARE
        return math.log((1.0 - PAGE_SHARE) * math.exp(model) + PAGE_SHARE * page)

    def _page(self, run: str) -> float:
        """P(last character | the ones before) on this page, longer contexts mending what shorter ones say."""
        runs = self._runs
        share = PAGE_LETTERS * runs.get(run[-1], 0) / runs[""]
        if not share:
            return 0.0
        for size in range(2, len(run) + 1):
            before = runs.get(run[-size:-1])
            if not before:
                break
            trust = before / (before + DOUBT)
            share = trust * runs.get(run[-size:], 0) / before + (1.0 - trust) * share
        return share


def _words_of(context: str) -> str:
    """Of a context the part that the language model knows."""
    last = context[-1:]
    if not last or is_han(last) or last in MARKS:
        return context
    if last in _TRANSPARENT:
        return context[:-1]
    return _NUMBER if last.isdigit() or last == "?" else BOUNDARY
