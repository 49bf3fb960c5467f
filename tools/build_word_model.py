"""Make ``pipelines/restore/data/words.bin`` from the word trigram model of libime (zh_CN.lm).

The most common words are kept, and of their pairs and triples those that tell most. Words and pairs get the
probability they have in a text; the model's own say in how many contexts they stand, which misleads once the
longer runs are pruned away (Chelba, Brants, Neveitt and Xu, 2010).

    python tools/build_word_model.py zh_CN.lm pipelines/restore/data/words.bin

``zh_CN.lm`` is in Debian's binary package ``libime-data-language-model`` (``/usr/lib/*/libime/zh_CN.lm``).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
from kenlm_trie import Floats, Integers, WordModel, read_word_model
from pruned import Pruned, Runs
from word_shares import PairShares, is_mark

from pipelines.restore.backoff import find
from pipelines.restore.words import LONGEST


def vocabulary(model: WordModel, shares: PairShares, size: int) -> list[str]:
    """The words to keep, marks among them: those that stand most often in a text, the most common first."""
    usable = [index for index in np.flatnonzero(shares.single).tolist() if len(model.words[index]) <= LONGEST]
    ranked = sorted(usable, key=lambda index: (-shares.single[index], model.words[index]))
    return [model.words[index] for index in ranked[:size]]


def word_runs(model: WordModel, shares: PairShares, words: list[str]) -> dict[int, Runs]:
    """The model's words, pairs and triples that are made of the ``words``; a word's digit is its place in
    the list, from 1.
    """
    numbers = {word: number for number, word in enumerate(words, 1)}
    digit = np.array([numbers.get(word, 0) for word in model.words])
    base = len(words) + 1
    single = shares.single / shares.single[digit > 0].sum()
    runs = {1: _by_code(digit, shares.single, single, digit > 0)}

    follows = digit > 0
    leads = follows & ~is_mark(model.words)
    left, right = model.pairs
    usable = leads[left] & follows[right] & (shares.joint > 0)
    runs[2] = _by_code(digit[left] * base + digit[right], shares.joint, shares.pair, usable)

    first, middle, last = model.triples
    context = find(runs[2].codes, (digit[first] * base + digit[middle]).astype(np.uint64))
    suffix = find(runs[2].codes, (digit[middle] * base + digit[last]).astype(np.uint64))
    usable = leads[first] & leads[middle] & follows[last] & (context >= 0) & (suffix >= 0)
    codes = (digit[first] * base + digit[middle]) * base + digit[last]
    runs[3] = _by_code(codes, runs[2].shares[context] * model.triple_share, model.triple_share, usable)
    return runs


def _by_code(codes: Integers, shares: Floats, given: Floats, usable: npt.NDArray[np.bool_]) -> Runs:
    """The usable runs; ``given`` is P(last word | the ones before)."""
    picked = np.flatnonzero(usable)
    picked = picked[np.argsort(codes[picked])]
    return Runs(codes[picked].astype(np.uint64), shares[picked], np.log(given[picked]))


def build(model: WordModel, words: int, runs: int) -> bytes:
    """The file: of so many words, and of so many words, pairs and triples together."""
    shares = PairShares(model)
    spelled = vocabulary(model, shares, words)
    pruned = Pruned(len(spelled) + 1, word_runs(model, shares, spelled), runs)
    return pruned.to_bytes(" ".join(spelled).encode("gbk"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, metavar="zh_CN.lm")
    parser.add_argument("output", type=Path)
    parser.add_argument("--words", type=int, default=200_000, help="how many words to keep")
    parser.add_argument(
        "--runs", type=int, default=5_000_000, help="how many words, pairs and triples to keep"
    )
    options = parser.parse_args()
    options.output.write_bytes(build(read_word_model(options.model), options.words, options.runs))


if __name__ == "__main__":
    main()
