"""Read a word trigram model that KenLM packed as a quantised trie with compressed pointers.

The layout is that of KenLM's format version 5, model type 5: a header; the vocabulary's hashes; the tables
of quantised values; for each word its log probability, back-off weight and where its pairs begin; pairs and
triples as packed bits, each under the word it ends with; the words themselves, in the order of their numbers.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_MAGIC = b"mmap lm http://kheafield.com/code format version 5\n"
_PARAMETERS, _COUNTS, _VOCABULARY = 0x58, 0x6C, 0x88
_QUANTISED_ARRAY_TRIE = 5


@dataclass(frozen=True, slots=True)
class WordModel:
    """Words by number; pairs and triples of numbers in reading order; probabilities and back-off weights as
    plain numbers. The word ``i`` of ``words`` is number ``i`` in all the rest.
    """

    words: list[str]
    share: Floats
    weight: Floats
    pairs: tuple[Integers, Integers]
    pair_share: Floats
    pair_weight: Floats
    triples: tuple[Integers, Integers, Integers]
    triple_share: Floats


class _Bits:
    """Packed integers of some bits each."""

    def __init__(self, raw: npt.NDArray[np.uint8]) -> None:
        self._raw = np.concatenate([raw, np.zeros(16, np.uint8)])

    def read(self, base: int, offsets: Integers, bits: int) -> Integers:
        found = np.zeros(len(offsets), np.uint64)
        for byte in range(8):
            found |= self._raw[base + (offsets >> 3) + byte].astype(np.uint64) << np.uint64(8 * byte)
        found = (found >> (offsets & 7).astype(np.uint64)) & np.uint64((1 << bits) - 1)
        return found.astype(np.int64)


def _inline_bits(entries: int, pointed: int, most: int = 22) -> int:
    """How many bits of each pointer stand with its entry: KenLM's choice, the smallest file."""
    needed = pointed.bit_length()
    chops = range(min(needed, most) + 1)
    return needed - min(chops, key=lambda chop: (pointed >> (needed - chop)) * 64 - entries * chop)


def read_word_model(path: Path) -> WordModel:
    """The model in a file; raises ``ValueError`` for a file of another kind."""
    raw = np.fromfile(path, np.uint8)
    data = raw.tobytes()
    order, _probing, kind = struct.unpack_from("<B3xfi", data, _PARAMETERS)
    if not data.startswith(_MAGIC) or (order, kind) != (3, _QUANTISED_ARRAY_TRIE):
        raise ValueError(f"{path} is no quantised trie of word triples in KenLM's format 5")
    words, pairs, triples = struct.unpack_from("<3Q", data, _COUNTS)
    at = _VOCABULARY + 8 + 8 * words
    share_bits, weight_bits = data[at + 1], data[at + 2]
    at += 8

    def table(bits: int) -> npt.NDArray[Any]:
        nonlocal at
        at += 4 << bits
        return np.frombuffer(data, "<f4", 1 << bits, at - (4 << bits)).astype(float)

    pair_shares, pair_weights, triple_shares = table(share_bits), table(weight_bits), table(share_bits)
    fields = np.dtype([("share", "<f4"), ("weight", "<f4"), ("next", "<u8")])
    single = np.frombuffer(data, fields, words + 1, at)
    at += 16 * (words + 2)

    bits, word_bits, inline = _Bits(raw), words.bit_length(), _inline_bits(pairs + 1, triples)
    begins_at = (at + 7) // 8 * 8 + 8
    begins = np.frombuffer(data, "<u8", (triples >> inline) + 1, begins_at).astype(np.int64)
    at += 8 * (1 + len(begins)) + 7
    size = word_bits + weight_bits + share_bits + inline
    offsets = np.arange(pairs + 1, dtype=np.int64) * size
    before = bits.read(at, offsets, word_bits)[:pairs]
    weight = bits.read(at, offsets + word_bits, weight_bits)[:pairs]
    share = bits.read(at, offsets + word_bits + weight_bits, share_bits)[:pairs]
    low = bits.read(at, offsets + size - inline, inline)
    high = np.searchsorted(begins, np.arange(pairs + 1), side="right") - 1
    last = np.repeat(np.arange(words), np.diff(single["next"].astype(np.int64)))
    pair_of = np.repeat(np.arange(pairs), np.diff(high << inline | low))
    at += ((1 + pairs) * size + 7) // 8 + 8

    offsets = np.arange(triples, dtype=np.int64) * (word_bits + share_bits)
    first = bits.read(at, offsets, word_bits)
    triple_share = bits.read(at, offsets + word_bits, share_bits)
    at += ((1 + triples) * (word_bits + share_bits) + 7) // 8 + 8
    return WordModel(
        [word.decode() for word in data[at:].split(b"\0")[:words]],
        10.0 ** -np.abs(single["share"][:words].astype(float)),  # the sign is a flag of KenLM's
        10.0 ** single["weight"][:words].astype(float),
        (before, last),
        10.0 ** pair_shares[share],
        10.0 ** pair_weights[weight],
        (first, before[pair_of], last[pair_of]),
        10.0 ** triple_shares[triple_share],
    )
