"""Which of the best paths through a torn run reads best, once the words on both sides of it are heard.

The lattice has to rank unfinished readings, so it hears characters only. Whole readings are ranked anew: what
the characters of the sentence say counts less, what its words say counts for that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter

from pipelines.restore.language import MARKS, ORDER, language
from pipelines.restore.notes import BRACKETED
from pipelines.restore.paths import CERTAIN, Path, Reading
from pipelines.restore.prose import TRANSPARENT
from pipelines.restore.script import is_han, simplifying
from pipelines.restore.words import words

WORDS_SHARE = 0.6  # of what the characters say, so much is left to the words
# A Chinese character more is a pair that left nothing to see: in the lattice such a pair has a bonus, since
# there it is held against readings that have yet to pay for what they read of it; whole readings have paid.
LETTER_COST = 1.0
BEFORE = 10  # characters that are heard before the run
BEHIND = 6  # … and behind it

_LINE = re.compile(f"[\u4e00-\u9fff{MARKS}]+")
_LINE_END = re.compile(f"[\u4e00-\u9fff{MARKS}]+$")
_UNHEARD = str.maketrans(dict.fromkeys(TRANSPARENT) | dict(zip(",:;!她", "，：；！他", strict=True)))
_NOTE = re.compile(BRACKETED)


def best_reading(paths: Sequence[Path], before: str, behind: str) -> Reading | None:
    """Of the paths through a torn run the one that reads best between the restored text before it and the
    received text behind it; ``None`` when the best is to leave what stands there.
    """
    end = _NOTE.sub("", behind.partition("?")[0]).translate(simplifying())[:BEHIND]
    start = _heard_end(before)
    ranked = [(path.score + _whole(start, path.out, end), path) for path in paths]
    ranked.sort(key=itemgetter(0), reverse=True)
    if not ranked or not ranked[0][1].torn:
        return None
    score, best = ranked[0]
    rivals = (score - other for other, path in ranked[1:] if path.text() != best.text())
    return Reading(best.since, best.text(), next(rivals, CERTAIN))


def likelier(options: str, before: str, behind: str) -> str:
    """The character that makes the likelier words between the text before it and behind it."""
    of_words, start, end = words().score, _heard_end(before), behind[:BEHIND]
    return max(options, key=lambda char: sum(map(of_words, _heard(start + char + end))))


def _whole(start: str, out: str, end: str) -> float:
    """What a reading is worth more, now that it is whole."""
    return WORDS_SHARE * _gain(start + out + end) - LETTER_COST * sum(map(is_han, out))


def _gain(text: str) -> float:
    """How much more likely the words make a text than its characters do."""
    of_words, of_characters = words().score, language().score
    gain = 0.0
    for run in _heard(text):
        gain += of_words(run)
        gain -= sum(of_characters(run[max(0, at - ORDER) : at]) for at in range(1, len(run) + 1))
    return gain


def _heard(text: str) -> list[str]:
    """The runs of Chinese in a text."""
    return _LINE.findall(text.translate(_UNHEARD))


def _heard_end(text: str) -> str:
    """The Chinese that a text ends with."""
    found = _LINE_END.search(text[-2 * BEFORE :].translate(_UNHEARD))
    return found.group()[-BEFORE:] if found else ""
