"""Cut a back-off model down to the runs that tell most, and lay it out as language.py reads it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from kenlm_trie import Floats

from pipelines.restore.backoff import Level, find, pack

Codes = npt.NDArray[np.uint64]

LEAST_REST = 0.02


class Runs(NamedTuple):
    """Runs of one length, by rising code; a code has the numbers of the run's characters for digits."""

    codes: Codes
    shares: Floats  # of all places of a text: how often the run ends there
    logs: Floats  # log P(last character | the ones before)


class Pruned:
    """A back-off model of the runs that tell most; with a run stay those that begin and end it."""

    def __init__(self, base: int, runs: dict[int, Runs], budget: int) -> None:
        """``base`` is that of the codes; ``runs`` are by length and closed: each begins and ends with runs
        that are among them. ``budget`` is how many to keep; those of length 1 stay whatever they tell.
        """
        self._base, self._order = base, max(runs)
        self.codes = {size: each.codes for size, each in runs.items()}
        self.logs = {size: each.logs for size, each in runs.items()}
        self.weights: dict[int, Floats] = {}
        self._weigh()
        if sum(map(len, self.codes.values())) > budget:
            self._keep({size: each.shares for size, each in runs.items()}, budget)
            self._weigh()

    def _power(self, size: int) -> np.uint64:
        return np.uint64(self._base**size)

    def _keep(self, shares: dict[int, Floats], budget: int) -> None:
        gains = {
            size: shares[size] * np.abs(self.logs[size] - self._backed_off(self.codes[size], size))
            for size in range(2, self._order + 1)
        }
        ranked = np.sort(np.concatenate(list(gains.values())))[::-1]
        low, high = 0, min(len(ranked) - 1, budget)
        for _ in range(12):
            middle = (low + high) // 2
            kept = self._closed({size: gain >= ranked[middle] for size, gain in gains.items()})
            if len(self.codes[1]) + sum(int(mask.sum()) for mask in kept.values()) > budget:
                high = middle
            else:
                low = middle
        kept = self._closed({size: gain >= ranked[low] for size, gain in gains.items()})
        for size, mask in kept.items():
            self.codes[size], self.logs[size] = self.codes[size][mask], self.logs[size][mask]

    def _closed(self, kept: dict[int, npt.NDArray[np.bool_]]) -> dict[int, npt.NDArray[np.bool_]]:
        for size in range(self._order, 2, -1):
            codes = self.codes[size][kept[size]]
            for part in (codes // self._power(1), codes % self._power(size - 1)):
                kept[size - 1][find(self.codes[size - 1], np.unique(part))] = True
        return kept

    def _weigh(self) -> None:
        """The back-off weights of all contexts, the shortest first."""
        self.weights.clear()
        for size in range(1, self._order):
            longer = self.codes[size + 1]
            context, start = np.unique(longer // self._power(1), return_index=True)
            seen = np.add.reduceat(np.exp(self.logs[size + 1]), start)
            lower = np.add.reduceat(np.exp(self.log_probability(longer % self._power(size), size)), start)
            weights = np.zeros(len(self.codes[size]))
            weights[find(self.codes[size], context)] = np.log(
                np.maximum(1.0 - seen, LEAST_REST) / np.maximum(1.0 - lower, LEAST_REST)
            )
            self.weights[size] = weights

    def _backed_off(self, codes: Codes, size: int) -> Floats:
        at = find(self.codes[size - 1], codes // self._power(1))
        weights = np.where(at >= 0, self.weights[size - 1][at], 0.0)
        return weights + self.log_probability(codes % self._power(size - 1), size - 1)

    def log_probability(self, codes: Codes, size: int) -> Floats:
        """log P(last character | the ones before) of runs of so many characters."""
        at = find(self.codes[size], codes)
        logs = np.where(at >= 0, self.logs[size][at], -18.0)
        if size > 1 and (unknown := at < 0).any():
            logs[unknown] = self._backed_off(codes[unknown], size)
        return logs

    def to_bytes(self, names: bytes) -> bytes:
        """The model as it lies in a file; ``names`` tell what the symbols, numbered from 1, stand for."""
        levels, above = [], np.zeros(1, np.uint64)
        for size, codes in sorted(self.codes.items()):
            children = np.bincount(find(above, codes // self._power(1)), minlength=len(above))
            weights = self.weights.get(size, np.zeros(len(codes)))
            levels.append(Level(children, codes % self._power(1), self.logs[size], weights))
            above = codes
        return pack(names, levels)
