"""Which of the best paths through a torn run reads best, once the words on both sides of it are heard.

The lattice has to rank unfinished readings, so it hears characters only. Whole readings are ranked anew: what
the characters of the sentence say counts less, what its words say counts for that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.restore.language import MARKS, ORDER, language
from pipelines.restore.notes import BRACKETED
from pipelines.restore.paths import CERTAIN, Path, Reading
from pipelines.restore.script import simplifying
from pipelines.restore.words import words

WORDS_SHARE = 0.6  # of what the characters say, so much is left to the words
BEFORE = 10  # characters that are heard before the run
BEHIND = 6  # … and behind it

_LINE = re.compile(f"[\u4e00-\u9fff{MARKS}]+")
_LINE_END = re.compile(f"[\u4e00-\u9fff{MARKS}]+$")
_UNHEARD = str.maketrans(dict.fromkeys("“”‘’《》") | dict(zip(",:;!她", "，：；！他", strict=True)))
_NOTE = re.compile(BRACKETED)


def best_reading(paths: Sequence[Path], before: str, behind: str) -> Reading | None:
    """Of the paths through a torn run the one that reads best between the restored text before it and the
    received text behind it; ``None`` when the best is to leave what stands there.
    """
    left = _LINE_END.search(before[-2 * BEFORE :].translate(_UNHEARD))
    start = left.group()[-BEFORE:] if left else ""
    end = _NOTE.sub("", behind.partition("?")[0]).translate(simplifying())[:BEHIND]
    ranked = sorted(
        ((path.score + WORDS_SHARE * _gain(start, path.out + end), path) for path in paths),
        key=lambda one: -one[0],
    )
    if not ranked or not ranked[0][1].torn:
        return None
    score, best = ranked[0]
    rivals = (score - other for other, path in ranked[1:] if path.text() != best.text())
    return Reading(best.since, best.text(), next(rivals, CERTAIN))


def _gain(start: str, text: str) -> float:
    """How much more likely the words make a text than its characters do."""
    by_words, by_characters = words().score, language().score
    gain = 0.0
    for found in _LINE.finditer(start + text.translate(_UNHEARD)):
        run = found.group()
        gain += by_words(run)
        gain -= sum(by_characters(run[max(0, at - ORDER) : at]) for at in range(1, len(run) + 1))
    return gain
