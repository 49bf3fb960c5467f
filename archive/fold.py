"""Text as search compares it: one script, one width, one case; and cut into the terms of the index.

A term of the index is a character with its follower, or a single character. So every run of characters is a
phrase of terms, and a search finds exactly what a plain scan of the folded text would find: words of any
length, parts of words, Latin, digits, punctuation. The full-text tokenizer has only to split at spaces.

The index is built with these functions: whoever changes what they give adds a migration that rebuilds it.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Iterator
from importlib import resources

# Two characters that simplified prose tells apart and traditional prose writes as the second (乾净, 看著).
PAIRS = ("干乾", "征徵", "着著", "伙夥", "折摺", "挨捱", "拼拚", "烟菸", "了瞭", "借藉")
# More ways to write one word than this are not asked for.
MAX_SPELLINGS = 8
MAX_NAME_FORMS = 100

SPACE, TERM_SPACE = " ", "\ue000"


def _forms() -> dict[str, str]:
    variants = resources.files("archive").joinpath("data/variants.txt").read_text(encoding="utf-8")
    return {line[0]: line for line in variants.splitlines()}


# Each simplified character with its traditional forms.
_FORMS = _forms()


def _characters() -> dict[int, str]:
    table = {ord(form): simple for simple, forms in _FORMS.items() for form in forms[1:]}
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    spaces = [*range(0x21), *range(0x7F, 0xA1), *range(0x2000, 0x200C), 0x2028, 0x2029, 0x3000, 0xFEFF]
    table |= dict.fromkeys((*spaces, ord(TERM_SPACE)), SPACE)
    # Their lower case has two characters, or depends on the next one.
    return table | {ord("İ"): "i", ord("Σ"): "σ", ord("ς"): "σ"}


_CHARACTERS = _characters()
# The tokenizer takes ASCII marks for separators, their full-width forms for characters.
_MARKS = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F) if not chr(code).isalnum()}
_MARKS[SPACE] = TERM_SPACE
_TERM_CHARACTERS = {ord(mark): form for mark, form in _MARKS.items()}
_TERM_CHARACTERS |= {code: _MARKS.get(folded, folded) for code, folded in _CHARACTERS.items()}


def fold(text: str) -> str:
    """The text with simplified characters, half-width forms and small letters; as long as before.

    >>> fold("資訊ＡＩ，「數據」")
    '资讯ai,「数据」'
    >>> fold("看著 乾淨")
    '看著 乾净'
    """
    return text.translate(_CHARACTERS).lower()


def terms(text: str) -> str:
    """The terms of a text, as the index takes them: each character with its follower, then each one once.

    >>> terms("治理治")
    '治理 理治 治 理'
    """
    folded = _fold_for_terms(text)
    return SPACE.join((_pairs(folded), *dict.fromkeys(folded))).lstrip(SPACE)


def phrase(word: str) -> str:
    """The full-text expression that finds a word (not empty) wherever it stands in a text.

    >>> phrase("治理体系")
    '"治理 理体 体系"'
    >>> phrase("治")
    '"治"'
    """
    folded = _fold_for_terms(word)
    return f'"{_pairs(folded) or folded}"'


def _fold_for_terms(text: str) -> str:
    return text.translate(_TERM_CHARACTERS).lower()


def _pairs(text: str) -> str:
    # Code points side by side: several times faster than joining two thousand short strings.
    codes = array("I", text.encode("utf-32-le", "surrogatepass"))
    pairs = array("I", SPACE.encode("utf-32-le")) * (3 * max(len(codes) - 1, 0))
    pairs[0::3], pairs[1::3] = codes[:-1], codes[1:]
    return pairs.tobytes().decode("utf-32-le", "surrogatepass").rstrip(SPACE)


def spellings(word: str) -> list[str]:
    """The folded word, and its other spellings where traditional texts tell more characters apart.

    >>> spellings("看着")
    ['看着', '看著']
    >>> spellings("着")
    ['着']
    """
    folded = fold(word)
    if len(folded) == 1:
        return [folded]
    choices = (next((pair for pair in PAIRS if character in pair), character) for character in folded)
    return list(dict.fromkeys((folded, *_products(choices, MAX_SPELLINGS))))


def name_forms(name: str) -> list[str]:
    """The ways to write a name (a person's, a column's) in simplified and traditional characters.

    >>> name_forms("鄭明")
    ['鄭明', '郑明']
    >>> "鄭業" in name_forms("郑业")
    True
    """
    simple = (_CHARACTERS.get(ord(c), c) if c > "\u2e7f" else c for c in name)
    choices = (_FORMS.get(character, character) for character in simple)
    return list(dict.fromkeys((name, *_products(choices, MAX_NAME_FORMS))))


def _products(choices: Iterable[str], limit: int) -> Iterator[str]:
    return map("".join, itertools.islice(itertools.product(*choices), limit))
