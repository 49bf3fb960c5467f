"""How likely a run of Chinese characters is: a back-off model of up to five characters and marks
(``data/language.bin``).

The file is a header and an open hash table in two columns that are read as they lie: 32 bits a cell (26 of
the run's hash, 6 of the back-off weight it has as a context), then a byte a cell (the log probability).
Nothing else is kept of the run itself; a run that was never seen is taken for another in about one look-up
of ten million.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

ORDER = 5
MARKS = "。，、：；？！"  # the marks that the model knows as it knows characters
BOUNDARY = "^"  # before a sentence's first character: the start of a line, a foreign word
UNSEEN = -16.0

_MAGIC = b"LUNTANLM"
_FORMAT = 2
_LOG_STEPS = 16.0  # to the unit; a byte reaches down to -15.9
_WEIGHT_STEPS = 6.0  # to the unit; 6 bits reach from -8.7 to +1.8
_WEIGHT_ZERO = 52
_REMEMBERED = 100_000
_WIDTH = (1 << 16 * ORDER) - 1
_SPREAD = 0x9E37_79B9_7F4A_7C15_F39D  # odd, and no more regular than a random number


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the table: a mark of the format and the number of cells."""

    cells: int

    def to_bytes(self) -> bytes:
        return _MAGIC + struct.pack("<II", _FORMAT, self.cells)

    @classmethod
    def from_bytes(cls, data: bytes) -> Header:
        known, cells = struct.unpack_from("<II", data, 8) if data[:8] == _MAGIC else (0, 0)
        if known != _FORMAT:
            raise ValueError("language.bin is no language model; build it with tools/build_language_model.py")
        return cls(cells)


def key_of(run: str, cells: int) -> tuple[int, int]:
    """The first cell to look at, and the 26 bits that tell this run from others (never 0)."""
    # Multiply-shift hashing (Dietzfelbinger et al., 1997): the top bits of a product are spread evenly.
    spread = (int.from_bytes(run.encode("utf-16-le"), "little") * _SPREAD & _WIDTH) >> 16 * ORDER - 58
    return (spread >> 26) * cells >> 32, spread & 0x3FFFFFF or 1


def pack_table(runs: Mapping[str, tuple[float, float]], cells: int) -> bytes:
    """The table of so many cells, as it lies in the file: for each run a log probability and a log weight.

    Whatever is probed from a cell on stands in falling order of its hash (Amble and Knuth, 1974), so that
    looking for what is not there ends early.
    """
    keys, logs = array("I", bytes(4 * cells)), bytearray(cells)
    for run, (log, weight) in runs.items():
        slot, mark = key_of(run, cells)
        key = mark << 6 | max(0, min(63, round(weight * _WEIGHT_STEPS) + _WEIGHT_ZERO))
        byte = max(0, min(255, round(-log * _LOG_STEPS)))
        while held := keys[slot]:
            if held < key:
                keys[slot], key, logs[slot], byte = key, held, byte, logs[slot]
            slot = slot + 1 if slot + 1 < cells else 0
        keys[slot], logs[slot] = key, byte
    if sys.byteorder == "big":
        keys.byteswap()
    return keys.tobytes() + bytes(logs)


class Language:
    """The model. ``score(run)`` is log P(last character of ``run`` | the characters before it)."""

    def __init__(self, data: bytes) -> None:
        self._cells = Header.from_bytes(data).cells
        self._keys = array("I")
        self._keys.frombytes(data[16 : 16 + 4 * self._cells])
        if sys.byteorder == "big":
            self._keys.byteswap()
        self._logs = data[16 + 4 * self._cells :]
        self._letters: dict[str, float] = {}
        self._weights: dict[str, float | None] = {}

    def _find(self, run: str) -> int:
        """The cell of a run, -1 when it has none."""
        cells, keys = self._cells, self._keys
        slot, mark = key_of(run, cells)
        while (held := keys[slot] >> 6) > mark:
            slot += 1
            if slot == cells:
                slot = 0
        return slot if held == mark else -1

    def letter(self, char: str) -> float:
        """log P of a character by itself."""
        score = self._letters.get(char)
        if score is None:
            cell = self._find(char)
            score = self._letters[char] = -self._logs[cell] / _LOG_STEPS if cell >= 0 else UNSEEN
        return score

    def _weight(self, context: str) -> float | None:
        """The back-off weight of a context; ``None`` when it is not in the model, nor any longer one then."""
        weight = self._weights.get(context, 1.0)
        if weight == 1.0:
            if len(self._weights) > _REMEMBERED:
                self._weights.clear()
            cell = self._find(context)
            weight = None if cell < 0 else ((self._keys[cell] & 63) - _WEIGHT_ZERO) / _WEIGHT_STEPS
            self._weights[context] = weight
        return weight

    def score(self, run: str) -> float:
        """log P of the last character after the (at most four) before it.

        A longer run is looked up only when the shorter one that ends it is there (the model is closed so):
        this is quick for what never occurs, and keeps chance hits of the hash from adding up.
        """
        score = self.letter(run[-1])
        known = True
        for size in range(2, len(run) + 1):
            weight = self._weight(run[-size:-1])
            if weight is None:
                break
            cell = self._find(run[-size:]) if known else -1
            if cell >= 0:
                score = -self._logs[cell] / _LOG_STEPS
            else:
                known = False
                score += weight
        return score


@cache
def language() -> Language:
    """The model that ships with the package, read on first use."""
    return Language(resources.files("pipelines.restore").joinpath("data/language.bin").read_bytes())
