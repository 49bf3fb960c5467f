"""Files of small back-off models, for the tests of their readers."""

from __future__ import annotations

import numpy as np

from pipelines.restore.backoff import Level, pack


def packed(names: bytes, runs: dict[tuple[int, ...], tuple[float, float]]) -> bytes:
    """The file of runs of symbols with their logs and weights."""
    levels, above = [], [()]
    for size in range(1, max(map(len, runs), default=0) + 1):
        rows = sorted(run for run in runs if len(run) == size)
        children = [sum(run[:-1] == before for run in rows) for before in above]
        logs, weights = zip(*(runs[run] for run in rows), strict=True)
        symbols = np.array([run[-1] for run in rows])
        levels.append(Level(np.array(children), symbols, np.array(logs), np.array(weights)))
        above = rows
    return pack(names, levels)
