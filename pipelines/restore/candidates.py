"""Which characters a byte of a torn run may have belonged to, on one page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from itertools import islice

from pipelines.restore.enclosed import ENCLOSING
from pipelines.restore.gbk import Candidate, tables
from pipelines.restore.language import language
from pipelines.restore.notes import candidates_by_reading
from pipelines.restore.script import is_han

RANK_COST = (0.0, 3.5, 8.0)
RARE = -12.3  # characters less common than this are not thought of, unless they are on the page
LOST = 0x80  # a trail that is lost before a cut is none that reads as ASCII
_REMEMBERED = 20_000  # characters and trails, of each kind of character behind them
FOLLOWERS = 20  # characters that are thought of behind one, where of their bytes none is seen

Meaning = tuple[str, float, int]  # of a character: what it stands for, what that costs, the second byte


class Candidates:
    """``seen`` are the characters that the page as received has more than once, ``letters`` those of it that
    came through undamaged.
    """

    def __init__(self, seen: frozenset[str], letters: frozenset[str]) -> None:
        self._seen = seen
        self._usual = _usual(RARE) | letters
        self._heads: dict[int, list[Meaning]] = {}
        self._torn_off: dict[int, list[Meaning]] = {}
        self._tails: dict[int, list[tuple[str, int]]] = {}
        self._behind: dict[tuple[str, int, bool], list[Meaning]] = {}

    def _likely(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Those that one would think of."""
        usual = self._usual
        return [candidate for candidate in candidates if candidate.meanings[0] in usual]

    def cost(self, candidate: Candidate) -> float:
        """What it costs that the page has this form of the character."""
        return 0.0 if candidate.char in self._seen else RANK_COST[candidate.rank]

    def heads(self, lead: int) -> list[Meaning]:
        """The characters of this lead whose trail may begin a pair that no character has."""
        heads = self._heads.get(lead)
        if heads is None:
            empty, known = tables().empty, tables().by_lead.get(lead, ())
            heads = self._heads[lead] = self._meant(c for c in known if empty.get(c.trail))
        return heads

    def behind(self, before: str, trail: int, waits: bool) -> list[Meaning]:
        """The likeliest characters behind ``before``, which ends with ``trail``, when that byte and their
        lead may be a pair that no character has; their own trail ``waits``, to begin another, or was lost.
        """
        behind = self._behind.get((before, trail, waits))
        if behind is None:
            behind = self._behind[before, trail, waits] = self._meant(_likeliest(before, trail, waits))
        return behind

    @cached_property
    def torn_by_mark(self) -> list[Meaning]:
        """The characters whose trail may be the first byte of a mark that is none."""
        return self._meant(tables().by_trail[0xA3])

    def torn_off(self, lead: int) -> list[Meaning]:
        """The characters of this lead whose trail may have been lost before a cut."""
        known = self._torn_off.get(lead)
        if known is None:
            all_known = tables().by_lead.get(lead, ())
            known = self._torn_off[lead] = self._meant(c for c in all_known if c.trail >= LOST)
        return known

    def tails(self, trail: int) -> list[tuple[str, int]]:
        """The characters with this trail: what each means, and its lead."""
        tails = self._tails.get(trail)
        if tails is None:
            tails = self._tails[trail] = self._leads(tables().by_trail.get(trail, ()))
        return tails

    def noted(self, reading: str) -> list[tuple[str, int]]:
        """The characters that have this reading in notes: what each means, and its lead."""
        return self._leads(candidates_by_reading().get(reading, ()))

    def _leads(self, candidates: Iterable[Candidate]) -> list[tuple[str, int]]:
        return [(candidate.meanings[0], candidate.lead) for candidate in self._likely(candidates)]

    def _meant(self, candidates: Iterable[Candidate]) -> list[Meaning]:
        """All that the characters mean, without those that hardly any text uses."""
        return [
            (meaning, self.cost(candidate), candidate.trail)
            for candidate in self._likely(candidates)
            for meaning in candidate.meanings
        ]


@lru_cache(_REMEMBERED)
def _likeliest(before: str, trail: int, waits: bool) -> list[Candidate]:
    """Of those that are possible behind ``trail`` the likeliest behind the character that it ends."""
    possible = _possible(trail, waits)
    known = (possible[char] for char in language().followers(before) if char in possible)
    # What the model of characters does not know is thought of in any case.
    marks = [candidate for char, candidate in possible.items() if char in ENCLOSING]
    return [*marks, *islice(known, FOLLOWERS)]


@cache
def _possible(trail: int, waits: bool) -> dict[str, Candidate]:
    """By what they mean, the characters whose lead may end a pair that no character has, begun by ``trail``,
    and whose own trail ``waits`` and may begin another, or may have been lost before a cut.
    """
    empty, by_lead = tables().empty, tables().by_lead
    behind = (candidate for lead in empty[trail] for candidate in by_lead.get(lead, ()))
    known = [c for c in behind if (empty.get(c.trail) if waits else c.trail >= LOST)]
    return {c.meanings[0]: c for c in sorted(known, key=lambda c: c.rank, reverse=True)}


@cache
def _usual(bar: float) -> frozenset[str]:
    """The marks, and the characters that are more common than the bar."""
    letter = language().letter
    meanings = (meaning for candidate in tables().by_pair.values() for meaning in candidate.meanings)
    return frozenset(char for char in meanings if not is_han(char) or letter(char) > bar)
