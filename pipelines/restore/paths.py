"""The ways to have read a torn run so far, and which of two that go on alike is kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

CERTAIN = 99.0  # the margin of a reading without a rival
# What share of the readings with a margin are right, fitted on 800 torn places of news and essays.
_SLOPE, _START, _MOST = 0.8, -0.7, 0.985

SAME = 0.01  # two paths so close may be one reading of the bytes in two ways

Chain = tuple["Chain | None", str]


@dataclass(slots=True)
class Path:
    """One way to have read the line so far.

    ``since`` is where the path last was torn, ``core`` what it read up to there; ``last`` is the second
    byte of the last character read in step; ``margin`` is how far the nearest path that was given up for
    this one lay behind; ``worst`` is the least likely character of all.
    """

    score: float
    pending: int
    context: str
    quotes: int
    brackets: int
    last: int
    since: int
    out: Chain | None = None
    core: Chain | None = None
    margin: float = CERTAIN
    torn: bool = False
    worst: float = 0.0

    def with_pending(self, pending: int, cost: float) -> Path:
        """The same path with another byte that waits for its trail."""
        return Path(
            self.score - cost,
            pending,
            self.context,
            self.quotes,
            self.brackets,
            self.last,
            self.since,
            self.out,
            self.core,
            self.margin,
            self.torn,
            self.worst,
        )

    def text(self) -> str:
        """What the path reads, up to where it came back into step."""
        return _spell(self.core)

    def spelled(self) -> str:
        """All that the path reads."""
        return _spell(self.out)


def _spell(link: Chain | None) -> str:
    chars = []
    while link:
        link, char = link
        chars.append(char)
    return "".join(reversed(chars))


@dataclass(frozen=True, slots=True)
class Reading:
    """The best reading of a torn run: the text for ``received[start:end]`` and how far the second best lay
    behind.
    """

    end: int
    text: str
    margin: float
    worst: float

    @property
    def confidence(self) -> float:
        """How probable it is that the reading is right, as the margin tells.

        >>> [round(Reading(0, "", margin, 0.0).confidence, 2) for margin in (0.0, 1.2, 2.3, CERTAIN)]
        [0.33, 0.56, 0.76, 0.98]
        """
        return min(_MOST, 1.0 / (1.0 + math.exp(-_SLOPE * self.margin - _START)))

    @classmethod
    def best(cls, paths: Sequence[Path]) -> Reading | None:
        """Of paths in falling order of score; ``None`` when the best is to leave what stands there."""
        paths = [path for path in paths if not path.pending]
        if not paths or not paths[0].torn:
            return None
        best, text = paths[0], paths[0].text()
        rivals = (best.score - path.score for path in paths[1:] if path.text() != text)
        return cls(best.since, text, min(best.margin, next(rivals, CERTAIN)), best.worst)


Bucket = dict[tuple[int, str, int, bool], Path]


def enter(bucket: Bucket, path: Path) -> None:
    """Of two paths that go on alike keep the better; it remembers by how much."""
    key = (path.pending, path.context, path.quotes, path.torn)
    rival = bucket.get(key)
    if rival is None:
        bucket[key] = path
        return
    better, worse = (rival, path) if rival.score >= path.score else (path, rival)
    lead = better.score - worse.score
    if lead < better.margin and not (lead < SAME and better.spelled() == worse.spelled()):
        better.margin = lead
    bucket[key] = better
