"""What came back of a damaged text: for the tests of restoration and its benchmarks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher

_DIGIT = re.compile("[0-9]")

Change = tuple[int, int, str]


def changes(original: str, restored: str) -> list[Change]:
    """Where the restored text parts from the original: (start, end, what stands there instead)."""
    compared = SequenceMatcher(None, original, restored, autojunk=False).get_opcodes()
    return [(i, j, restored[m:n]) for kind, i, j, m, n in compared if kind != "equal"]


def wrong(changed: Iterable[Change]) -> int:
    """How many characters are still wrong."""
    return sum(max(end - start, len(instead)) for start, end, instead in changed)


def count(original: str, restored: str, places: list[tuple[int, int]]) -> Counter[str]:
    """What came back of one text, of which the places were torn."""
    changed = changes(original, restored)
    counts = Counter(texts=1, exact=not changed, characters=len(original), places=len(places))
    counts["wrong"] = wrong(changed)
    for left, right in places:
        inside = [(i, j, instead) for i, j, instead in changed if i < right and left < max(j, i + 1)]
        counts["right"] += not inside
        counts["figures"] += any(
            _DIGIT.search(original[i:j]) and not _DIGIT.search(instead) for i, j, instead in inside
        )
    return counts
