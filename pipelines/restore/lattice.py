"""A torn run read as bytes: every way to read it is a path, the page's prose ranks the paths.

The received line is read from left to right with one more byte in mind than a reader of characters has: a lead byte
that waits for its trail (``pending``). What is seen tells what the bytes were: a character its two bytes, an ASCII
letter one, ``?`` a byte that was lost (before a cut, or together with the ASCII character after it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.restore.gbk import Candidate, pair_of, tables
from pipelines.restore.notes import READING, Notes, by_reading
from pipelines.restore.prose import Prose, is_han
from pipelines.restore.script import readings

BEAM = 24
SPREAD = 14.0  # paths this far (in log) behind the best are given up
ODD = -9.0  # a character less likely than this makes a reading doubtful
CONTEXT = 4  # characters read on behind the last torn one, to hear how it goes on
REACH = 160  # characters after which a run that never came back into step is given up

RANK_COST = (0.0, 2.5, 6.0)
LITERAL_COST = 5.0  # a question mark that is one, right before a mark
INVISIBLE_COST = 1.0
EATEN = {"(": 2.5, "\n": 3.0, " ": 4.0, ",": 5.0, "+": 5.5, "-": 5.5, "<": 6.0, "/": 6.0, ".": 5.5, '"': 5.0, "%": 6.5}
EATEN_DIGIT = 4.5

MARK_BYTES = {"！": 0xA1, "!": 0xA1, "？": 0xBF, "?": 0xBF, "；": 0xBB, ";": 0xBB}
STOPS = "，。、！？；,!?;\n"

_TORN_NOTE = re.compile(rf"\?({READING})\)")
_NOTE = re.compile(rf"\(({READING})\)")
ENTRY = re.compile(rf"\?(?:[!！?？;；]|{READING}\))")


@dataclass(slots=True)
class Path:
    """One way to have read the line so far.

    ``since`` is where the path last came back into step (0: not torn yet); ``margin`` is how far (in log) the
    nearest path that was given up for this one lay behind.
    """

    score: float
    pending: int
    context: str
    quotes: int
    last: int
    since: int
    anchored: bool
    out: tuple[object, ...] | None
    core: tuple[object, ...] | None = None
    margin: float = 99.0
    torn: bool = False
    worst: float = 0.0

    def text(self) -> str:
        """What the path reads, up to where it came back into step."""
        chars = []
        link = self.core
        while link:
            link, char = link  # type: ignore[assignment]
            chars.append(char)
        return "".join(reversed(chars))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Reading:
    """The best reading of a torn run: the text for ``received[start:end]`` and how sure it is."""

    end: int
    text: str
    margin: float
    worst: float


class Decoder:
    """Reads the torn runs of one page."""

    def __init__(self, received: str, prose: Prose, notes: Notes, seen: frozenset[str]) -> None:
        self._text = received
        self._prose = prose
        self._notes = notes
        self._seen = seen
        self._tables = tables()

    def read(self, start: int, before: str, last: str) -> Reading | None:
        """Read on from ``start``, where a torn run may begin.

        ``before`` is the restored text up to there, ``last`` the last received two-byte character. ``None`` when what
        stands there is best left.
        """
        for invisible in (False, True):
            best = self._search(start, before, last, invisible)
            if best is not None and (invisible or self._sounds_well(best)):
                break
        return best

    def _sounds_well(self, reading: Reading) -> bool:
        return reading.worst > ODD

    def _search(self, start: int, before: str, last: str, invisible: bool) -> Reading | None:
        context = ""
        for char in before[-6:]:
            context = self._prose.advance(context, char)
        line = before[before.rfind("\n") + 1 :]
        pair = pair_of(last) if last else None
        first = Path(0.0, 0, context, line.count("“") - line.count("”"), pair[1] if pair else 0, start, False, None)
        frontier: dict[int, dict[tuple[int, str, int, bool], Path]] = {start: {(0, context, first.quotes, False): first}}
        limit = min(len(self._text), start + REACH)
        at = start
        while frontier:
            at = min(frontier)
            paths = sorted(frontier.pop(at).values(), key=lambda path: -path.score)
            floor = paths[0].score - SPREAD
            paths = [path for path in paths[:BEAM] if path.score >= floor]
            if self._settled(paths, at) and not frontier or at >= limit:
                return self._reading(paths, start)
            for path in paths:
                for end, following in self._events(path, at, invisible):
                    key = (following.pending, following.context, following.quotes, following.torn)
                    bucket = frontier.setdefault(end, {})
                    rival = bucket.get(key)
                    if rival is None:
                        bucket[key] = following
                    elif rival.score >= following.score:
                        rival.margin = min(rival.margin, rival.score - following.score)
                    else:
                        following.margin = min(following.margin, following.score - rival.score)
                        bucket[key] = following
        return None

    def _settled(self, paths: list[Path], at: int) -> bool:
        """All paths are in step, and the words behind the tear have been heard."""
        if any(path.pending for path in paths):
            return False
        return at >= len(self._text) or all(at - path.since >= CONTEXT for path in paths) or self._text[at] == "\n"

    def _reading(self, paths: list[Path], start: int) -> Reading | None:
        paths = [path for path in paths if not path.pending]
        if not paths:
            return None
        best = paths[0]
        if not best.torn:
            return None
        margin = best.margin
        text = best.text()
        for path in paths[1:]:
            if path.text() != text:
                margin = min(margin, best.score - path.score)
                break
        return Reading(best.since, text, margin, best.worst)

    # What may be seen, and what it then was.

    def _events(self, path: Path, at: int, invisible: bool) -> Iterator[tuple[int, Path]]:
        if path.pending:
            yield from self._shifted(path, at)
            if invisible:
                yield from self._unseen(path, at)
        else:
            yield from self._in_step(path, at)

    def _in_step(self, path: Path, at: int) -> Iterator[tuple[int, Path]]:
        text = self._text
        if at >= len(text):
            return
        char = text[at]
        if char == "?" or char == "？":
            mark = MARK_BYTES.get(text[at + 1]) if at + 1 < len(text) else None
            if mark:
                for candidate in self._tables.by_trail[0xA3]:
                    yield from self._emit(path, candidate, at + 2, mark, torn=True)
            if found := _TORN_NOTE.match(text, at):
                yield from self._torn_token(path, found)
            if not found:
                yield at + 1, self._say(path, "？", at + 1, 0, LITERAL_COST if mark else 0.0, 0xBF)
            return
        pair = pair_of(char)
        if pair is None:
            end = at + 1
            if found := _NOTE.match(text, end):
                end = found.end() if self._straddles(path.last, char, found.group(1)) else end
            wide = ord(char) + 0x80 if "!" <= char <= "~" else 0
            yield end, self._say(path, char, end, 0, 0.0, wide)
            return
        candidate = self._tables.by_pair.get(pair[0] << 8 | pair[1])
        meanings = candidate.meanings if candidate else char
        end, cost = self._note_behind(char, at + 1)
        for meaning in meanings:
            yield end, self._say(path, meaning, end, 0, cost, pair[1])

    def _straddles(self, trail: int, char: str, reading: str) -> bool:
        tokens = by_reading().get(reading, {}).get(trail, ())
        return any((pair_of(token) or (0, 0))[1] == ord(char) for token in tokens if char.isascii())

    def _torn_token(self, path: Path, found: re.Match[str]) -> Iterator[tuple[int, Path]]:
        """``?`` + reading + ``)`` in step: a token lay across the last character and the one that follows."""
        for token in by_reading().get(found.group(1), {}).get(path.last, ()):
            pair = pair_of(token)
            if pair and pair[1] >= 0x81:
                following = self._copy(path, self._notes.cost(token, noted=True))
                following.pending, following.torn, following.anchored = pair[1], True, True
                following.since, following.core = found.end(), following.out
                yield found.end(), following

    def _shifted(self, path: Path, at: int) -> Iterator[tuple[int, Path]]:
        text, by_pair, lead = self._text, self._tables.by_pair, path.pending
        if at >= len(text):
            return
        char = text[at]
        if char == "?":
            yield from self._lost(path, at)
        if char.isascii():
            code = ord(char)
            if code >= 0x40 and (candidate := by_pair.get(lead << 8 | code)):
                end, cost = self._note_behind(candidate.char, at + 1)
                yield from self._emit(path, candidate, end, 0, cost=cost, trail=code)
            pair: tuple[int, int] | None = (0xA3, code + 0x80) if 0x21 <= code <= 0x7E else (0xA1, 0xA1) if char == " " else None
        elif char == "€":
            pair = None
            if candidate := by_pair.get(lead << 8 | 0x80):
                end, cost = self._note_behind(candidate.char, at + 1)
                yield from self._emit(path, candidate, end, 0, cost=cost, trail=0x80)
        else:
            pair = pair_of(char)
        if pair and (candidate := by_pair.get(lead << 8 | pair[0])):
            end, cost = self._note_behind(char, at + 1)
            if pair[1] >= 0x81:
                yield from self._emit(path, candidate, end, pair[1], cost=cost)
            elif pair[1] >= 0x40:
                for _end, following in self._emit(path, candidate, end, 0, cost=cost):
                    yield end, self._say(following, chr(pair[1]), end, 0, 0.0, 0, torn=True)

    def _lost(self, path: Path, at: int) -> Iterator[tuple[int, Path]]:
        """``?`` while a lead waits: its trail was lost, before a cut or together with the ASCII character behind it."""
        text, lead = self._text, path.pending
        if found := _TORN_NOTE.match(text, at):
            for candidate in self._tables.by_lead.get(lead, ()):
                if readings().get(candidate.char) == found.group(1):
                    cost = self._notes.cost(candidate.char, noted=True)
                    yield from self._emit(path, candidate, found.end(), 0, cost=cost, trail=candidate.trail, anchored=True)
            return
        following = text[at + 1 : at + 2]
        for candidate in self._tables.by_lead.get(lead, ()):
            if candidate.trail < 0x81:
                continue
            for end, reached in self._emit(path, candidate, at + 1, 0, trail=candidate.trail):
                if not following or following in STOPS:
                    yield end, reached
                for eaten, cost in EATEN.items():
                    if eaten == "\n":
                        cost = 1.0 if candidate.char in "。！？；：”" else 6.0
                    elif eaten == "(" and not self._closes(end):
                        continue
                    yield end, self._say(reached, eaten, end, 0, cost, 0, torn=True)
                if following.isdigit() or following in ".%年月日":
                    for digit in "0123456789":
                        yield end, self._say(reached, digit, end, 0, EATEN_DIGIT, 0, torn=True)

    def _closes(self, at: int) -> bool:
        """Is a bracket closed behind ``at`` that was not opened there?"""
        closed = self._text.find(")", at, at + 80)
        return closed >= 0 and "(" not in self._text[at:closed]

    def _unseen(self, path: Path, at: int) -> Iterator[tuple[int, Path]]:
        """A pair that no character has stood before what is seen at ``at``."""
        if at >= len(self._text):
            return
        table, prose = self._tables, self._prose
        trails = self._first_bytes(at)
        for candidate in table.by_lead.get(path.pending, ()):
            empty = table.empty.get(candidate.trail)
            if not empty or candidate.rank == 2:
                continue
            if prose.step(path.context, candidate.meanings[0]) < -11.0:
                continue
            for _end, reached in self._emit(path, candidate, at, 1, cost=INVISIBLE_COST):
                for second in trails:
                    if second.lead in empty and second.rank < 2 and prose.step(reached.context, second.meanings[0]) > -10.0:
                        reached.pending = second.lead
                        yield from self._shifted(reached, at)

    def _first_bytes(self, at: int) -> list[Candidate]:
        """The characters whose trail can be the first byte of what is seen at ``at``."""
        char = self._text[at]
        if found := _TORN_NOTE.match(self._text, at):
            known = readings()
            return [c for c in self._tables.by_pair.values() if known.get(c.char) == found.group(1)]
        pair = pair_of(char)
        return self._tables.by_trail.get(pair[0] if pair else ord(char) if char.isascii() else 0, [])

    # How a path goes on.

    def _note_behind(self, char: str, at: int) -> tuple[int, float]:
        """The end of the note that belongs to ``char``, if it stands at ``at``; what its presence or absence costs."""
        reading = readings().get(char)
        if reading is None:
            return at, 0.0
        note = f"({reading})"
        if self._text.startswith(note, at):
            return at + len(note), self._notes.cost(char, noted=True)
        return at, self._notes.cost(char, noted=False)

    def _emit(
        self,
        path: Path,
        candidate: Candidate,
        end: int,
        pending: int,
        cost: float = 0.0,
        trail: int = 0,
        torn: bool = True,
        anchored: bool = False,
    ) -> Iterator[tuple[int, Path]]:
        if candidate.rank and candidate.char not in self._seen:
            cost += RANK_COST[candidate.rank]
        for meaning in candidate.meanings:
            following = self._say(path, meaning, end, pending, cost, trail, torn)
            following.anchored |= anchored
            yield end, following

    def _say(
        self, path: Path, char: str, end: int, pending: int, cost: float, trail: int, torn: bool = False
    ) -> Path:
        step = self._prose.step(path.context, char)
        quotes, score = path.quotes, path.score - cost + step
        if char == "“":
            score -= 4.0 if quotes > 0 else 0.0
            quotes += 1
        elif char == "”":
            score -= 6.0 if quotes <= 0 else 0.0
            quotes -= 1
        out = (path.out, char)
        return Path(
            score,
            pending,
            self._prose.advance(path.context, char),
            quotes,
            trail,
            end if torn else path.since,
            path.anchored,
            out,
            out if torn else path.core,
            path.margin,
            path.torn or torn,
            min(path.worst, step) if is_han(char) else path.worst,
        )

    def _copy(self, path: Path, cost: float) -> Path:
        return Path(
            path.score - cost,
            path.pending,
            path.context,
            path.quotes,
            path.last,
            path.since,
            path.anchored,
            path.out,
            path.core,
            path.margin,
            path.torn,
            path.worst,
        )
