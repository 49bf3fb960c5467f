"""A torn run read as bytes: every way to read it is a path, the page's prose ranks the paths; words choose
among the best of them.

The received line is read from left to right with one more byte in mind than a reader of characters has: a
lead byte that waits for its trail (``pending``). What is seen tells what the bytes were: a character its
two bytes, an ASCII letter one, ``?`` a byte that was lost (before a cut, or together with the ASCII
character after it), and between two seen characters there may have been a pair that no character has.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from pipelines.restore.candidates import Candidates, Meaning
from pipelines.restore.enclosed import ENCLOSING, enclosed
from pipelines.restore.gbk import Candidate, pair_of, tables
from pipelines.restore.notes import READING, Notes, by_reading, candidates_by_reading
from pipelines.restore.paths import Frontier, Path, Reading, score_of
from pipelines.restore.prose import Prose
from pipelines.restore.ranking import best_reading
from pipelines.restore.script import readings, simplifying

BEAM = 14
SPREAD = 7.0  # paths this far (in log) behind the best are given up
CONTEXT = 4  # characters read on behind the last torn one, to hear how it goes on
REACH = 200  # characters after which a run that never came back into step is given up

UNEXPLAINED = 12.0  # a note that is neither this character's nor that of a token across it
LITERAL_COST = 5.0  # a question mark that is one, right before a mark
INVISIBLE_COST = -1.3  # two characters are held against one, until all are read (LETTER_COST in ranking.py)
SECOND_COST = -1.0  # … and three, where two such pairs stand in a row
INVISIBLE_PATHS = 6  # the best so many are followed through an invisible pair
INVISIBLE_HEADS = 8  # … with so many characters before it
FIRST_HEADS = 2  # … and every other path on which one character is heard, with so many
INVISIBLE_WAYS = 12  # … and so many pairs of characters in all
BEHIND = 5.0  # none of either so far (in log) behind the best
SECOND_SPREAD = 4.0  # through two pairs in a row: no path further behind the best
SECOND_HEADS = 5  # … so many characters before them
SECOND_WAYS = 12  # … and so many rows of three characters in all
# What a path through such pairs has yet to pay, at least, when it has read the character before one pair,
# that before two in a row, and the one between these two.
ONE_TO_PAY, TWO_TO_PAY, LAST_TO_PAY = 6.5, 8.5, 4.5
BLIND = 8  # paths that are followed through a character of which no byte is seen
AHEAD = 0.5  # what the character behind says of a pair, before the pair is read
LOST_BEAM = 8  # characters that are thought of for a lost trail
FOLDED_COST = 4.0  # an ASCII letter seldom was a full-width one, even where marks were folded
EATEN = {"(": 1.5, "\n": 1.0, "+": 5.5, "-": 5.5, "<": 6.0, "/": 6.0, ".": 5.5, '"': 7.0, "%": 6.5, " ": 0.0}
EATEN_IN_DATE = -2.0  # a digit that the date tells
LOST_DIGIT = "?"  # a digit is eaten as likely as it stands there, but which?
CLOSED, NOT_CLOSED = -3.0, 2.0  # a bracket is opened, and closed behind the run or not
CLOSING = 120  # characters within which a bracket is closed, notes included

MARK_BYTES = {"！": 0xA1, "!": 0xA1, "？": 0xBF, "?": 0xBF, "；": 0xBB, ";": 0xBB}
LEADS_OF_MARKS = frozenset((0xA1, 0xA3))  # GBK has quotation marks, brackets and stops behind these
STOPS = "，。、！？；,!?;\n"

_TORN_NOTE = re.compile(rf"\?({READING})\)")
_NOTE = re.compile(rf"\(({READING})\)")
# What stands behind a digit in a date, and tells it.
_FIGURE = {"2": re.compile(r"0[0-4]\d年"), "1": re.compile(r"9\d\d年|[0-2]月")}
_WHOLE_YEAR = re.compile(r"(?:1[89]|20)\d\d年")  # no digit was lost before such
_NO_BEGINNING = re.compile(r"0[^.]")  # of a number
ENTRY = re.compile(rf"\?(?:[!！?？;；]|(?P<reading>{READING})\))")

Events = Iterator[tuple[int, Path]]
Scored = TypeVar("Scored", bound=tuple[Any, ...])


def best_of(scored: list[Scored], count: int) -> list[Scored]:
    """The best so many, the best first, by the score that each begins with."""
    return sorted(scored, key=itemgetter(0), reverse=True)[:count]


def _ascii_trail(char: str) -> int:
    """The second byte that is seen as a character by itself, 0 when ``char`` is none such."""
    return 0x80 if char == "€" else ord(char) if char.isascii() and char >= "@" else 0


class Tails(NamedTuple):
    """The characters that may end with a byte, each with its lead; the character behind them ("" when that
    is not known), and what it costs that it was this byte.
    """

    meant: list[tuple[str, int]]
    behind: str
    cost: float = 0.0


class Decoder:
    """Reads the torn runs of one text."""

    def __init__(self, received: str, prose: Prose, notes: Notes, seen: frozenset[str], folded: bool) -> None:
        """``seen`` are the characters that the page has more than once; ``folded`` tells whether what was
        full-width on it may now be ASCII.
        """
        self._text = received
        self._folded = folded
        self._prose = prose
        self._notes = notes
        self._tables = tables()
        self._candidates = Candidates(seen, prose.letters)

    def read(self, start: int, before: str, last: str) -> Reading | None:
        """Read on from ``start``, where a torn run may begin; ``None`` when what stands there is best left.

        ``before`` is the restored text up to there, ``last`` the last received two-byte character.
        """
        places = {start: Frontier()}
        places[start].enter(self._first(start, before, last))
        limit = min(len(self._text), start + REACH)
        while places:
            at = min(places)
            paths = places.pop(at).best(BEAM, SPREAD)
            if at >= limit or (not places and self._settled(paths, at)):
                return best_reading(self._ended(paths, at), before, self._text[at : at + 40])
            for end, following in self._events(paths, at):
                place = places.get(end)
                if place is None:
                    place = places[end] = Frontier()
                place.enter(following)
        return None

    def _ended(self, paths: list[Path], at: int) -> list[Path]:
        """The paths that are in step, each with what it costs that the line is over there, if it is."""
        paths = [path for path in paths if not path.pending]
        if not self._text.startswith("\n", at) and at < len(self._text):
            return paths
        return [path.with_pending(0, -self._prose.step(path.context, "\n")) for path in paths]

    def _first(self, start: int, before: str, last: str) -> Path:
        context = self._prose.context_of(before)
        line = before[before.rfind("\n") + 1 :]
        pair = pair_of(last) if last else None
        return Path(0.0, 0, context, enclosed(line), pair[1] if pair else 0, start)

    def _settled(self, paths: list[Path], at: int) -> bool:
        """All paths are in step, and the words behind the tear have been heard."""
        if any(path.pending for path in paths):
            return False
        return (
            at >= len(self._text)
            or self._text[at] == "\n"
            or all(at - path.since >= CONTEXT for path in paths)
        )

    # What is seen, and what it may have been.

    def _events(self, paths: list[Path], at: int) -> Events:
        if at >= len(self._text):
            return
        seen: list[tuple[int, Path]] = []
        shifted: list[Path] = []
        for path in paths:
            if path.pending:
                shifted.append(path)
                seen += self._shifted(path, at)
            else:
                seen += self._in_step(path, at)
        yield from seen
        best = max((following.score for _end, following in seen), default=-math.inf)
        yield from self._unseen(shifted, at, best)

    def _in_step(self, path: Path, at: int) -> Events:
        char = self._text[at]
        if char in "?？":
            yield from self._torn_here(path, at)
            return
        pair = pair_of(char)
        if pair is None or char == "€":
            found = _NOTE.match(self._text, at + 1)
            if found and self._straddles(path.last, char, found.group(1)):
                end, cost = found.end(), 0.0
            else:
                end, cost = self._note_behind(char, at + 1)
            folded = ord(char) + 0x80 if "!" <= char <= "~" else 0
            yield end, self._say(path, char, end, 0, cost, last=folded)
            return
        candidate = self._tables.by_pair.get(pair[0] << 8 | pair[1])
        end, cost = self._note_behind(char, at + 1)
        for meaning in candidate.meanings if candidate else char:
            yield end, self._say(path, meaning, end, 0, cost, pair[1])

    def _torn_here(self, path: Path, at: int) -> Events:
        """``?`` in step: a lead before a cut, the first half of a token that lies across, or a mark of its
        own.
        """
        if found := _TORN_NOTE.match(self._text, at):
            for token in by_reading().get(found.group(1), {}).get(path.last, ()):
                pair = pair_of(token)
                if pair and pair[1] >= 0x81:
                    following = path.with_pending(pair[1], self._notes.cost(token, noted=True))
                    following.torn, following.since = True, found.end()
                    following.core = len(following.out)
                    yield found.end(), following
            return
        mark = MARK_BYTES.get(self._text[at + 1 : at + 2])
        if mark:
            for reading in self._likeliest(path, self._candidates.torn_by_mark, at + 2, BEAM, math.inf):
                yield at + 2, reading.with_pending(mark, 0.0)
        yield at + 1, self._say(path, "？", at + 1, 0, LITERAL_COST if mark else 0.0, 0xBF)

    @staticmethod
    def _straddles(trail: int, char: str, reading: str) -> bool:
        tokens = by_reading().get(reading, {}).get(trail, ())
        return any((pair_of(token) or (0, 0))[1] == ord(char) for token in tokens)

    def _shifted(self, path: Path, at: int) -> Events:
        """What is seen while a lead byte waits for its trail."""
        char, by_pair, lead = self._text[at], self._tables.by_pair, path.pending << 8
        if char == "?":
            yield from self._lost(path, at)
            if _TORN_NOTE.match(self._text, at):
                return  # no mark: it takes the place of a torn byte and of the bracket before its note
        code = _ascii_trail(char)
        if code and (candidate := by_pair.get(lead | code)):
            end, cost = self._note_behind(candidate.char, at + 1)
            yield from self._emit(path, candidate, end, 0, cost)
        pair = self._pair_at(at)
        if pair and (candidate := by_pair.get(lead | pair[0])):
            end, cost = self._note_behind(char, at + 1)
            if pair[1] >= 0x81:
                yield from self._emit(path, candidate, end, pair[1], cost)
            else:
                for _end, reached in self._emit(path, candidate, end, 0, cost):
                    yield end, self._say(reached, chr(pair[1]), end, 0, torn=True)

    def _lost(self, path: Path, at: int) -> Events:
        """``?`` while a lead waits: its trail was lost, before a cut or together with the ASCII character
        behind it.
        """
        if found := _TORN_NOTE.match(self._text, at):
            for candidate in candidates_by_reading().get(found.group(1), ()):
                if candidate.lead == path.pending:
                    yield from self._emit(
                        path, candidate, found.end(), 0, self._notes.cost(candidate.char, noted=True)
                    )
            return
        end = at + 1
        stops = self._stops(end)
        lost = [(eaten, cost) for eaten, cost in self._eaten(end) if eaten != "(" or self._closes(end)]
        likeliest = self._likeliest(path, self._candidates.torn_off(path.pending), end, LOST_BEAM, BEHIND)
        for reading in likeliest:
            if stops:
                yield end, reading
            for eaten, cost in lost:
                if cost < reading.score - likeliest[0].score + SPREAD:
                    yield end, self._say(reading, eaten, end, 0, cost, torn=True)

    def _stops(self, at: int) -> bool:
        """Is the text over at ``at``, or does a mark or a line's end stand there?"""
        return at >= len(self._text) or self._text[at] in STOPS

    def _eaten(self, at: int) -> list[tuple[str, float]]:
        """The ASCII characters that may have been lost before ``at``, and what each costs."""
        for digit, date in _FIGURE.items():
            if date.match(self._text, at):
                return [*EATEN.items(), (digit, EATEN_IN_DATE)]
        lost = (LOST_DIGIT, 0.0)
        if _NO_BEGINNING.match(self._text, at):
            return [lost]
        return [*EATEN.items()] if _WHOLE_YEAR.match(self._text, at) else [*EATEN.items(), lost]

    def _closes(self, at: int) -> bool:
        """Is a bracket closed behind ``at`` that was not opened there?"""
        behind = _TORN_NOTE.sub("", _NOTE.sub("", self._text[at : at + CLOSING]))
        closed = behind.find(")")
        return closed >= 0 and "(" not in behind[:closed]

    def _unseen(self, paths: list[Path], at: int, best: float) -> Events:
        """A pair that no character has stood before what is seen at ``at``, or two in a row: each pair is the
        end of one character and the beginning of the next. What comes to be too far behind the best that was
        seen there would be given up, and is not thought of; nor is what would be, when it has paid for what
        it has yet to read.
        """
        floor = best - SPREAD + INVISIBLE_COST
        bar = floor + ONE_TO_PAY
        heads: list[Path] = []
        for place, path in enumerate(paths):
            near = place < INVISIBLE_PATHS and path.score >= paths[0].score - BEHIND
            if path.score < bar or not (near or len(path.out) == 1):
                break
            count = INVISIBLE_HEADS if near else FIRST_HEADS
            meant = self._candidates.heads(path.pending)
            likeliest = self._likeliest(path, meant, at, count, BEHIND, waits=True)
            heads += [reached for reached in likeliest if reached.score > bar]
        if not heads:
            return
        if self._text[at] == "?" and self._stops(at + 1):
            for path in self._blind(heads, at + 1, floor, waits=False):
                yield at + 1, path
        tails = self._tails_at(at)
        for reached in self._ways(heads, tails, INVISIBLE_WAYS, floor, INVISIBLE_COST):
            yield from self._shifted(reached, at)
        cost = INVISIBLE_COST + SECOND_COST
        floor = best - SECOND_SPREAD + cost
        heads = [
            path
            for path in sorted(heads, key=score_of, reverse=True)[:SECOND_HEADS]
            if path.score > floor + TWO_TO_PAY
        ]
        middles = self._blind(heads, at, floor + LAST_TO_PAY, waits=True)
        for reached in self._ways(middles, tails, SECOND_WAYS, floor, cost):
            yield from self._shifted(reached, at)

    def _ways(
        self, paths: list[Path], tails: list[Tails], count: int, floor: float, cost: float
    ) -> list[Path]:
        """The paths whose last byte begins a pair that no character has, each at what it ``cost``, with the
        lead that ends it: the likeliest of all such, by the character of that lead and what stands behind it.
        """
        found: list[tuple[float, Path, str, int, Tails]] = []
        for path in paths:
            empty, steps = self._tables.empty[path.pending], self._prose.steps(path.context)
            for tail in tails:
                base = path.score - tail.cost
                found += [
                    (score, path, char, lead, tail)
                    for char, lead in tail.meant
                    if lead in empty and (score := base + steps[char]) > floor
                ]
        if len(found) > count:
            found = [
                (score + self._ahead(char, tail.behind), path, char, lead, tail)
                for score, path, char, lead, tail in found
            ]
        return [
            path.with_pending(lead, cost + tail.cost)
            for _score, path, _char, lead, tail in best_of(found, count)
        ]

    def _ahead(self, char: str, behind: str) -> float:
        """What the character behind it, where it is known, says of one."""
        return AHEAD * self._prose.step(char, behind) if behind else 0.0

    def _blind(self, heads: list[Path], end: int, floor: float, waits: bool) -> list[Path]:
        """The likeliest paths through a character of which no byte is seen: its lead ends a pair that no
        character has, its trail ``waits``, to begin another, or was lost.
        """
        found: list[tuple[float, Path, Meaning]] = []
        for path in heads:
            steps = self._prose.steps(path.context)
            found += [
                (score, path, meaning)
                for meaning in self._candidates.behind(path.out[-1], path.pending, waits)
                if (score := path.score + steps[meaning[0]] - meaning[1] - self._enclosing(path, meaning[0]))
                > floor
            ]
        return [self._torn(path, meaning, end, waits) for _score, path, meaning in best_of(found, BLIND)]

    def _tails_at(self, at: int) -> list[Tails]:
        """The characters whose trail can be the first byte of what is seen at ``at``."""
        if found := _TORN_NOTE.match(self._text, at):
            return [Tails(self._candidates.noted(found.group(1)), "")]
        tails = []
        char = self._text[at : at + 1]
        if code := _ascii_trail(char):
            tails.append(Tails(self._candidates.tails(code), self._character(0, at + 1)))
        if pair := self._pair_at(at):
            cost = FOLDED_COST if tails else 0.0
            tails.append(Tails(self._candidates.tails(pair[0]), self._character(pair[1], at + 1), cost))
        return tails

    def _pair_at(self, at: int) -> tuple[int, int] | None:
        """The two bytes of what is seen at ``at``, on a folded page those of its full-width form."""
        char = self._text[at : at + 1]
        if self._folded and " " <= char <= "~":
            return (0xA1, 0xA1) if char == " " else (0xA3, ord(char) + 0x80)
        return None if char == "€" else pair_of(char)  # CP936 has it in one byte

    def _character(self, pending: int, at: int) -> str:
        """The character read next when nothing more is lost; "" when that is none."""
        char = self._text[at : at + 1]
        if pending < 0x81:
            return char.translate(simplifying())
        first = _ascii_trail(char) or (pair_of(char) or (0, 0))[0]
        candidate = self._tables.by_pair.get(pending << 8 | first)
        return candidate.meanings[0] if candidate else ""

    def _likeliest(
        self, path: Path, meant: list[Meaning], end: int, count: int, spread: float, waits: bool = False
    ) -> list[Path]:
        """The path with each of the characters that go on best from it, none further (in log) behind the
        best than ``spread``.
        """
        steps = self._prose.steps(path.context)
        scored = [(steps[meaning[0]] - meaning[1], meaning) for meaning in meant]
        if path.pending in LEADS_OF_MARKS:
            scored = [(score - self._enclosing(path, meaning[0]), meaning) for score, meaning in scored]
        best = best_of(scored, count)
        floor = best[0][0] - spread if best else 0.0
        return [self._torn(path, meaning, end, waits) for score, meaning in best if score > floor]

    # How a path goes on.

    def _note_behind(self, char: str, at: int) -> tuple[int, float]:
        """The end of the note that belongs to ``char``, if it stands at ``at``; what its presence or
        absence costs, or that of a note that belongs to none.
        """
        reading = readings().get(char)
        missing = self._notes.cost(char, noted=False) if reading else 0.0
        if not self._text.startswith("(", at) or not (found := _NOTE.match(self._text, at)):
            return at, missing
        if found.group(1) == reading:
            return found.end(), self._notes.cost(char, noted=True)
        return at, missing + UNEXPLAINED

    def _emit(self, path: Path, candidate: Candidate, end: int, pending: int, cost: float = 0.0) -> Events:
        """A torn character is read, in each of its meanings."""
        cost += self._candidates.cost(candidate)
        last = 0 if pending else candidate.trail
        for meaning in candidate.meanings:
            yield end, self._say(path, meaning, end, pending, cost, last, torn=True)

    def _torn(self, path: Path, meaning: Meaning, end: int, waits: bool) -> Path:
        """The path with a torn character; ``waits`` when its trail is the lead of what comes."""
        char, cost, trail = meaning
        return self._say(path, char, end, trail if waits else 0, cost, 0 if waits else trail, torn=True)

    def _enclosing(self, path: Path, char: str) -> float:
        """What it costs more than elsewhere that ``char`` comes next, by what is open there."""
        inside = path.enclosed
        if inside.stretch or char in ENCLOSING:
            return inside.cost(char, path.context[-1:] or "\n", len(path.out))
        return 0.0

    def _say(
        self,
        path: Path,
        char: str,
        end: int,
        pending: int,
        cost: float = 0.0,
        last: int = 0,
        torn: bool = False,
    ) -> Path:
        prose, context = self._prose, path.context
        step = prose.steps(context)[char]
        cost += self._enclosing(path, char)
        inside = path.enclosed
        if char in ENCLOSING:
            inside = inside.then(char, context[-1:] or "\n", len(path.out))
            if char == "（":
                cost += CLOSED if self._closes(end) else NOT_CLOSED
        out = path.out + char
        return Path(
            path.score - cost + step,
            pending,
            prose.advance(context, char),
            inside,
            last,
            end if torn else path.since,
            out,
            len(out) if torn else path.core,
            path.torn or torn,
        )
