"""Is one text a copy of another? Pure functions, used where articles are made and where they are kept.

A text is compared by its words: code points of one script, width and case, without marks and white space.
Its bands are MinHash (Broder 1997) over runs of three characters, by one permutation in bins (Li, Owen and
Zhang 2012) with rotation for empty bins (Shrivastava and Li 2014): two texts that share most of their
runs share a band almost surely, two different texts almost never. What shares a band is a candidate; whether
it is a copy is said by `is_copy` on the texts themselves, the same in both directions.

Whoever changes what `fingerprint` gives adds a migration that empties the tables of `archive.bands`:
`luntan dedupe` fills them again.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from functools import cache

import numpy as np
from numpy.typing import NDArray

from archive.fold import fold

Words = NDArray[np.uint32]
Runs = NDArray[np.uint64]
Hashes = NDArray[np.uint32]
Offsets = NDArray[np.int64]

# Below this length a body alone says too little: two videos may both be "点击观看视频".
SHORT_BODY = 100
# A title of fewer characters (图片新闻) names a kind of article.
SHORT_TITLE = 8

BANDS, ROWS = 36, 4

# A passage of so many runs is held by another text that has so much of it in one place. Where one
# character in ten is another one, three of ten runs are.
PASSAGE = 50
HELD = 0.4
# A copy holds so much of the shorter text, and is no collection of several articles …
COPIED = 0.8
SHORTENED = 0.5
# … but a reprint under the same title, cut and otherwise word for word, may be far shorter.
COPIED_AND_CUT = 0.9
CUT = 0.15
# Two reports from one template (a market's prices, the weather) share the words and not the numbers.
TELLING_NUMBERS = 4
SHARED_NUMBERS = 0.4
# A text of fewer characters may be a notice from a template: its matter is named in its title.
NOTICE = 400

_NOWHERE = np.int64(2**40)
# 2⁶⁴ by the golden ratio: a product's high bits are a hash (Knuth, Sorting and Searching, 6.4).
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_NUMBER = re.compile(r"\d{1,18}(?:[.．]\d{1,18})?")


@cache
def _table() -> Words:
    """Code point of the BMP → folded code point, 0 for what is no word."""
    table = np.zeros(0x10000, np.uint32)
    for code, char in enumerate(fold("".join(map(chr, range(0xD800))))):
        table[code] = _word(char)
    for code in range(0xE000, 0x10000):
        table[code] = _word(fold(chr(code)))
    return table


def _word(char: str) -> int:
    char = unicodedata.normalize("NFKC", char)[0].lower()[0]
    return ord(char) if char.isalnum() else 0


def words(text: str) -> Words:
    """The words of ``text``: simplified, half-width, lower case, without marks and white space.

    >>> def plain(text): return words(text).tobytes().decode("utf-32-le")
    >>> plain("【黨建】Ｗ 社區，是家園。")
    '党建w社区是家园'
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if codes.max(initial=0) > 0xFFFF:
        rare = codes > 0xFFFF
        # The rare characters of names stand beyond the BMP as they are; so do emoji, which are no words.
        folded = np.where(rare & (codes < 0x20000), 0, codes)
        folded[~rare] = _table()[codes[~rare]]
    else:
        # With clip numpy spares itself a look at every index; none is out of bounds.
        folded = _table().take(codes, mode="clip")
    found: Words = folded[folded != 0]
    return found


def text_sha256(title: str, body: str) -> str:
    """The digest of the words; a short body is told apart by its title too.

    >>> text_sha256("题", "社区，是家园。" * 20) == text_sha256("另题", "社區,是家園" * 20)
    True
    >>> text_sha256("题", "点击观看") == text_sha256("另题", "点击观看")
    False
    """
    return _digest(title, words(body))


def _digest(title: str, body: Words) -> str:
    digest = hashlib.sha256(body.astype("<u4", copy=False).tobytes())
    if body.size < SHORT_BODY:
        digest.update(b"\n" + words(title).astype("<u4", copy=False).tobytes())
    return digest.hexdigest()


def fingerprint(title: str, body: str) -> tuple[str, tuple[int, ...]]:
    """`text_sha256` and the bands of a text: 32-bit integers, of which two copies share at least one.

    The last one stands for the title, if it says enough: a cut reprint may share no other. A short
    body has no bands: it is known again only as a whole.

    >>> len(fingerprint("公园里的早市开张了", "公园里的早市，六点钟就热闹起来。" * 10)[1])
    37
    >>> fingerprint("公园里的早市开张了", "点击观看视频")[1]
    ()
    """
    body_words = words(body)
    digest = _digest(title, body_words)
    if body_words.size < SHORT_BODY:
        return digest, ()
    bands = _bands(body_words)
    title_words = words(title)
    if title_words.size >= SHORT_TITLE:
        of_title = hashlib.sha256(title_words.astype("<u4", copy=False).tobytes()).digest()
        bands.append(int.from_bytes(of_title[:4], "little", signed=True))
    return digest, tuple(bands)


def _runs(body: Words) -> Runs:
    """Every three characters in a row as one number, in their order."""
    codes = body.astype(np.uint64)
    runs: Runs = codes[:-2] | (codes[1:-1] << np.uint64(21)) | (codes[2:] << np.uint64(42))
    return runs


def _different(runs: Runs) -> Runs:
    ordered = np.sort(runs)
    different: Runs = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return different


def _mix(numbers: Hashes) -> Hashes:
    """The finaliser of MurmurHash3: every bit of a number moves all bits of its hash."""
    numbers = (numbers ^ (numbers >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    numbers = (numbers ^ (numbers >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    mixed: Hashes = numbers ^ (numbers >> np.uint32(16))
    return mixed


_BINS = np.arange(BANDS * ROWS)
_EDGES = _BINS.astype(np.uint32) * np.uint32(2**32 // _BINS.size)
_SALTS = _mix(_BINS.astype(np.uint32))


def _bands(body: Words) -> list[int]:
    hashes = _mix(((_runs(body) * _GOLDEN) >> np.uint64(32)).astype(np.uint32))
    hashes.sort()
    starts = np.searchsorted(hashes, _EDGES)
    ends = np.append(starts[1:], hashes.size)
    filled = np.flatnonzero(ends > starts)
    # An empty bin takes the minimum of the next filled one, and says how far away that was.
    nearest = filled[np.searchsorted(filled, _BINS) % filled.size]
    distance = ((nearest - _BINS) % _BINS.size).astype(np.uint32)
    minima = hashes[starts[nearest]] + distance * np.uint32(0x9E3779B9)
    joined = _mix(minima ^ _SALTS).reshape(BANDS, ROWS).sum(axis=1, dtype=np.uint32)
    bands: list[int] = joined.view(np.int32).tolist()
    return bands


def is_copy(title: str, body: str, other_title: str, other_body: str) -> bool:
    """Whether one of two texts is a copy of the other: edited, shortened, lengthened, or in another script.

    No copy: what shares a template, a long quotation or a beginning, a collection that holds the other among
    more, a report whose numbers are others, a notice on another matter.

    >>> day = [f"第{n}个摊位今天卖出了{n * 37}斤蔬菜，摊主说{n * 11}号还会再来赶集。" for n in range(1, 20)]
    >>> is_copy("早市", "".join(day), "早市", "".join(day[:16]).replace("蔬菜", "青菜"))
    True
    >>> is_copy("早市", "".join(day), "早市", "".join(day[:6]) + "河边的图书馆新到了一批书。" * 30)
    False
    """
    first, second = sorted((words(body), words(other_body)), key=lambda text: (text.size, text.tobytes()))
    if first.size < SHORT_BODY:
        return False
    ratio = first.size / second.size
    if ratio < CUT:
        return False
    least = COPIED
    if ratio < SHORTENED:
        if not np.array_equal(words(title), words(other_title)):
            return False
        least = COPIED_AND_CUT
    if _most_held(first, second) < least or _passages_held(first, second) < least:
        return False
    if _other_numbers(body, other_body):
        return False
    return first.size >= NOTICE or not _other_matter(title, body, other_title, other_body)


def _most_held(text: Words, other: Words) -> float:
    """A bound that `_passages_held` is never above, in a quarter of its time.

    Most texts that share a band share little else. Runs are told apart by 16 bits of their hash, so some that
    the other text does not have pass for its own; none that it has is missed.
    """
    runs, known = (((_runs(words) * _GOLDEN) >> np.uint64(48)).astype(np.uint16) for words in (text, other))
    is_known = np.zeros(0x10000, np.bool_)
    is_known[known] = True
    # A passage takes so many runs to be held; only the last one may be shorter, by half.
    return float((is_known[runs].sum() / (HELD * PASSAGE) + 0.5) / max(runs.size // PASSAGE, 1))


def _passages_held(text: Words, other: Words) -> float:
    """The share of the passages of a text that stand in the other one too."""
    offsets = _offsets(text, other)
    rest = offsets.size % PASSAGE
    sizes = np.full(offsets.size // PASSAGE + (rest > PASSAGE // 2), PASSAGE)
    if rest > PASSAGE // 2:
        sizes[-1] = rest
    passages = np.full(sizes.size * PASSAGE, _NOWHERE)
    passages[: offsets.size] = offsets[: passages.size]
    return float(_held(passages.reshape(-1, PASSAGE), sizes).mean())


def _offsets(text: Words, other: Words) -> Offsets:
    """For each run of a text how far on it stands in the other one, or `_NOWHERE`.

    Of a run that stands there several times, the first is taken for the first, the second for the second.
    """
    longest = max(text.size, other.size)
    (runs, order), (known, places) = _ordered(_runs(text), longest), _ordered(_runs(other), longest)
    first = np.searchsorted(known, runs)
    count = np.searchsorted(known, runs, side="right") - first
    number = np.arange(runs.size)
    rank = number - np.maximum.accumulate(np.where(np.append(True, runs[1:] != runs[:-1]), number, 0))
    there = np.minimum(first + np.minimum(rank, count - 1), known.size - 1)
    offsets = np.empty(runs.size, np.int64)
    offsets[order] = np.where(count > 0, places[there] - order, _NOWHERE)
    return offsets


def _ordered(runs: Runs, longest: int) -> tuple[Runs, Offsets]:
    """Hashes of the runs in their order, each with its place in the text; ``longest`` is above every place.

    Hash and place are one number, the place in its low bits: sorting numbers is far faster than sorting
    places by numbers. At least 40 bits are left for the hash of any text that a page can hold.
    """
    bits = np.uint64(longest.bit_length())
    keys: Runs = ((runs * _GOLDEN) >> bits << bits) | np.arange(runs.size, dtype=np.uint64)
    keys.sort()
    places = (keys & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    return keys >> bits, places


def _held(passages: Offsets, sizes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each passage (a row of offsets) whether it stands together in one place of the other text.

    Two texts on one matter share many a phrase, here and there.
    """
    ordered = np.sort(passages, axis=1)
    found = (ordered != _NOWHERE).sum(axis=1)
    middle = ordered[np.arange(found.size), np.maximum(found - 1, 0) // 2]
    together = (np.abs(passages - middle[:, None]) <= PASSAGE) & (passages != _NOWHERE)
    held: NDArray[np.bool_] = together.sum(axis=1) >= HELD * sizes
    return held


def _other_numbers(body: str, other_body: str) -> bool:
    one = Counter(map(_number, _NUMBER.findall(body)))
    if len(one) < TELLING_NUMBERS:
        return False
    other = Counter(map(_number, _NUMBER.findall(other_body)))
    least = min(one.total(), other.total())
    return len(other) >= TELLING_NUMBERS and (one & other).total() < SHARED_NUMBERS * least


def _number(printed: str) -> tuple[int, ...]:
    return tuple(map(int, re.split("[.．]", printed)))


def _other_matter(title: str, body: str, other_title: str, other_body: str) -> bool:
    """Whether that in which the titles differ stands in the one body and not in the other, either way.

    So do notices from one template: of the water cut off in this street and in that one.
    """
    one, other = _plain(title), _plain(other_title)
    start = _alike(one, other)
    one, other = one[start:], other[start:]
    end = _alike(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    if not one or not other:
        return False
    text, other_text = _plain(body), _plain(other_body)
    return one in text and one not in other_text and other in other_text and other not in text


def _alike(one: str, other: str) -> int:
    """With how many characters both begin alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


def _plain(text: str) -> str:
    return words(text).tobytes().decode("utf-32-le", "surrogatepass")


def similarity(body: str, other_body: str) -> float:
    """How much two texts have in common, from 0 to 1: Dice's coefficient of their runs of three characters.

    >>> similarity("公园里的早市，六点钟就热闹起来。", "公园里的早市,六點鐘就熱鬧起來")
    1.0
    >>> similarity("公园里的早市", "河边的图书馆")
    0.0
    """
    one, other = (words(text) for text in (body, other_body))
    if np.array_equal(one, other):
        return 1.0
    if min(one.size, other.size) < 3:
        return 0.0
    runs, known = _different(_runs(one)), _different(_runs(other))
    places = np.minimum(np.searchsorted(known, runs), known.size - 1)
    shared = int((known[places] == runs).sum())
    return round(2 * shared / (runs.size + known.size), 4)


def missing_paragraphs(body: str, copy: str) -> list[int]:
    """The numbers (from 1) of the paragraphs of ``body`` that ``copy`` does not have, not even edited.

    >>> missing_paragraphs("早市六点钟开门。\\n摊位沿着河边排开。", "早市六点钟就开门。")
    [2]
    """
    paragraphs = [words(paragraph) for paragraph in body.split("\n")]
    copied = words(copy)
    missing, start = [], 0
    text = np.concatenate(paragraphs)
    offsets = _offsets(text, copied) if min(text.size, copied.size) > 2 else np.full(text.size, _NOWHERE)
    for number, paragraph in enumerate(paragraphs, 1):
        size = paragraph.size - 2
        if size > 0 and not _held(offsets[None, start : start + size], np.array([size]))[0]:
            missing.append(number)
        start += paragraph.size
    return missing
