"""The ways to have read a torn run so far, and which of them are kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import attrgetter

from pipelines.restore.enclosed import Enclosed

CERTAIN = 99.0  # the margin of a reading without a rival
# What share of the readings with a margin are right, fitted on 880 torn places of news and essays.
_SLOPE, _START, _MOST = 0.9, -1.2, 0.97

score_of = attrgetter("score")


@dataclass(slots=True, eq=False)
class Path:
    """One way to have read the line so far.

    ``out`` is what it has read, ``core`` how much of that up to where the path last was torn, which is
    ``since`` in the received text; ``last`` is the second byte of the last character read in step.
    """

    score: float
    pending: int
    context: str
    enclosed: Enclosed
    last: int
    since: int
    out: str = ""
    core: int = 0
    torn: bool = False

    def with_pending(self, pending: int, cost: float) -> Path:
        """The same path with another byte that waits for its trail."""
        return Path(
            self.score - cost,
            pending,
            self.context,
            self.enclosed,
            self.last,
            self.since,
            self.out,
            self.core,
            self.torn,
        )

    def text(self) -> str:
        """What the path reads, up to where it came back into step."""
        return self.out[: self.core]


@dataclass(frozen=True, slots=True)
class Reading:
    """The best reading of a torn run: the text for ``received[start:end]`` and how far the second best lay
    behind.
    """

    end: int
    text: str
    margin: float

    @property
    def confidence(self) -> float:
        """How probable it is that the reading is right, as the margin tells.

        >>> [round(Reading(0, "", margin).confidence, 2) for margin in (0.0, 1.2, 2.3, CERTAIN)]
        [0.23, 0.47, 0.7, 0.97]
        """
        return min(_MOST, 1.0 / (1.0 + math.exp(-_SLOPE * self.margin - _START)))


class Frontier:
    """The paths that have come as far as one place of the received text."""

    def __init__(self) -> None:
        self._paths: dict[tuple[str, int, bool], Path] = {}

    def enter(self, path: Path) -> None:
        """Of two paths that have read the same and go on alike the better stays."""
        key = (path.out, path.pending, path.torn)
        rival = self._paths.get(key)
        if rival is None or rival.score < path.score:
            self._paths[key] = path

    def best(self, count: int, spread: float) -> list[Path]:
        """The best paths, the best first, none further (in log) behind it than ``spread``; but thrice as far
        the one on which nothing is torn, as the others are not yet read to their ends.
        """
        paths = sorted(self._paths.values(), key=score_of, reverse=True)
        floor = paths[0].score - spread
        kept = [path for path in paths[:count] if path.score >= floor]
        least = floor - 2 * spread
        return kept + [path for path in paths[len(kept) :] if not path.torn and path.score >= least]
