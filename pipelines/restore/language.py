"""How likely a run of Chinese characters is: a back-off model of up to five characters and marks
(``data/language.bin``).

The file is a header and an open hash table that is read as it lies, 32 bits a cell: 19 of the run's hash, 7
of its log probability, 6 of the back-off weight it has as a context. Nothing else is kept of the run itself;
one that was never seen is taken for another in about one look-up of 200,000.
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
_FORMAT = 3
_LOG_STEPS = 8.0  # to the unit; 7 bits reach down to -15.9
_WEIGHT_STEPS = 6.0  # to the unit; 6 bits reach from -8.7 to +1.8
_WEIGHT_ZERO = 52
_REMEMBERED = 100_000
_WIDTH = (1 << 16 * ORDER) - 1
_SPREAD = 0x9E37_79B9_7F4A_7C15_F39D  # odd, and no more regular than a random number


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the table: a mark of the format and the number of cells."""

    cells: int

    @property
    def size(self) -> int:
        """The bytes of the header and its table."""
        return 16 + 4 * self.cells

    def to_bytes(self) -> bytes:
        return _MAGIC + struct.pack("<II", _FORMAT, self.cells)

    @classmethod
    def from_bytes(cls, data: bytes) -> Header:
        known, cells = struct.unpack("<II", data[8:16]) if len(data) >= 16 and data[:8] == _MAGIC else (0, 0)
        header = cls(cells)
        if known != _FORMAT or len(data) < header.size:
            raise ValueError("language.bin is no language model; build it with tools/build_language_model.py")
        return header


def key_of(run: str, cells: int) -> tuple[int, int]:
    """The first cell to look at, and the 19 bits that tell this run from others (never 0)."""
    # Multiply-shift hashing (Dietzfelbinger et al., 1997): the top bits of a product are spread evenly.
    spread = (int.from_bytes(run.encode("utf-16-le"), "little") * _SPREAD & _WIDTH) >> 16 * ORDER - 51
    return (spread >> 19) * cells >> 32, spread & 0x7FFFF or 1


def pack_table(runs: Mapping[str, tuple[float, float]], cells: int) -> bytes:
    """The table of so many cells, as it lies in the file: for each run a log probability and a log weight.

    Whatever is probed from a cell on stands in falling order of its hash (Amble and Knuth, 1974), so that
    looking for what is not there ends early.
    """
    table = array("I", bytes(4 * cells))
    for run, (log, weight) in runs.items():
        slot, mark = key_of(run, cells)
        cell = mark << 13 | max(0, min(127, round(-log * _LOG_STEPS))) << 6
        cell |= max(0, min(63, round(weight * _WEIGHT_STEPS) + _WEIGHT_ZERO))
        while held := table[slot]:
            if held < cell:
                table[slot], cell = cell, held
            slot = slot + 1 if slot + 1 < cells else 0
        table[slot] = cell
    if sys.byteorder == "big":
        table.byteswap()
    return table.tobytes()


class Language:
    """The model. ``score(run)`` is log P(last character of ``run`` | the characters before it)."""

    def __init__(self, data: bytes) -> None:
        header = Header.from_bytes(data)
        self._table = array("I")
        self._table.frombytes(data[header.size - 4 * header.cells : header.size])
        if sys.byteorder == "big":
            self._table.byteswap()
        self._letters: dict[str, float] = {}
        self._weights: dict[str, float | None] = {}
        self._known_rests: dict[str, tuple[float, ...]] = {}

    def _find(self, run: str) -> int:
        """The cell of a run, 0 when it has none."""
        table = self._table
        slot, mark = key_of(run, len(table))
        while (held := table[slot] >> 13) > mark:
            slot += 1
            if slot == len(table):
                slot = 0
        return table[slot] if held == mark else 0

    def letter(self, char: str) -> float:
        """log P of a character by itself."""
        score = self._letters.get(char)
        if score is None:
            cell = self._find(char)
            score = self._letters[char] = _log_in(cell) if cell else UNSEEN
        return score

    def _weight(self, context: str) -> float | None:
        """The back-off weight of a context; ``None`` when it is not in the model, nor any longer one then."""
        weight = self._weights.get(context, 1.0)
        if weight == 1.0:
            if len(self._weights) > _REMEMBERED:
                self._weights.clear()
            cell = self._find(context)
            weight = self._weights[context] = ((cell & 63) - _WEIGHT_ZERO) / _WEIGHT_STEPS if cell else None
        return weight

    def _rests(self, context: str) -> tuple[float, ...]:
        """What backing off costs when no run of two characters is known, of three, … up to the longest end of
        the context that the model goes on from.
        """
        rests = self._known_rests.get(context)
        if rests is None:
            if len(self._known_rests) > _REMEMBERED:
                self._known_rests.clear()
            weights: list[float] = []
            for size in range(1, len(context) + 1):
                weight = self._weight(context[-size:])
                if weight is None:
                    break
                weights.append(weight)
            rests = tuple(sum(weights[size:]) for size in range(len(weights)))
            self._known_rests[context] = rests
        return rests

    def score(self, run: str) -> float:
        """log P of the last character after the (at most four) before it.

        A longer run is looked up only when the shorter one that ends it is there (the model is closed so):
        this is quick for what never occurs, and keeps chance hits of the hash from adding up.
        """
        score = self.letter(run[-1])
        for size, rest in enumerate(self._rests(run[:-1]), 2):
            cell = self._find(run[-size:])
            if not cell:
                return score + rest
            score = _log_in(cell)
        return score

    def follow(self, context: str, char: str) -> tuple[float, str]:
        """log P of a character after a context, and what the context is for the next one: the longest end
        of the two that any run of the model goes on from.
        """
        run = context + char
        found = char
        for size in range(2, len(run) + 1):
            cell = self._find(run[-size:])
            if not cell:
                break
            if cell & 63 != _WEIGHT_ZERO:
                found = run[-size:]
        return self.score(run), found


def _log_in(cell: int) -> float:
    return (cell >> 6 & 127) / -_LOG_STEPS


@cache
def language() -> Language:
    """The model that ships with the package, read on first use."""
    return Language(resources.files("pipelines.restore").joinpath("data/language.bin").read_bytes())
