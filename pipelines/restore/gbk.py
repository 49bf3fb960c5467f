"""Two-byte characters, read from either end: which bytes a character has, which characters share a lead or
a trail.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from pipelines.restore.script import forms, simplified_forms

MARKS = "　、。·…—～“”‘’《》〈〉「」『』〔〕【】！％（），－．／：；？×●○■★▲◆①②③④⑤⑥⑦⑧⑨⑩"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A character that the conversion may have given: its bytes and what it stands for in simplified writing.

    ``rank`` tells how well the mirrors' map agrees: 0 its own form, 1 another traditional form of the
    character, 2 a character that the map should have changed.
    """

    char: str
    lead: int
    trail: int
    meanings: str
    rank: int


@dataclass(slots=True)
class Tables:
    """Every candidate by its two bytes, by its lead, by its trail; the pairs that no character has, by
    lead.
    """

    by_pair: dict[int, Candidate] = field(default_factory=dict)
    by_lead: dict[int, list[Candidate]] = field(default_factory=dict)
    by_trail: dict[int, list[Candidate]] = field(default_factory=dict)
    empty: dict[int, frozenset[int]] = field(default_factory=dict)


def pair_of(char: str) -> tuple[int, int] | None:
    """The two bytes of a character, ``None`` when GBK has it not or in one byte.

    >>> [hex(byte) for byte in pair_of("海") or ()]
    ['0xba', '0xa3']
    """
    try:
        code = char.encode("gb18030")
    except UnicodeEncodeError:
        return None
    return (code[0], code[1]) if len(code) == 2 else None


def _rank(char: str) -> int:
    known = forms()
    if char in known:
        return 0 if known[char][0] == char else 2 if char not in known[char] else 1
    meaning = simplified_forms(char)[0]
    return 0 if meaning == char or known[meaning][0] == char else 1


@cache
def tables() -> Tables:
    """Built on first use (a tenth of a second): nothing of it is needed for a text that is not damaged."""
    found = Tables()
    for lead in range(0x81, 0xFF):
        empty = set()
        for trail in [*range(0x40, 0x7F), *range(0x80, 0xFF)]:
            try:
                char = bytes((lead, trail)).decode("gbk")
            except UnicodeDecodeError:
                empty.add(trail)
                continue
            if "\u4e00" <= char <= "\u9fa5" or char in MARKS:
                candidate = Candidate(char, lead, trail, simplified_forms(char), _rank(char))
                found.by_pair[lead << 8 | trail] = candidate
                found.by_lead.setdefault(lead, []).append(candidate)
                found.by_trail.setdefault(trail, []).append(candidate)
        found.empty[lead] = frozenset(empty)
    found.empty[0x80] = frozenset(range(0x40, 0xFF))
    return found
