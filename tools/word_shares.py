"""How often each word stands in a text that the word trigram model of libime would write."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from kenlm_trie import Floats, Integers, WordModel

from pipelines.restore.language import MARKS


def in_gbk(char: str) -> bool:
    """Has GBK the character? Others never reach a damaged page."""
    try:
        return len(char.encode("gbk")) == 2
    except UnicodeEncodeError:
        return False


def is_chinese(word: str) -> bool:
    """Is the word made of Chinese characters that GBK has?"""
    return bool(word) and all("\u4e00" <= char <= "\u9fff" and in_gbk(char) for char in word)


def is_mark(words: list[str]) -> npt.NDArray[np.bool_]:
    return np.array([word in MARKS for word in words])


class WordShares:
    """The model's stationary distribution, since a smoothed model's own single words tell in how many
    contexts a word stands. The words that are not usable never come.
    """

    def __init__(self, model: WordModel, usable: npt.NDArray[np.bool_]) -> None:
        count = len(model.words)
        mark = is_mark(model.words)
        left, right = model.pairs
        seen = np.bincount(left, model.pair_share, count)
        seen_single = np.bincount(left, model.share[right], count)
        whole = np.where(mark, 1.0, np.maximum(seen + model.weight * (1.0 - seen_single), 1e-9))
        self.pair: Floats = model.pair_share / whole[left]  # P(right | left)
        weight = model.weight / whole
        # The model knows no word behind a mark: a sentence begins with any.
        self.start: Floats = np.where(mark | ~usable, 0.0, model.share)
        self.start /= self.start.sum()
        gain = np.where(mark[left], 0.0, self.pair - weight[left] * model.share[right])
        shares = np.where(usable, model.share, 0.0)
        for _ in range(40):
            shares /= shares.sum()
            ahead = np.bincount(right, shares[left] * gain, count)
            ahead += model.share * (shares * weight)[~mark].sum() + self.start * shares[mark].sum()
            shares = np.where(usable, np.maximum(ahead, 0.0), 0.0)
        self.single: Floats = shares / shares.sum()  # of all places of a text, by word


class PairShares:
    """How often each pair of words stands in a text of the model, its triples taken into account. All words
    of Chinese characters and the marks are usable.
    """

    def __init__(self, model: WordModel) -> None:
        mark = is_mark(model.words)
        usable = mark | np.array([is_chinese(word) for word in model.words])
        left, right = model.pairs
        real = usable[left] & usable[right] & ~mark[left]
        shares = WordShares(model, usable)
        context, suffix, more = self._triples(model, shares.pair)
        more = np.where(real[context] & real[suffix], more, 0.0)
        self.single: Floats = shares.single  # of all places of a text, by word
        self.joint: Floats = np.where(real, self.single[left] * shares.pair, 0.0)  # by pair
        for _ in range(10):
            before = np.bincount(right, self.joint * model.pair_weight, len(mark))
            before += np.maximum(self.single - np.bincount(right, self.joint, len(mark)), 0.0)
            joint = before[left] * shares.pair
            joint += np.bincount(suffix, self.joint[context] * more, len(joint))
            self.joint = np.where(real, np.maximum(joint, 0.0), 0.0)
            unpaired = np.maximum(self.single - np.bincount(left, self.joint, len(mark)), 0.0)
            single = np.bincount(right, self.joint, len(mark))
            single += unpaired[~mark].sum() * model.share + self.single[mark].sum() * shares.start
            self.single = np.where(usable, single, 0.0)
            self.single /= self.single.sum()
        self.pair: Floats = self.joint / np.maximum(self.single[left], 1e-30)  # P(right | left)

    def _triples(self, model: WordModel, pair: Floats) -> tuple[Integers, Integers, Floats]:
        """The pairs that begin and end each triple, and how much likelier its last word is than by them."""
        left, right = model.pairs
        first, middle, last = model.triples
        count = len(model.words)
        order = np.argsort(left * count + right)
        keys = (left * count + right)[order]
        context = order[np.searchsorted(keys, first * count + middle)]
        suffix = order[np.searchsorted(keys, middle * count + last)]
        return context, suffix, model.triple_share - model.pair_weight[context] * pair[suffix]
