"""The grammar of bylines: the tokens of one line → the credits and sources it states.

    line    := (credit | source | furniture | anything else)*
    credit  := [office] label (bar label)* [colon | bar] [[office] rank] name (and name)* [done]
             | name (and name)* bar (文 | 图 | medium)
    name    := person [code] ["(" office ")"] | office title person
    source  := label [colon | bar] medium

Behind a colon or a bar the label is strong: what follows is taken as far as it can be names. Without one every
word must be a person by its form, and the credit must end where a reader would see it end.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.byline.fold import Folded, fold
from pipelines.byline.labels import LABELS, Label
from pipelines.byline.names import is_office, is_person
from pipelines.byline.people import Line, Name, PeopleReader
from pipelines.byline.sources import read_medium, tidy_medium
from pipelines.byline.tokens import Token, tokenize
from pipelines.items import Role

_LABEL_WITHIN = 40


@dataclass(frozen=True, slots=True)
class Credit:
    """Persons in their roles, and the words that say so. ``office`` stands alone where no name is given."""

    label: Label
    roles: tuple[Role, ...]
    names: tuple[Name, ...]
    words: str
    strong: bool
    office: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The medium that a label names."""

    label: Label
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a line states.

    ``whole``: the line states something and holds nothing else, so it can leave the body. ``blank``: the label
    at its end that stands empty, whose value may be the next line.
    """

    credits: tuple[Credit, ...]
    sources: tuple[Source, ...]
    whole: bool
    blank: Label | None

    @property
    def statements(self) -> tuple[Credit | Source, ...]:
        return self.credits + self.sources


def parse(line: Folded) -> Parsed:
    """Read one line, or the inside of a bracket."""
    return _Parser(line).run()


def begins_with_label(text: str) -> bool:
    """Does a line begin, brackets apart, with the label of a byline or a source, set off by a separator?

    >>> [begins_with_label(s) for s in ("[责任编辑：王红]", "来源：晨光网", "作者把书送到门口。")]
    [True, True, False]
    """
    tokens = [
        token for token in tokenize(fold(text[:_LABEL_WITHIN]).folded) if token.kind not in ("space", "open")
    ]
    label = tokens[0].label if tokens else None
    return (
        label is not None and label.kind != "other" and len(tokens) > 1 and tokens[1].kind in ("colon", "bar")
    )


class _Parser:
    def __init__(self, line: Folded) -> None:
        self.tokens = tokenize(line.folded)
        self.line = Line(line.printed, self.tokens)
        self.credits: list[Credit] = []
        self.sources: list[Source] = []
        self.furnished = False
        self.loose = False
        self.blank: Label | None = None

    def run(self) -> Parsed:
        at = 0
        while at < len(self.tokens):
            at = self._statement(at)
        states = bool(self.credits or self.sources or self.blank)
        return Parsed(tuple(self.credits), tuple(self.sources), states and not self.loose, self.blank)

    def _statement(self, at: int) -> int:
        """Read what starts at a token; the token behind it."""
        line = self.line
        rank = line.office_before_rank(at)
        if rank is not None:
            return self._credit(rank, at, line.cut(at, rank).strip("《》"))
        label = self.tokens[at].label
        if label is None:
            return self._names_first(at) if line.kind(at) == "word" else self._pass(at)
        if line.text(at - 1) in ("“", "「", "『"):
            return self._pass(at)
        if label.kind == "person":
            return self._credit(at, at, None)
        return self._source(at, label) if label.kind == "source" else self._other(at)

    def _pass(self, at: int) -> int:
        self.loose = self.loose or self.line.kind(at) in ("word", "latin", "number", "label")
        return at + 1

    def _credit(self, at: int, start: int, affiliation: str | None) -> int:
        line, label = self.line, self.tokens[at].label
        assert label is not None
        roles, behind, strong = self._label_group(at)
        if label.being:
            return self._being(at, start, label)
        first = line.skip_space(behind)
        if line.kind(first) == "end":
            if strong or at == start == 0:
                self.blank = label
            else:
                self.loose = True
            return first
        reader = PeopleReader(line, label, strong=strong, affiliation=_employer(affiliation))
        people = reader.read(first)
        if not people.names or people.photo:
            self.loose = self.loose or people.photo or not strong
            return max(first, people.behind)
        words = line.cut(start, people.behind)
        self.credits.append(Credit(label, roles, tuple(people.names), words, strong))
        return people.behind

    def _being(self, at: int, start: int, label: Label) -> int:
        people = PeopleReader(self.line, label, strong=False).read_being(self.line.skip_space(at + 1))
        words = self.line.cut(start, people.behind)
        if people.names or people.office:
            self.credits.append(Credit(label, label.roles, tuple(people.names), words, False, people.office))
        return max(at + 1, people.behind)

    def _label_group(self, at: int) -> tuple[tuple[Role, ...], int, bool]:
        """The roles of labels joined by bars (编辑/校对：), the token behind them, and whether a separator stood there."""
        line = self.line
        roles: list[Role] = []
        while True:
            label = self.tokens[at].label
            assert label is not None
            roles.extend(role for role in label.roles if role not in roles)
            joint = line.skip_space(at + 1)
            following = line.skip_space(joint + 1)
            joined = line.kind(joint) in ("bar", "and") and line.kind(following) == "label"
            if not joined or self.tokens[following].label.kind != "person":  # type: ignore[union-attr]
                break
            at = following
        strong = line.kind(joint) in ("colon", "bar")
        behind = joint + 1 if strong else at + 1
        while strong and line.kind(behind) in ("colon", "bar"):
            behind += 1
        return tuple(roles), behind, strong

    def _source(self, at: int, label: Label) -> int:
        line = self.line
        behind = line.skip_space(at + 1)
        strong = line.kind(behind) in ("colon", "bar")
        behind = behind + 1 if strong else behind
        if line.kind(line.skip_space(behind)) == "end":
            self.blank = label if strong or at == 0 else None
            return line.skip_space(behind)
        start, end, after = read_medium(self.tokens, behind)
        value = tidy_medium(self.line.printed[start:end]) if start < end else None
        if value is None or not (strong or self._source_closes(after, value)):
            self.loose = self.loose or not strong
            return max(behind, after)
        self.sources.append(Source(label, value, line.cut(at, after)))
        return after

    def _source_closes(self, at: int, value: str) -> bool:
        return self.line.closes(at) and (is_office(value) or self.line.kind(at) in ("end", "close"))

    def _other(self, at: int) -> int:
        """A label that names nothing of ours: its value is stepped over."""
        line = self.line
        behind = line.skip_space(at + 1)
        if line.kind(behind) not in ("colon", "bar"):
            self.loose = True
            return at + 1
        behind = line.skip_space(behind + 1)
        while line.kind(behind) not in ("end", "label", "stop", "space", "close"):
            behind += 1
        self.loose = True
        return behind

    def _names_first(self, at: int) -> int:
        """李明/文, 李明、王红/晨光报: names, a bar, what they did or for whom."""
        line = self.line
        opens = line.kind(at - 1) in ("end", "space", "open", "time", "mark")
        author = LABELS["文"]
        people = (
            PeopleReader(line, author, strong=False).read(at) if opens and is_person(line.text(at)) else None
        )
        if people is None or not people.names or line.kind(people.behind) != "bar":
            return self._pass(at)
        last = people.behind + 1
        word = line.text(last)
        roles: tuple[Role, ...]
        if word in LABELS and LABELS[word].kind == "person":
            roles, medium = LABELS[word].roles, None
        elif is_office(word) and line.closes(last + 1):
            roles, medium = author.roles, line.cut(last, last + 1)
        else:
            return self._pass(at)
        names = tuple(Name(name.text, medium) for name in people.names)
        words = line.cut(at, last + 1)
        self.credits.append(Credit(author, roles, names, words, False))
        if medium is not None:
            self.sources.append(Source(author, medium, words))
        return last + 1


_QUALIFIERS = (
    "见习",
    "实习",
    "首席",
    "特约",
    "特派",
    "专栏",
    "高级",
    "资深",
    "全媒体",
    "融媒体",
    "本报",
    "本刊",
    "本网",
    "本台",
    "本社",
    "主任",
    "本站",
    "专职",
    "驻站",
)


def _employer(office: str | None) -> str | None:
    """The office in front of a rank without what only qualifies the rank: 晨光报首席 → 晨光报."""
    while office and office.endswith(_QUALIFIERS):
        office = office.removesuffix(next(q for q in _QUALIFIERS if office.endswith(q)))
    return office or None
