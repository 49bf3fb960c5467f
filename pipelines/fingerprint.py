"""Digests: of the body as stored (a proof), and of the text itself (the same words, however printed)."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from pipelines.restore import to_simplified

# Below this length a body alone says too little: two videos may both be "点击观看视频".
SHORT_BODY = 100

_NO_WORD = re.compile(r"[\W_]+")


def body_sha256(body: str) -> str:
    """The digest of ``body`` (UTF-8) exactly as stored, in lower-case hex.

    >>> body_sha256("社区是家园。")[:12]
    'b0433ea392ef'
    """
    return hashlib.sha256(body.encode()).hexdigest()


def text_sha256(title: str, body: str) -> str:
    """The digest of the words: script, width, case, punctuation and white space do not count.

    A short body is told apart by its title too.

    >>> text_sha256("题", "社区，是家园。" * 20) == text_sha256("另题", "社區,是家園" * 20)
    True
    >>> text_sha256("题", "点击观看") == text_sha256("另题", "点击观看")
    False
    """
    words = folded(body)
    if len(words) < SHORT_BODY:
        words = f"{folded(title)}\n{words}"
    return hashlib.sha256(words.encode()).hexdigest()


def folded(text: str) -> str:
    """``text`` as words alone: simplified, NFKC, lower case, without punctuation and white space.

    >>> folded("【黨建】Ｗ 社區，是家園。")
    '党建w社区是家园'
    """
    words = _NO_WORD.sub("", to_simplified(text))
    # Marks gone, nearly every text is in normal form already, and the test is far cheaper than the work.
    if not unicodedata.is_normalized("NFKC", words):
        words = _NO_WORD.sub("", unicodedata.normalize("NFKC", words))
    return words.lower()
