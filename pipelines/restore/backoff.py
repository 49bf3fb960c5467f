"""A back-off model of runs of symbols, as ``data/language.bin`` (characters) and ``data/words.bin`` (words)
hold it.

The runs are a trie: the node of a run has for children the runs that are one symbol longer, and lies with
the log probability of the run's last symbol after the others and the back-off weight the run has as a
context. The nodes lie in the order of their lengths, each node's children side by side by rising symbol; so
the file needs to tell for each node no more than how many children it has, and of each child which one it is.
A run without its first symbol is a run of the model too: its place among its own siblings, of which there are
few, tells the last symbol of the longer run.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_MAGIC = b"LUNTANLM"
_FORMAT = 5
_LOG_STEPS = 8.0  # to the unit; 7 bits reach down to -15.9
_WEIGHT_STEPS = 6.0  # to the unit; 6 bits reach from -8.7 to +1.8
_WEIGHT_ZERO = 52
LOGS = tuple(step / -_LOG_STEPS for step in range(128))
WEIGHTS = tuple((step - _WEIGHT_ZERO) / _WEIGHT_STEPS for step in range(64))

Numbers = npt.NDArray[Any]


class Level(NamedTuple):
    """The runs of one length: how many of them each run of the length before begins, their last symbols
    (numbered from 1), and of each the log probability and the log of the back-off weight.
    """

    children: Numbers
    symbols: Numbers
    logs: Numbers
    weights: Numbers


def pack(names: bytes, levels: Sequence[Level]) -> bytes:
    """The model as it lies in a file; ``names`` are what the symbols stand for, in a form of their reader's.

    The first level has every symbol, in order. Raises ``ValueError`` when a run ends with one that is not in
    the level before.
    """
    body = [
        struct.pack(f"<{2 + len(levels)}I", len(names), len(levels), *(len(one.logs) for one in levels)),
        names,
    ]
    for level, places in zip(levels, _places(levels), strict=True):
        steps = np.diff(places, prepend=0)
        begins = (np.cumsum(level.children) - level.children)[level.children > 0]
        steps[begins] = places[begins]
        logs = np.clip(np.round(-level.logs * _LOG_STEPS), 0, 127)
        weights = np.clip(np.round(level.weights * _WEIGHT_STEPS) + _WEIGHT_ZERO, 0, 63)
        body += [_planes(level.children), _planes(steps), logs.astype(np.uint8).tobytes()]
        body.append(weights.astype(np.uint8).tobytes())
    return _MAGIC + struct.pack("<I", _FORMAT) + zstd.compress(b"".join(body), level=19)


def _places(levels: Sequence[Level]) -> Iterator[Numbers]:
    """Of each level's runs the place (from 1) of the run without its first symbol among its siblings."""
    above = ends = np.zeros(1, np.int64)  # the nodes of the level before, those of its runs' ends
    known = np.zeros(0, np.int64)  # its runs: the node of all but the last symbol, and that symbol
    for level in levels:
        symbols, ends = level.symbols.astype(np.int64), np.repeat(ends, level.children)
        places = symbols
        if len(known):
            found = find(known, ends << 32 | symbols)
            if (found < 0).any():
                raise ValueError("a run ends with what is no run")
            places = 1 + found - np.searchsorted(known, ends << 32)
            ends = above[0] + found
        yield places
        known = np.repeat(above, level.children) << 32 | symbols
        above = above[-1] + 1 + np.arange(len(symbols))


def find(codes: Numbers, wanted: Numbers) -> Numbers:
    """Where each wanted code stands in rising codes, -1 for those that do not."""
    at = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    return np.where(codes[at] == wanted, at, -1)


def _planes(numbers: Numbers) -> bytes:
    """Numbers below 2 ** 24, their lowest bytes first, then the middle ones: alike stands with alike."""
    return b"".join((numbers >> shift & 255).astype(np.uint8).tobytes() for shift in (0, 8, 16))


class Backoff:
    """The model. A node is a number: 0 the empty run, the symbol's own number a run of one symbol."""

    def __init__(self, data: bytes) -> None:
        """Raises ``ValueError`` when the data are no model."""
        try:
            known = struct.unpack_from("<I", data, len(_MAGIC))[0] if data.startswith(_MAGIC) else 0
            if known != _FORMAT:
                raise ValueError("of another format")
            self._read(zstd.decompress(data[len(_MAGIC) + 4 :]))
        except (zstd.ZstdError, struct.error, IndexError, EOFError) as error:
            raise ValueError(f"a broken file: {error}") from error

    def _read(self, body: bytes) -> None:
        size, order = struct.unpack_from("<2I", body)
        sizes = struct.unpack_from(f"<{order}I", body, 8)
        at = 8 + 4 * order + size
        self.names = body[at - size : at]
        self.singles, nodes = sizes[0], 1 + sum(sizes)
        narrow = self.singles < 1 << 16
        symbols = np.zeros(nodes, np.uint16 if narrow else np.uint32)
        symbols[1 : 1 + self.singles] = np.arange(1, 1 + self.singles)
        first = np.full(nodes + 1, nodes, np.uint32)
        ends = np.zeros(1, np.uint32)  # the nodes of the runs without their first symbols
        logs, weights = [b"\0"], [b"\0"]
        above, begun, node = 1, 0, 1
        for count in sizes:
            children = _numbers(body, at, above)
            first[begun : begun + above] = node + np.cumsum(children, dtype=np.uint32) - children
            at += 3 * above
            places = _summed(_numbers(body, at, count), children)
            at += 3 * count
            ends = np.repeat(ends, children)
            if begun:
                ends = first[ends] + places - 1
                symbols[node : node + count] = symbols[ends]
            logs.append(body[at : at + count])
            weights.append(body[at + count : at + 2 * count])
            at += 2 * count
            above, begun, node = count, node, node + count
        if at != len(body):
            raise ValueError("a broken file: of the wrong size")
        self.logs, self.weights = b"".join(logs), b"".join(weights)
        self.symbols = array("H" if narrow else "I", symbols.tobytes())
        self._first = array("I", first.tobytes())

    def numbered(self, spelled: Sequence[str]) -> dict[str, int]:
        """The symbols' numbers by what they stand for; raises ``ValueError`` when these are not as many."""
        if len(spelled) != self.singles:
            raise ValueError("of other symbols")
        return {name: number for number, name in enumerate(spelled, 1)}

    def child(self, node: int, symbol: int) -> int:
        """The node of the run that ``symbol`` makes longer, 0 when there is none."""
        end = self._first[node + 1]
        found = bisect_left(self.symbols, symbol, self._first[node], end)
        return found if found < end and self.symbols[found] == symbol else 0

    def children(self, node: int) -> range:
        """The nodes of the runs that are one symbol longer."""
        return range(self._first[node], self._first[node + 1])

    def begins(self, node: int) -> bool:
        """Does the run begin a longer one?"""
        return self._first[node] < self._first[node + 1]


def _numbers(body: bytes, at: int, count: int) -> Numbers:
    """What ``_planes`` laid down there."""
    numbers = np.zeros(count, np.uint32)
    for plane in range(3):
        numbers |= np.frombuffer(body, np.uint8, count, at + plane * count).astype(np.uint32) << 8 * plane
    return numbers


def _summed(steps: Numbers, children: Numbers) -> Numbers:
    """The places, by how much each is above the one before it among the same run's children."""
    sums = np.cumsum(steps, dtype=np.uint32)
    some = children[children > 0]
    begins = np.cumsum(some) - some
    places: Numbers = sums - np.repeat(sums[begins] - steps[begins], some)
    return places
