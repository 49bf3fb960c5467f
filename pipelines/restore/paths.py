"""The ways to have read a torn run so far, and which of two that go on alike is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CERTAIN = 99.0  # the margin of a reading without a rival

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

    def text(self) -> str:
        """What the path reads, up to where it came back into step."""
        chars = []
        link = self.core
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
    elif rival.score >= path.score:
        rival.margin = min(rival.margin, rival.score - path.score)
    else:
        path.margin = min(path.margin, path.score - rival.score)
        bucket[key] = path
