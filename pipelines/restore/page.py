"""One page restored: one decision for all its texts, one memory of its words, each text repaired in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from pipelines.items import Repair
from pipelines.restore import edits, width
from pipelines.restore.edits import Edit
from pipelines.restore.gate import is_mirror
from pipelines.restore.gbk import pair_of
from pipelines.restore.language import language
from pipelines.restore.lattice import ENTRY, LOST_DIGIT, Decoder
from pipelines.restore.notes import BRACKETED, READING, Notes, straddled
from pipelines.restore.numbers import LIKELY, LONGEST, Numbers
from pipelines.restore.paths import Reading
from pipelines.restore.prose import UNKNOWN, Prose
from pipelines.restore.ranking import likelier
from pipelines.restore.script import only_traditional, readings, simplifying
from pipelines.restore.spam import spam_lines

BAR = 0.232  # repairs below this confidence (two readings that tie) are not made, only reported
LINE = 1_200  # characters before a torn place that are looked at
MOST_PLACES = 400  # in one text; a page with more was made to keep us busy
_GARBLED = re.compile(ENTRY.pattern + r"[^\n，。、]{0,10}")
_ANY_NOTE = re.compile(BRACKETED)


@dataclass(slots=True)
class RestoredFields:
    """What became of a page: its texts, what was changed in them, whether it is a damaged mirror's."""

    values: dict[str, str]
    repairs: list[Repair] = field(default_factory=list)
    is_mirror: bool = False
    share: float = 0.0


def restore_fields(fields: Mapping[str, str]) -> RestoredFields:
    """Undo a mirror's damage to one page, given as named texts (title, body, …).

    The texts are judged together; a page that is not a damaged mirror's comes back as it is. Spans in the
    repairs are those of the text as received. A text that is all spam becomes "".
    """
    spam = {name: spam_lines(text) for name, text in fields.items()}
    rest = {name: _without(text, spam[name]) for name, text in fields.items()}
    whole = "\n".join(rest.values())
    if not is_mirror(whole, has_spam=any(_is_mirrors(text, spam[name]) for name, text in fields.items())):
        return RestoredFields(dict(fields))
    page = _Page(whole)
    result = RestoredFields({}, is_mirror=True)
    changed = 0
    for name, text in fields.items():
        done = page.edits_of(text, spam[name])
        result.values[name] = edits.apply(text, done)
        result.repairs += edits.repairs(text, done, name)
        changed += sum(edit.end - edit.start for edit in done if text[edit.start : edit.end] != edit.after)
    result.share = changed / max(1, sum(map(len, fields.values())))
    return result


def _is_mirrors(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether the spam on top is a mirror's: put there after the text was turned into traditional characters.

    A genuine traditional page may begin with a line that looks like one of search words.
    """
    return any(not only_traditional().search(text, start, end) for start, end in spans)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    return text[spans[-1][1] :] if spans else text


class _Page:
    """What is known of a page before its texts are repaired."""

    def __init__(self, whole: str) -> None:
        self.notes = Notes.of(whole)
        self.folded = width.is_folded(whole)
        counts = Counter(whole)
        self.seen = frozenset(char for char, count in counts.items() if count > 1)
        undamaged = _GARBLED.sub(UNKNOWN, _ANY_NOTE.sub("", whole))
        words = undamaged.translate(simplifying())
        self.prose = Prose(language(), words.replace("著", UNKNOWN))
        self.numbers = Numbers(words)

    def edits_of(self, text: str, spam: list[tuple[int, int]]) -> list[Edit]:
        """All edits of one text, in order."""
        first = [Edit(start, end, "", "spam", 0.9) for start, end in spam]
        first += self._letters(text, spam[-1][1] if spam else 0)
        marks = width.widen if self.folded else width.lost
        return edits.compose(first, marks(edits.apply(text, first)))

    def _letters(self, text: str, start: int) -> list[Edit]:
        decoder = Decoder(text, self.prose, self.notes, self.seen, self.folded)
        made: list[Edit] = []
        restored: list[str] = []
        at, tried = start, 0
        for entry in ENTRY.finditer(text, start):
            if entry.start() < at:
                continue
            tried += 1
            if tried > MOST_PLACES:
                break
            self._plain(text, at, entry.start(), made, restored)
            at = entry.start()
            reading = decoder.read(at, _tail(restored), _last_wide(text, start, at))
            if reading is None and not entry.group("reading"):
                continue  # a question mark that is one
            torn = self._torn(text, entry, reading, restored)
            made += torn
            restored += [edit.after for edit in torn]
            at = torn[-1].end
        self._plain(text, at, len(text), made, restored)
        return made

    def _torn(
        self, text: str, entry: re.Match[str], reading: Reading | None, restored: list[str]
    ) -> list[Edit]:
        """A torn run as it was read, or left. The first digit of a number, if it was lost behind the run, is
        what the page's other numbers make likely, or stays a question mark.
        """
        start, confidence = entry.start(), round(reading.confidence, 3) if reading else 0.0
        if reading is None or confidence < BAR:
            return [Edit(start, entry.end(), entry.group(), "unresolved", confidence)]
        end, after = reading.end, reading.text
        if not after.endswith(LOST_DIGIT):
            return [Edit(start, end, after, "bytes", confidence)]
        words = after.removesuffix(LOST_DIGIT)
        number = text[end : end + LONGEST].translate(simplifying())
        digit, probability = self.numbers.first_digit((words or _tail(restored))[-1:], number)
        figure = Edit(end - 1, end, LOST_DIGIT, "unresolved", 0.0)
        if probability >= LIKELY:
            figure = Edit(end - 1, end, digit, "bytes", round(confidence * probability, 3))
        return [Edit(start, end - 1, words, "bytes", confidence), figure]

    def _plain(self, text: str, start: int, end: int, made: list[Edit], restored: list[str]) -> None:
        """Notes and script of a stretch that is not torn."""
        at = start
        for found in _script_or_note().finditer(text, start, end):
            restored.append(text[at : found.start()])
            at = found.end()
            if found.group("note"):
                char = text[found.start() - 1 : found.start()]
                reading = found.group("reading")
                known = readings().get(char) == reading
                if known or straddled(_last_wide(text, start, found.start() - 1), char, reading):
                    made.append(Edit(found.start(), at, "", "note", 1.0))
                else:
                    restored.append(found.group())
                continue
            after = self._simplified(text, found, restored)
            if after != found.group():
                made.append(Edit(found.start(), at, after, "script", 1.0))
            restored.append(after)
        restored.append(text[at:end])

    def _simplified(self, text: str, found: re.Match[str], restored: list[str]) -> str:
        chars = found.group()
        after = chars.translate(simplifying())
        if "著" in after:
            before = _tail(restored)
            behind = _ANY_NOTE.sub("", text[found.end() : found.end() + 24]).translate(simplifying())
            for at in range(len(after)):
                if after[at] == "著":
                    chosen = likelier("着著", before + after[:at], after[at + 1 :] + behind)
                    after = after[:at] + chosen + after[at + 1 :]
        return after


@cache
def _script_or_note() -> re.Pattern[str]:
    characters = rf"(?P<script>(?:{only_traditional().pattern}|著)+)"
    return re.compile(rf"{characters}|(?P<note>\((?P<reading>{READING})\))")


def _tail(pieces: list[str]) -> str:
    """The last characters of what the pieces spell: enough to know what is open in the line."""
    found, size = [], 0
    for piece in reversed(pieces):
        found.append(piece)
        size += len(piece)
        if size > LINE:
            break
    return "".join(reversed(found))[-LINE:]


def _last_wide(text: str, start: int, at: int) -> str:
    """The two-byte character right before a place, a note between them skipped."""
    if text[at - 1 : at] == ")":
        opened = text.rfind("(", max(start, at - 9), at)
        at = opened if opened > start else at
    last = text[at - 1 : at] if at > start else ""
    if "!" <= last <= "~":
        # A full-width form that was folded: an ASCII letter has no second byte to tear.
        return chr(ord(last) + 0xFEE0)
    return last if last and pair_of(last) else ""
