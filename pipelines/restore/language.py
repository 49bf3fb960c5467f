"""How likely a run of Chinese characters is: a back-off model of up to five characters
(``data/language.bin``).

The file is a header and an open hash table of 32-bit cells, read as it lies: 19 bits of the run's hash, 7
bits of its log probability, 6 bits of the back-off weight it has as a context. Nothing else is kept of the
run itself, so a run that was never seen is taken for another in about one look-up of fifty thousand.
"""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass
from functools import cache
from importlib import resources
from zlib import crc32

ORDER = 5
BOUNDARY = "^"  # a mark, or the end of a line: what stands around a clause
UNSEEN = -16.0

_MAGIC = b"LUNTANLM"
_LOG_STEPS = 8.0  # to the unit; 7 bits reach down to -15.9
_WEIGHT_STEPS = 6.0  # to the unit; 6 bits reach from -8.7 to +1.8
_WEIGHT_ZERO = 52
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the table: a mark of the format and the number of cells."""

    cells: int

    def to_bytes(self) -> bytes:
        return _MAGIC + struct.pack("<II", 1, self.cells)

    @classmethod
    def from_bytes(cls, data: bytes) -> Header:
        if data[:8] != _MAGIC:
            raise ValueError("language.bin is no language model; build it with tools/build_language_model.py")
        return cls(struct.unpack_from("<II", data, 8)[1])


def key_of(run: str, cells: int) -> tuple[int, int]:
    """The first cell to look at, and the 19 bits that tell this run from others (never 0)."""
    code = run.encode("utf-16-le")
    return crc32(code) % cells, crc32(code, 0x9E3779B9) >> 13 or 1


def pack_cell(mark: int, log: float, weight: float) -> int:
    """One cell: ``mark``, a log probability, a log weight."""
    steps = max(0, min(63, round(weight * _WEIGHT_STEPS) + _WEIGHT_ZERO))
    return mark << 13 | min(127, round(-log * _LOG_STEPS)) << 6 | steps


class Language:
    """The model. ``score(run)`` is log P(last character of ``run`` | the characters before it)."""

    def __init__(self, data: bytes) -> None:
        self._cells = Header.from_bytes(data).cells
        self._table = array("I")
        self._table.frombytes(data[16:])
        if sys.byteorder == "big":
            self._table.byteswap()
        self._letters: dict[str, float] = {}
        self._weights: dict[str, float | None] = {}

    def _cell(self, run: str) -> int:
        code = run.encode("utf-16-le")
        cells, table = self._cells, self._table
        slot, mark = crc32(code) % cells, crc32(code, 0x9E3779B9) >> 13 or 1
        while cell := table[slot]:
            if cell >> 13 == mark:
                return cell
            slot += 1
            if slot == cells:
                slot = 0
        return 0

    def _letter(self, char: str) -> float:
        score = self._letters.get(char)
        if score is None:
            cell = self._cell(char)
            score = self._letters[char] = -(cell >> 6 & 127) / _LOG_STEPS if cell else UNSEEN
        return score

    def _weight(self, context: str) -> float | None:
        """The back-off weight of a context; ``None`` when it is not in the model, nor any longer one then."""
        weight = self._weights.get(context, 1.0)
        if weight == 1.0:
            if len(self._weights) > _REMEMBERED:
                self._weights.clear()
            cell = self._cell(context)
            weight = self._weights[context] = ((cell & 63) - _WEIGHT_ZERO) / _WEIGHT_STEPS if cell else None
        return weight

    def score(self, run: str) -> float:
        """log P of the last character after the (at most four) before it.

        A longer run is looked up only when the shorter one that ends it is there (the model is closed so):
        this is quick for what never occurs, and keeps chance hits of the hash from adding up.
        """
        score = self._letter(run[-1])
        known = True
        for size in range(2, len(run) + 1):
            weight = self._weight(run[-size:-1])
            if weight is None:
                break
            cell = self._cell(run[-size:]) if known else 0
            if cell:
                score = -(cell >> 6 & 127) / _LOG_STEPS
            else:
                known = False
                score += weight
        return score


@cache
def language() -> Language:
    """The model that ships with the package, read on first use."""
    return Language(resources.files("pipelines.restore").joinpath("data/language.bin").read_bytes())
