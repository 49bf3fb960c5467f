"""The grammar of bylines: the tokens of one line → the credits and sources it states.

    line    := (credit | source | furniture | anything else)*
    credit  := [office] label (bar label)* [colon | bar] [[office] rank] name (and name)* [done]
             | name (and name)* bar (文 | 译 | medium)
    name    := [office] person [code] ["(" office ")"] | office title person
    source  := label [colon | bar] medium

A label in square brackets (【记者】) stands for itself with a colon; a bullet ends what is before it.
Behind a colon or a bar the label is strong: what follows is taken as far as it can be names. Without
one every word must be a person by its form, and the credit must end where a reader would see it end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pipelines.byline.fold import Folded, fold
from pipelines.byline.line import SET_APART, TokenLine
from pipelines.byline.names import is_office, is_person
from pipelines.byline.people import Name, read_being, read_people
from pipelines.byline.sources import printed_issue, read_medium, tidy_medium
from pipelines.byline.tokens import may_begin_with_a_label, may_hold_a_label, tokens
from pipelines.byline.vocabulary import LABELS, NO_OFFICES, NOBODY, Label
from pipelines.items import Role

_LABEL_WITHIN = 40  # characters
_BAR_WITHIN = 8  # tokens
_OFFICE_WITHIN = 5  # tokens
_DASH_WITHIN = 3  # tokens from the beginning of the line
_QUOTED = {"“": "”", "「": "」", "『": "』", "《": "》"}
_QUOTED_WITHIN = 10  # tokens
_QUOTES = ("“", "「", "『", '"', "‘", "'")
_ACCOUNTS = ("微信公众号", "公众号", "微信号", "微信", "微博")
_MENTIONS = ("注明", "标明", "标注", "写明", "载明", "署名")


@dataclass(frozen=True, slots=True)
class Credit:
    """Persons in their roles, and the words that say so. ``office`` stands alone where no name is given.

    ``strong``: a colon or a bar stood behind the label.
    """

    label: Label
    roles: tuple[Role, ...]
    names: tuple[Name, ...]
    words: str
    strong: bool
    office: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The medium that a line names."""

    value: str
    words: str
    strong: bool = True


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a line states.

    ``whole``: the line states something and holds nothing else, so it can leave the body. ``blank``: the
    label at its end that stands empty, whose value may be the next line.
    """

    statements: tuple[Credit | Source, ...]
    whole: bool
    blank: Label | None

    @property
    def credits(self) -> tuple[Credit, ...]:
        return tuple(statement for statement in self.statements if isinstance(statement, Credit))


@lru_cache(maxsize=1024)  # the pages of a site name the same editors and sources again and again
def parse(line: Folded, *, bracketed: bool = False, whole: bool = False) -> Parsed:
    """Read one line, or the inside of a bracket, where rarer names count.

    With ``whole`` only a line that states something from its first word on counts; prose is not read on.
    """
    if issue := printed_issue(line):
        return Parsed((Source(issue, line.printed.strip()),), whole=True, blank=None)
    if not may_hold_a_label(line.folded) or (whole and _opens_with_prose(line)):
        return Parsed((), whole=False, blank=None)
    return _Parser(TokenLine.of(line), bracketed).run()


def begins_with_label(text: str) -> bool:
    """Does a line begin, brackets apart, with the label of a byline or a source, set off by a separator?

    >>> [begins_with_label(s) for s in ("[责任编辑：王红]", "来源：晨光网", "作者把书送到门口。")]
    [True, True, False]
    """
    line = fold(text[:_LABEL_WITHIN])
    if not may_begin_with_a_label(line.folded):
        return False
    said = (token for token in tokens(line.folded) if token.kind not in ("space", "open"))
    first, second = next(said, None), next(said, None)
    label = first.label if first else None
    return (
        label is not None and label.kind != "other" and second is not None and second.kind in ("colon", "bar")
    )


def _opens_with_prose(line: Folded) -> bool:
    """Whether a line without bars begins with a word that is neither a label nor an office before a rank."""
    if "/" in line.folded or "|" in line.folded:
        return False
    head = TokenLine(line.printed, tuple(islice(tokens(line.folded), _OFFICE_WITHIN)))
    return head.kind(0) == "word" and head.rank_behind_office(0) is None


class _Parser:
    def __init__(self, line: TokenLine, bracketed: bool) -> None:
        self.line = line
        self.bracketed = self.in_bracket = bracketed
        self.statements: list[Credit | Source] = []
        self.loose = False
        self.blank: Label | None = None
        self.passed = -1  # the last place that belongs to no statement

    def run(self) -> Parsed:
        at = 0
        while at < len(self.line.tokens):
            at = self._statement(at)
        whole = not self.loose and bool(self.statements or self.blank)
        return Parsed(tuple(self.statements), whole, self.blank)

    def _statement(self, at: int) -> int:
        """Read what starts at a place; the place behind it."""
        line = self.line
        rank = line.rank_behind_office(at)
        if rank is not None and not line.text(at).startswith(NO_OFFICES) and not self._is_mentioned(rank):
            return self._credit(rank, start=at, office=line.cut(at, rank))
        label = line.tokens[at].label
        if line.kind(at) == "stop" and line.kind(at + 1) == "colon" and line.kind(at + 2) == "number":
            return self._other(at)  # 评论：33
        if label is None:
            return self._names_first(at) if line.kind(at) == "word" else self._pass(at)
        if self._is_mentioned(at):
            return self._pass(at)
        if label.being:
            return self._being(at, label)
        if label.kind == "person":
            return self._credit(at, start=at)
        return self._source(at, label) if label.kind == "source" else self._other(at)

    def _is_mentioned(self, at: int) -> bool:
        """Is a label only spoken of: 凡注明“来源：…”的作品, 转载请注明作者？"""
        return self.line.text(at - 1) in _QUOTES or self.line.text(at - 1).endswith(_MENTIONS)

    def _pass(self, at: int) -> int:
        self.passed = at
        if self.line.kind(at) in ("open", "close"):
            self.in_bracket = self.bracketed or self.line.kind(at) == "open"
        self.loose = self.loose or self.line.kind(at) in ("word", "latin", "number", "label")
        return at + 1

    def _credit(self, at: int, *, start: int, office: str | None = None) -> int:
        line = self.line
        label = line.tokens[at].label
        assert label is not None
        roles, behind, strong = self._label_group(at)
        if not strong and line.kind(self.passed) == "word" and self.passed == start - 1:
            return self._pass(at)
        first = line.skip_bullet(behind)
        if line.kind(first) == "end":
            self._leave_blank(label, strong or start == 0)
            return first
        if strong and line.text(first) == "(" and is_person(line.text(first + 1)):
            first += 1  # 责任编辑：（李明 NF4425）
        bracketed = label.rank and self.in_bracket
        people = read_people(line, first, label, strong=strong, office=office, rare=bracketed)
        if people.names and not people.photo:
            words = line.cut(start, people.behind)
            self.statements.append(Credit(label, roles, tuple(people.names), words, strong))
            return people.behind
        if (
            (strong or bracketed)
            and line.kind(first) == "word"
            and (line.text(first) in NOBODY or is_office(line.text(first)))
        ):
            return first + 1
        self.loose = self.loose or people.photo or not strong
        return max(first, people.behind)

    def _being(self, at: int, label: Label) -> int:
        people = read_being(self.line, self.line.skip_space(at + 1), label)
        words = self.line.cut(at, people.behind)
        if people.names or people.office:
            self.statements.append(
                Credit(label, label.roles, tuple(people.names), words, strong=False, office=people.office)
            )
        return max(at + 1, people.behind)

    def _leave_blank(self, label: Label, is_label: bool) -> None:
        if is_label:
            self.blank = label
        else:
            self.loose = True

    def _label_group(self, at: int) -> tuple[tuple[Role, ...], int, bool]:
        """The roles of labels joined by bars (编辑/校对：), the place behind them, and if they are strong."""
        line = self.line
        roles: list[Role] = []
        while True:
            label = line.tokens[at].label
            assert label is not None
            roles.extend(role for role in label.roles if role not in roles)
            joint = line.skip_space(at + 1)
            following = line.skip_space(joint + 1)
            next_label = line.tokens[following].label if line.kind(following) == "label" else None
            if line.kind(joint) not in ("bar", "and") or next_label is None or not next_label.roles:
                break
            at = following
        strong = line.kind(joint) in ("colon", "bar") or self._is_dash(joint)
        behind = joint + 1 if strong else at + 1
        while strong and line.kind(behind) in ("colon", "bar"):
            behind += 1
        return tuple(roles), behind, strong

    def _is_dash(self, at: int) -> bool:
        """网站编辑 - 李明, 撰文 · 李明: a mark set apart is a colon behind a label that begins its line."""
        line = self.line
        is_apart = line.text(at) in SET_APART and line.gap(at - 1) > 0 and line.gap(at + 1) > 0
        return is_apart and at <= _DASH_WITHIN

    def _source(self, at: int, label: Label) -> int:
        line = self.line
        behind = line.skip_space(at + 1)
        strong = line.kind(behind) in ("colon", "bar")
        behind = behind + 1 if strong else behind
        first = line.skip_space(behind)
        if line.kind(first) == "end":
            self._leave_blank(label, strong or at == 0)
            return first
        if line.text(first) in _ACCOUNTS and line.kind(first + 1) in ("colon", "bar"):
            behind, strong = first + 2, True  # 来自微信公众号：晨光夜读
        elif line.text(first) in _ACCOUNTS and self._is_quoted(first + 1):
            behind, strong = first + 1, True  # 来自微信公众号“晨光夜读”
        medium = read_medium(line, behind)
        value = tidy_medium(line.printed[medium.start : medium.end])
        closes = (
            line.kind(medium.behind) in ("end", "close")
            or line.printed[medium.start : medium.end][-1:] == "》"
        )
        named = closes or (is_office(value or "") and line.ends_statement(medium.behind))
        if value is not None and (strong or named):
            self.statements.append(Source(value, line.cut(at, medium.behind), strong))
        elif not strong:
            self.loose = True
        return max(behind, medium.behind)

    def _is_quoted(self, at: int) -> bool:
        """Do quotes hold a name here, with no word behind them that would make it part of a phrase?"""
        line = self.line
        closer = _QUOTED.get(line.text(at))
        close = next((i for i in range(at + 1, at + _QUOTED_WITHIN) if line.text(i) == closer), None)
        return closer is not None and close is not None and line.kind(close + 1) not in ("word", "label")

    def _other(self, at: int) -> int:
        """A label that names nothing of ours: its value is stepped over, with the persons it may name."""
        line = self.line
        behind = line.skip_space(at + 1)
        if line.kind(behind) not in ("colon", "bar"):
            self.loose = True
            return at + 1
        behind = line.skip_space(behind + 1)
        while line.kind(behind) not in ("end", "label", "stop", "space", "close"):
            behind += 1
        return behind

    def _names_first(self, at: int) -> int:
        """李明/文, 李明、王红/晨光报: names, a bar, what they did or for whom."""
        line = self.line
        near = any("/" in line.text(i) or "|" in line.text(i) for i in range(at + 1, at + _BAR_WITHIN))
        opens = line.kind(at - 1) in ("end", "space", "open", "time", "mark")
        if not (near and opens and is_person(line.text(at))):
            return self._pass(at)
        author = LABELS["作者"]
        people = read_people(line, at, author, strong=False)
        if not people.names:
            return self._pass(at)
        done = LABELS.get(line.text(people.behind - 1))
        if done is not None and done.roles:
            words = line.cut(at, people.behind)
            self.statements.append(Credit(done, done.roles, tuple(people.names), words, strong=False))
            return people.behind
        last = line.skip_space(people.behind + 1)
        is_bar = line.kind(people.behind) == "bar"
        if not (is_bar and is_office(line.text(last)) and line.ends_statement(last + 1)):
            return self._pass(at)
        words = line.cut(at, last + 1)
        medium = line.cut(last, last + 1)
        names = tuple(Name(name.text, medium) for name in people.names)
        self.statements += [Credit(author, author.roles, names, words, strong=False), Source(medium, words)]
        return last + 1
