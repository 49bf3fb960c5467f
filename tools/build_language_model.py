"""Make ``pipelines/restore/data/language.bin`` from the word trigram model of libime (zh_CN.lm).

The word model becomes a model of characters and marks: every word, pair and triple of words lends its
probability to the runs of characters in it, as if a text of that model had been counted; the runs that tell
most are kept.

    python tools/build_language_model.py zh_CN.lm pipelines/restore/data/language.bin

``zh_CN.lm`` is in Debian's binary package ``libime-data-language-model`` (``/usr/lib/*/libime/zh_CN.lm``).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from kenlm_trie import Floats, Integers, WordModel, read_word_model
from pruned import Codes, Pruned, Runs
from word_shares import WordShares, is_chinese

from pipelines.restore.backoff import find
from pipelines.restore.language import BOUNDARY, MARKS, ORDER

Found = tuple[Codes, Floats]  # the codes of runs and the share of each

ALPHABET = 7131  # its fifth power is the largest that 64 bits hold: a run of five is one number
OPENING = 0.03  # the share of places where a sentence begins without a mark before it
SMALLEST = {1: 0.0, 2: 5e-10, 3: 3e-9, 4: 4e-9, 5: 4e-9}  # rarer runs are no evidence
SMALLEST_TRIPLE = 1e-9
DISCOUNT = 3e-10


class Alphabet:
    """The most common characters, numbered from 1: a run's code has their numbers for digits."""

    def __init__(self, model: WordModel) -> None:
        common: dict[str, float] = {}
        for word, share in zip(model.words, model.share, strict=True):
            if is_chinese(word):
                for char in word:
                    common[char] = common.get(char, 0.0) + share
        ranked = sorted(common, key=lambda char: (-common[char], char))
        self.chars = [BOUNDARY, *MARKS, *ranked][: ALPHABET - 1]
        self._numbers = {char: number for number, char in enumerate(self.chars, 1)}

    def covers(self, word: str) -> bool:
        return bool(word) and all(char in self._numbers for char in word)

    def encode(self, run: str) -> int:
        code = 0
        for char in run:
            code = code * ALPHABET + self._numbers[char]
        return code


def power(size: int) -> np.uint64:
    return np.uint64(ALPHABET**size)


def added_up(codes: Codes, shares: Floats) -> Found:
    """Each code once, with the sum of its shares."""
    order = np.argsort(codes, kind="stable")
    codes, shares = codes[order], shares[order]
    first = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]]))
    return codes[first], np.add.reduceat(shares, first)


class Expected:
    """The expected share of each run of 1 … ORDER characters in a text of the word model."""

    def __init__(self, model: WordModel, alphabet: Alphabet) -> None:
        self._model = model
        words = model.words
        self._usable = np.array([alphabet.covers(word) for word in words])
        self._mark = np.array([word in MARKS for word in words])
        self._length = np.array([len(word) for word in words])
        self._head = np.zeros((ORDER + 1, len(words)), np.uint64)
        self._tail = np.zeros((ORDER + 1, len(words)), np.uint64)
        for index in np.flatnonzero(self._usable):
            word = words[index]
            for size in range(1, min(ORDER, len(word)) + 1):
                self._head[size, index] = alphabet.encode(word[:size])
                self._tail[size, index] = alphabet.encode(word[-size:])
        self._found: dict[int, list[Found]] = {size: [] for size in range(1, ORDER + 1)}
        shares = WordShares(model, self._usable)
        self._share, self._pair_share, self._start = shares.single, shares.pair, shares.start
        self._inside_words(alphabet)
        self._openings(alphabet)
        self._pairs()
        self._triples()
        self._triples_by_pairs()

    def runs(self) -> dict[int, Found]:
        """Those that are common enough to be evidence."""
        runs: dict[int, Found] = {}
        for size, parts in self._found.items():
            codes, shares = added_up(
                np.concatenate([c for c, _ in parts]), np.concatenate([s for _, s in parts])
            )
            kept = shares > 0 if size == 1 else shares >= SMALLEST[size]
            runs[size] = codes[kept], shares[kept]
        return runs

    def _add(self, size: int, codes: Codes, shares: Floats) -> None:
        if len(codes):
            self._found[size].append(added_up(codes, shares))

    def _inside_words(self, alphabet: Alphabet) -> None:
        for size in range(1, ORDER + 1):
            found: dict[str, float] = {}
            for index in np.flatnonzero(self._usable & (self._length >= size)):
                word, share = self._model.words[index], float(self._share[index])
                for start in range(len(word) - size + 1):
                    run = word[start : start + size]
                    found[run] = found.get(run, 0.0) + share
            codes = np.array([alphabet.encode(run) for run in found], np.uint64)
            self._add(size, codes, np.array(list(found.values())))

    def _openings(self, alphabet: Alphabet) -> None:
        """Words behind a mark, and at the beginning of a line."""
        shares = {word: float(self._share[i]) for i, word in enumerate(self._model.words) if self._mark[i]}
        self._add(1, np.array([alphabet.encode(BOUNDARY)], np.uint64), np.array([OPENING]))
        for opening, share in [(BOUNDARY, OPENING), *shares.items()]:
            code = np.uint64(alphabet.encode(opening))
            for size in range(1, ORDER):
                words = self._usable & ~self._mark & (self._length >= size)
                self._add(size + 1, code * power(size) + self._head[size, words], share * self._start[words])

    def _usable_pairs(self) -> npt.NDArray[np.bool_]:
        left, right = self._model.pairs
        return self._usable[left] & self._usable[right] & ~self._mark[left]

    def _pairs(self) -> None:
        left, right = self._model.pairs
        joint = self._share[left] * self._pair_share
        usable = self._usable_pairs()
        for before in range(1, ORDER):
            for after in range(1, ORDER - before + 1):
                known = usable & (self._length[left] >= before) & (self._length[right] >= after)
                codes = self._tail[before, left[known]] * power(after) + self._head[after, right[known]]
                self._add(before + after, codes, joint[known])

    def _triples(self) -> None:
        """What the model's triples have more (or less) than its pairs give them."""
        model, count = self._model, len(self._model.words)
        left, right = model.pairs
        first, middle, last = model.triples
        order = np.argsort(left * count + right)
        keys = (left * count + right)[order]
        context = order[np.searchsorted(keys, first * count + middle)]
        suffix = order[np.searchsorted(keys, middle * count + last)]
        backed = model.pair_weight[context] * self._pair_share[suffix]
        joint = self._share[left[context]] * self._pair_share[context]
        more = joint * (np.minimum(model.triple_share, 1.0) - backed)
        usable = self._usable[first] & self._usable[middle] & self._usable[last]
        usable &= ~self._mark[first] & ~self._mark[middle]
        for before, inner, after in _shapes():
            known = usable & (self._length[middle] == inner)
            known &= (self._length[first] >= before) & (self._length[last] >= after)
            codes = self._tail[before, first[known]] * power(inner) + self._head[inner, middle[known]]
            codes = codes * power(after) + self._head[after, last[known]]
            self._add(before + inner + after, codes, more[known])

    def _triples_by_pairs(self) -> None:
        """The triples that two pairs make, where their share is not too small."""
        left, right = self._model.pairs
        usable = self._usable_pairs() & ~self._mark[left]
        into = self._share[left] * self._pair_share * self._model.pair_weight
        for before in range(1, ORDER - 1):
            known = usable & (self._length[left] >= before) & ~self._mark[right]
            entering = _Grouped(right[known], self._tail[before, left[known]], into[known])
            for after in range(1, ORDER - before):
                known = usable & (self._length[right] >= after)
                leaving = _Grouped(left[known], self._head[after, right[known]], self._pair_share[known])
                for inner in range(1, ORDER - before - after + 1):
                    self._join(entering, leaving, (before, inner, after))

    def _join(self, entering: _Grouped, leaving: _Grouped, shape: tuple[int, int, int]) -> None:
        before, inner, after = shape
        codes, shares = [], []
        for word in np.flatnonzero(self._length == inner):
            if not self._usable[word]:
                continue
            heads, tails = entering.of(word), leaving.of(word)
            if not len(heads[1]) or not len(tails[1]):
                continue
            likely = np.searchsorted(-tails[1], -SMALLEST_TRIPLE / heads[1])
            if not (total := int(likely.sum())):
                continue
            head = np.repeat(np.arange(len(likely)), likely)
            tail = np.arange(total) - np.repeat(np.cumsum(likely) - likely, likely)
            code = heads[0][head] * power(inner) + self._head[inner, word]
            codes.append(code * power(after) + tails[0][tail])
            shares.append(heads[1][head] * tails[1][tail])
        if codes:
            self._add(before + inner + after, np.concatenate(codes), np.concatenate(shares))


class _Grouped:
    """Codes and their shares by the word they stand beside, the largest share first."""

    def __init__(self, words: Integers, codes: Codes, shares: Floats) -> None:
        order = np.lexsort((codes, words))
        words, codes, shares = words[order], codes[order], shares[order]
        new = np.concatenate([[True], (words[1:] != words[:-1]) | (codes[1:] != codes[:-1])])
        first = np.flatnonzero(new)
        words, codes, shares = words[first], codes[first], np.add.reduceat(shares, first)
        order = np.lexsort((-shares, words))
        self._words, self._codes, self._shares = words[order], codes[order], shares[order]

    def of(self, word: np.int64) -> Found:
        start, end = np.searchsorted(self._words, [word, word + 1])
        return self._codes[start:end], self._shares[start:end]


def _shapes() -> Iterator[tuple[int, int, int]]:
    """So many characters before a whole word, in it and after it: all that fit in a run."""
    for before in range(1, ORDER - 1):
        for inner in range(1, ORDER - before):
            for after in range(1, ORDER - before - inner + 1):
                yield before, inner, after


def conditional(runs: dict[int, Found]) -> dict[int, Runs]:
    """The runs that are evidence, with the probability of their last character; the others' part of it is
    left to the shorter runs.
    """
    codes, shares = runs[1]
    known = {1: Runs(codes, shares, np.log(shares / shares.sum()))}
    for size in range(2, ORDER + 1):
        codes, shares = runs[size]
        context, start = np.unique(codes // power(1), return_index=True)
        follow = np.add.reduceat(shares, start)
        at = find(runs[size - 1][0], context)
        base = np.maximum(np.where(at >= 0, runs[size - 1][1][at], 0.0), follow)
        base = np.repeat(base, np.diff(np.append(start, len(shares))))
        kept = (shares > DISCOUNT) & (find(known[size - 1].codes, codes // power(1)) >= 0)
        kept &= find(known[size - 1].codes, codes % power(size - 1)) >= 0
        known[size] = Runs(codes[kept], shares[kept], np.log((shares[kept] - DISCOUNT) / base[kept]))
    return known


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", type=Path, metavar="zh_CN.lm")
    parser.add_argument("output", type=Path)
    parser.add_argument("--runs", type=int, default=2_500_000, help="how many runs of characters to keep")
    options = parser.parse_args()
    model = read_word_model(options.words)
    alphabet = Alphabet(model)
    pruned = Pruned(ALPHABET, conditional(Expected(model, alphabet).runs()), options.runs)
    options.output.write_bytes(pruned.to_bytes("".join(alphabet.chars).encode("utf-16-le")))


if __name__ == "__main__":
    main()
