"""The bylines inside the body: its first lines, the dateline, its last lines and the brackets that end it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.byline.fold import Folded, fold
from pipelines.byline.grammar import Credit, Parsed, Source, parse
from pipelines.byline.labels import LABELS
from pipelines.byline.names import is_person
from pipelines.byline.people import Name
from pipelines.text import is_boilerplate

_OPENING = 4  # paragraphs in which a body may introduce its author
_CLOSING = 8  # paragraphs in which it may sign off
_SIGNED = 3  # paragraphs of text at the end that may carry a signature
_LONGEST_BYLINE = 150
_LONGEST_BRACKET = 120
_DATELINE = 80
_CLOSERS = {")": "(", "]": "["}
_SENTENCE_ENDS = '。!?…”"」』;'
_DATELINE_ENDS = ("讯", "电", "消息", "报道", "报导", "快讯", "专电", "网", "报", "社")


@dataclass(frozen=True, slots=True)
class Found:
    """One credit or source of the body, the rule that read it, the paragraph it stood in (from 1)."""

    statement: Credit | Source
    rule: str
    paragraph: int


@dataclass(slots=True)
class _Paragraph:
    number: int
    text: str
    dropped: bool = False


@dataclass(slots=True)
class BodyReader:
    """Reads a body's bylines and leaves in ``text`` what is not one."""

    body: str
    opening: list[Found] = field(default_factory=list)
    closing: list[Found] = field(default_factory=list)

    def read(self) -> str:
        """Fill ``opening`` and ``closing``; give the body without the sentences that name its bylines."""
        paragraphs = [_Paragraph(n, text) for n, text in enumerate(self.body.split("\n"), 1)]
        printed = [p for p in paragraphs if p.text.strip()]
        self._read_opening(printed[:_OPENING])
        for paragraph in printed[: _OPENING // 2]:
            self._read_dateline(paragraph)
        self._read_closing([p for p in printed if not p.dropped])
        return "\n".join(p.text for p in paragraphs if not p.dropped)

    def _take(self, found: list[Found], parsed: Parsed, rule: str, paragraph: _Paragraph) -> None:
        found.extend(Found(s, rule, paragraph.number) for s in parsed.statements)

    def _read_opening(self, paragraphs: list[_Paragraph]) -> None:
        for paragraph in paragraphs:
            if len(paragraph.text) <= _LONGEST_BYLINE:
                parsed = parse(fold(paragraph.text))
                if parsed.whole:
                    self._take(self.opening, parsed, "opening line", paragraph)
                    paragraph.dropped = True
                    continue
            self._cut_leading_bracket(paragraph)

    def _cut_leading_bracket(self, paragraph: _Paragraph) -> None:
        """【文/晨光报 李明】 in front of the first sentence; a reporter's bracket is a dateline and stays."""
        line = fold(paragraph.text)
        close = _bracket_at(line, _first_character(line.folded))
        if close is None:
            return
        parsed = parse(_inside(line, _first_character(line.folded), close))
        if parsed.whole and parsed.credits and all(credit.label.pen for credit in parsed.credits):
            self._take(self.opening, parsed, "opening bracket", paragraph)
            paragraph.text = line.printed[close + 1 :].lstrip()

    def _read_dateline(self, paragraph: _Paragraph) -> None:
        if paragraph.dropped:
            return
        line = fold(paragraph.text[:_DATELINE])
        for at, character in enumerate(line.folded):
            if character not in "([":
                continue
            close = _bracket_at(line, at)
            before = line.folded[:at].rstrip()
            if close is None or any(mark in before for mark in ",。"):
                return
            parsed = parse(_inside(line, at, close))
            if parsed.whole and parsed.credits:
                self._take(self.opening, parsed, "dateline", paragraph)
                return
            if before.endswith(("电", "讯")) and (names := _bare_names(_inside(line, at, close))):
                self.opening.append(
                    Found(_bare_credit(names, line.printed[at : close + 1]), "dateline", paragraph.number)
                )
                return
        self._read_open_dateline(paragraph, line)

    def _read_open_dateline(self, paragraph: _Paragraph, line: Folded) -> None:
        """晨光报讯 记者李明 报道: a dateline without a bracket."""
        ends = [at for mark in ",。" if (at := line.folded.find(mark)) >= 0]
        head = Folded(line.printed[: min(ends, default=None)], line.folded[: min(ends, default=None)])
        for credit in parse(head).credits:
            before = head.printed[: head.printed.find(credit.words)].rstrip()
            if credit.label.rank and not credit.strong and (not before or before.endswith(_DATELINE_ENDS)):
                self.opening.append(Found(credit, "dateline", paragraph.number))

    def _read_closing(self, paragraphs: list[_Paragraph]) -> None:
        signed = 0
        for paragraph in reversed(paragraphs[-_CLOSING:]):
            if len(paragraph.text) <= _LONGEST_BYLINE:
                parsed = parse(fold(paragraph.text))
                if parsed.whole:
                    self._take(self.closing, parsed, "closing line", paragraph)
                    paragraph.dropped = True
                    continue
            if is_boilerplate(paragraph.text):
                continue
            self._cut_signature(paragraph, last=not signed)
            signed += 1
            if signed == _SIGNED:
                break

    def _cut_signature(self, paragraph: _Paragraph, *, last: bool) -> None:
        """Brackets that end a paragraph, as long as they name bylines; then a label behind the last sentence."""
        while True:
            line = fold(paragraph.text.rstrip())
            opened = _bracket_ending(line)
            if opened is None:
                break
            inside = _inside(line, opened, len(line.folded) - 1)
            parsed = parse(inside)
            before = line.folded[:opened].rstrip()
            if inside.folded.strip() == "完" and before.endswith(")"):
                paragraph.text = line.printed[:opened].rstrip()
                continue
            if parsed.whole and (parsed.credits or parsed.sources):
                self._take(self.closing, parsed, "closing bracket", paragraph)
            elif last and before.endswith(tuple(_SENTENCE_ENDS)) and (names := _bare_names(inside)):
                credit = _bare_credit(names, line.printed[opened:])
                self.closing.append(Found(credit, "bare closing bracket", paragraph.number))
            else:
                break
            paragraph.text = line.printed[:opened].rstrip()
            paragraph.dropped = not paragraph.text
        self._cut_last_words(paragraph)

    def _cut_last_words(self, paragraph: _Paragraph) -> None:
        line = fold(paragraph.text.rstrip())
        start = max(line.folded.rfind(mark, 0, len(line.folded) - 1) for mark in _SENTENCE_ENDS) + 1
        if not start or len(line.folded) - start > _LONGEST_BRACKET:
            return
        parsed = parse(Folded(line.printed[start:], line.folded[start:]))
        if parsed.whole and parsed.credits:
            self._take(self.closing, parsed, "last words", paragraph)
            paragraph.text = line.printed[:start]


def _first_character(folded: str) -> int:
    return len(folded) - len(folded.lstrip())


def _bracket_at(line: Folded, at: int) -> int | None:
    """The place of the bracket that closes the one at ``at``, if it is near."""
    if line.folded[at : at + 1] not in ("(", "["):
        return None
    close = line.folded.find(")" if line.folded[at] == "(" else "]", at, at + _LONGEST_BRACKET)
    return close if close > 0 else None


def _bracket_ending(line: Folded) -> int | None:
    """The place of the bracket that the last character closes, brackets inside it balanced."""
    closing = line.folded[-1:]
    if closing not in _CLOSERS:
        return None
    depth = 0
    for at in range(len(line.folded) - 1, max(-1, len(line.folded) - _LONGEST_BRACKET), -1):
        depth += (line.folded[at] == closing) - (line.folded[at] == _CLOSERS[closing])
        if not depth:
            return at
    return None


def _inside(line: Folded, opened: int, close: int) -> Folded:
    return Folded(line.printed[opened + 1 : close], line.folded[opened + 1 : close])


def _bare_names(inside: Folded) -> list[str] | None:
    """The names in a bracket that holds nothing but names: （李明）, （李明 王小红）."""
    folded = inside.folded.replace("、", " ")
    words = folded.split()
    if len(words) == 2 and all(len(word) == 1 for word in words) and is_person("".join(words), sure=True):
        return ["".join(inside.printed.replace("、", " ").split())]
    if not 1 <= len(words) <= 4 or not all(is_person(word, sure=True) for word in words):
        return None
    return inside.printed.replace("、", " ").split()


def _bare_credit(names: list[str], words: str) -> Credit:
    author = LABELS["作者"]
    return Credit(author, author.roles, tuple(map(Name, names)), words, False)
