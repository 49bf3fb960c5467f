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
from pipelines.restore.script import is_han
from pipelines.restore.typesetting import QUOTES, Typesetting

# log P(mark | the mark before it, or Chinese), counted in news; the language model knows MARKS after Chinese.
AFTER_CHINESE = {
    "\n": -6.0,
    "“": -6.0,
    "”": -5.2,
    "（": -6.4,
    "）": -6.2,
    "《": -6.7,
    "》": -6.5,
    "—": -7.5,
    "·": -7.0,
}
# … and of a quotation's beginning behind characters that like to lead to one (所谓“, 叫“, 按照“).
_LEADS_TO_QUOTED = {"谓": -2.2, **dict.fromkeys("叫称届曰", -2.6), **dict.fromkeys("句喊暨", -3.0)}
_LEADS_TO_QUOTED |= dict.fromkeys("为着照按以", -3.7) | dict.fromkeys("的了说种似获批些", -4.2)
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
    "\n": {"“": -3.7, "（": -3.6, "《": -5.2, "—": -5.8, "【": -5.8, "●": -6.1, "▲": -6.1},
    "，": {"“": -4.0, "《": -6.2, "（": -8.0},
    "、": {"“": -3.6, "《": -4.5},
    "：": {"\n": -2.3, "“": -1.3, "《": -5.3, "（": -5.4},
    "；": {"\n": -3.0, "“": -4.9, "《": -6.4, "”": -7.0},
    "。": {"\n": -1.0, "”": -3.0, "“": -4.0, "（": -4.5, "《": -6.4, "…": -9.0},
    "？": {"\n": -1.5, "”": -1.9, "！": -4.4, "？": -5.0, "“": -5.0},
    "！": {"\n": -1.2, "”": -1.3, "！": -4.0, "“": -6.0},
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
UNUSUAL = -9.5  # two marks that hardly ever meet
ASCII = -6.5
ASCII_AFTER_ASCII = -2.0
ASCII_AFTER = {"（": -4.5}
# log P of a figure, counted in 1,900 articles of news and essays.
DIGIT = -4.5
DIGIT_AFTER_DIGIT = -1.0
FOLDED_AFTER_DIGIT = -5.5  # a comma, a bracket …
DIGIT_AFTER = {
    "\n": -2.6,
    "·": -1.5,
    "—": -2.3,
    "（": -2.6,
    "：": -3.0,
    "；": -3.2,
    "）": -3.4,
    "。": -3.5,
    "！": -3.6,
    "？": -4.0,
    "、": -4.0,
    "“": -4.2,
    "，": -4.3,
    "《": -4.6,
    "”": -5.0,
    "》": -5.0,
}

TRANSPARENT = frozenset("《》").union(*QUOTES.items())  # the words on both sides of these belong together
_NUMBER = "十"  # what the language model takes a figure for
_FIGURES = frozenset(string.digits + "?")  # "?" is a figure that was lost
_LATIN = _FIGURES | frozenset(string.ascii_letters)
_FOLDED = dict(zip(",:;!()", "，：；！（）", strict=True))
_KNOWN = re.compile(rf"[^\u4e00-\u9fff{MARKS}]+")
_QUOTES = re.compile("[" + "".join(TRANSPARENT) + "]")
_DIGITS = re.compile("[0-9]+")
_FOLDED_MARK = re.compile(r"(?<=[\u4e00-\u9fff”》])[,:;!]")
PAGE_SHARE = 0.15
PAGE_LETTERS = 0.2
DOUBT = 1.5  # occurrences of a context on the page that are trusted half
PRONOUNS = "他她"
_HEARD = 6  # characters of a text, quotation marks included, that its context can hold
UNKNOWN = "\0"  # where the page's own words are not known
_MODEL_SHARE = math.log(1.0 - PAGE_SHARE)


class Prose:
    """The sentence model of one page; ``words`` is what of it came through undamaged, in simplified
    characters, with ``UNKNOWN`` for the rest.
    """

    def __init__(self, language: Language, words: str) -> None:
        self._language = language
        self._words = words
        self._steps: dict[str, Steps] = {}

    @cached_property
    def _runs(self) -> Counter[str]:
        """How often each run of up to ``ORDER`` characters stands on the page."""
        runs: Counter[str] = Counter()
        text = _DIGITS.sub(_NUMBER, _QUOTES.sub("", self._wide))
        for part in text.split(UNKNOWN):
            line = _KNOWN.sub(BOUNDARY, part)
            for size in range(1, ORDER + 1):
                runs.update([line[start : start + size] for start in range(len(line) - size + 1)])
        runs[""] = max(1, len(self._words))
        return runs

    @cached_property
    def _wide(self) -> str:
        """The words with full-width marks behind Chinese, as on a page that was not folded."""
        return _FOLDED_MARK.sub(lambda mark: _FOLDED[mark.group()], self._words)

    @cached_property
    def _typesetting(self) -> Typesetting:
        return Typesetting(self._wide)

    @cached_property
    def letters(self) -> frozenset[str]:
        """The characters that came through undamaged."""
        return frozenset(filter(is_han, self._words))

    def step(self, context: str, char: str) -> float:
        """log P(char | the characters before it); ``context`` is what ``advance`` gave."""
        return self.steps(context)[char]

    def steps(self, context: str) -> Steps:
        """log P of each character behind one context: quicker where many are asked for."""
        steps = self._steps.get(context)
        if steps is None:
            steps = self._steps[context] = Steps(self._language, self._runs, context, self._typesetting)
        return steps

    def context_of(self, text: str) -> str:
        """The context that a text leaves."""
        context = ""
        for char in text[-_HEARD:]:
            context = self.advance(context, char)
        return context

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
        return _words_of(context) + char if char in TRANSPARENT else char


class Steps(dict[str, float]):
    """log P of each character behind one context, as far as it was asked for."""

    def __init__(
        self, language: Language, runs: Counter[str], context: str, typesetting: Typesetting
    ) -> None:
        super().__init__()
        self._typesetting = typesetting
        self._last = QUOTES.get(context[-1:], context[-1:])
        self._runs = runs
        self._words = _words_of(context)
        self._known = language.context(self._words)
        self._begins = 0.0 if is_han(self._last) else CHINESE_AFTER.get(self._last, 0.0)

    def __missing__(self, char: str) -> float:
        if is_han(char):
            score = self._begins + (self._pronoun(char) if char in PRONOUNS else self._mixed(char))
        else:
            score = self._mark(char) + (self._typesetting.lines if char == "\n" else 0.0)
        self[char] = score
        return score

    def _mark(self, char: str) -> float:
        """log P of what is no Chinese character."""
        last = self._last
        if last not in _LATIN:
            char = _FOLDED.get(char, char)
        if char == " " and last:
            return self._typesetting.blank(_FOLDED.get(last, last))
        if char.isascii() and char != "\n":
            return _ascii_after(last, char)
        if usual := QUOTES.get(char):
            return self._typesetting.quotes(char) + self._full_width(usual)
        return self._full_width(char)

    def _full_width(self, char: str) -> float:
        """log P of a mark of full width, or of a line's end."""
        last = self._last
        if not last or is_han(last) or last not in AFTER:
            if char == "“" and last in _LEADS_TO_QUOTED:
                return _LEADS_TO_QUOTED[last]
            return self._mixed(char) if char in MARKS else AFTER_CHINESE.get(char, UNUSUAL)
        return AFTER[last].get(char, UNUSUAL)

    def _pronoun(self, char: str) -> float:
        """他 or 她 is for the page to say: it speaks of the same people throughout."""
        both = {pronoun: math.exp(self._mixed(pronoun)) for pronoun in PRONOUNS}
        weighed = {pronoun: share * (self._runs.get(pronoun, 0) + 0.4) for pronoun, share in both.items()}
        return math.log(sum(both.values()) * weighed[char] / sum(weighed.values()))

    def _mixed(self, char: str) -> float:
        """log P of a character or mark, as the language model and the page know it."""
        model = self._known.score(char)
        if char not in self._runs:
            return model + _MODEL_SHARE
        return math.log((1.0 - PAGE_SHARE) * math.exp(model) + PAGE_SHARE * self._on_page(char))

    def _on_page(self, char: str) -> float:
        """P of a character here on this page, longer contexts mending what shorter ones say."""
        runs = self._runs
        share = PAGE_LETTERS * runs[char] / runs[""]
        for run, before, trust in self._ends:
            share = trust * runs.get(run + char, 0) / before + (1.0 - trust) * share
        return share

    @cached_property
    def _ends(self) -> list[tuple[str, int, float]]:
        """The ends of the context that the page knows, the shortest first, with how often it has them and how
        far it is to be trusted then.
        """
        ends = []
        for start in range(len(self._words) - 1, -1, -1):
            before = self._runs.get(self._words[start:])
            if not before:
                break
            ends.append((self._words[start:], before, before / (before + DOUBT)))
        return ends


def _ascii_after(last: str, char: str) -> float:
    """log P of an ASCII character behind another character."""
    if char in _FIGURES and last in _FIGURES:
        return DIGIT_AFTER_DIGIT
    if last in _FIGURES and char in _FOLDED:
        return FOLDED_AFTER_DIGIT
    if last in _LATIN:
        return ASCII_AFTER_ASCII
    return DIGIT_AFTER.get(last, DIGIT) if char in _FIGURES else ASCII_AFTER.get(last, ASCII)


def _words_of(context: str) -> str:
    """Of a context the part that the language model knows."""
    last = context[-1:]
    if not last or is_han(last) or last in MARKS:
        return context
    if last in TRANSPARENT:
        return context[:-1]
    return _NUMBER if last.isdigit() or last == "?" else BOUNDARY
