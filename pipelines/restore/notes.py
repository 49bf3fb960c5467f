"""Machine-made notes: a traditional character followed by its default reading in brackets, 網(wǎng)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from pipelines.restore.gbk import Candidate, pair_of, tables
from pipelines.restore.script import readings

READING = "[a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňḿê]{1,6}"
BRACKETED = rf"\(({READING})\)"
NOTE = re.compile(rf"(.)\(({READING})\)", re.DOTALL)
TORN_NOTE = re.compile(rf"\?({READING})\)")


@cache
def by_reading() -> dict[str, dict[int, list[str]]]:
    """A reading → the first byte → the characters that have both: what a torn note can mean."""
    found: dict[str, dict[int, list[str]]] = {}
    for char, reading in readings().items():
        pair = pair_of(char)
        if pair:
            found.setdefault(reading, {}).setdefault(pair[0], []).append(char)
    return found


@cache
def candidates_by_reading() -> dict[str, list[Candidate]]:
    """A reading → the candidates that have it."""
    found: dict[str, list[Candidate]] = {}
    known = readings()
    for candidate in tables().by_pair.values():
        if candidate.char in known:
            found.setdefault(known[candidate.char], []).append(candidate)
    return found


def straddled(before: str, char: str, reading: str) -> bool:
    """Did a token match across the second byte of ``before`` and the ASCII letter ``char``, as in
    “l(fā)aziness?

    >>> straddled("“", "l", "fā")
    True
    """
    pair = pair_of(before) if before and char.isascii() else None
    if not pair:
        return False
    return any(
        (pair_of(token) or (0, 0))[1] == ord(char) for token in by_reading().get(reading, {}).get(pair[1], ())
    )


@dataclass(slots=True)
class Notes:
    """The notes of a page, and what they tell of its list of annotated characters."""

    annotated: Counter[str] = field(default_factory=Counter)
    others: int = 0
    torn: int = 0
    plain: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, text: str) -> Notes:
        """Count the notes of a page; ``others`` are those that no machine of this kind makes.

        >>> notes = Notes.of("網(wǎng)站和網(wǎng)頁，郴(chēn)州")
        >>> notes.annotated, notes.others, notes.plain["頁"]
        (Counter({'網': 2}), 1, 1)
        """
        notes, known = cls(), readings()
        for found in NOTE.finditer(text):
            char, reading = found.groups()
            if known.get(char) == reading:
                notes.annotated[char] += 1
            elif not straddled(text[found.start() - 1 : found.start()], char, reading):
                notes.others += 1
        notes.torn = len(TORN_NOTE.findall(text))
        counts = Counter(text)
        notes.plain = Counter(
            {c: n - notes.annotated[c] for c, n in counts.items() if n > notes.annotated[c] and c in known}
        )
        return notes

    @property
    def by_machine(self) -> bool:
        """Several characters, each with its default reading, nearly every occurrence annotated, and hardly
        a note else.

        >>> Notes.of("網(wǎng)站的區(qū)塊和關(guān)係，網(wǎng)頁").by_machine
        True
        >>> Notes.of("網(wǎng)路(lù)上(shàng)的區(qū)域(yù)關(guān)係(xì)").by_machine
        False
        """
        made = sum(self.annotated.values())
        kept = sum(self.plain[char] for char in self.annotated)
        return len(self.annotated) >= 3 and self.others <= 0.1 * made and kept <= 0.25 * made

    @property
    def all_made(self) -> bool:
        """Are there notes, all of them the machine's, and no occurrence of their characters without?

        >>> Notes.of("書(shū)架上的書(shū)").all_made, Notes.of("書(shū)架上的書").all_made
        (True, False)
        """
        return (
            bool(self.annotated) and not self.others and not any(self.plain[char] for char in self.annotated)
        )

    @property
    def many_made(self) -> bool:
        """The same of three notes or more, of several characters.

        >>> Notes.of("書(shū)架旁的報(bào)紙和書(shū)").many_made, Notes.of("書(shū)和書(shū)").many_made
        (True, False)
        """
        return self.all_made and len(self.annotated) >= 2 and sum(self.annotated.values()) >= 3

    def cost(self, char: str, noted: bool) -> float:
        """How badly a character with or without its note agrees with the rest of the page (0: well).

        A page's list holds for every occurrence; a replacement that tore the character first explains the
        rest.
        """
        if noted:
            plain = self.plain[char]
            return 0.0 if char in self.annotated else 1.5 if not plain else min(8.0, 2.0 + 2.0 * plain)
        return 4.0 if self.annotated[char] > self.plain[char] else 0.0
