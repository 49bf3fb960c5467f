"""The list of persons behind a label: names, what separates them, their codes and offices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.byline.line import SET_APART, TokenLine
from pipelines.byline.names import (
    is_done,
    is_double_surnamed,
    is_login,
    is_name_in_bracket,
    is_nickname,
    is_office,
    is_pen_name,
    is_person,
    is_staff_code,
    split_being,
    split_done,
    split_glued,
    split_title,
)
from pipelines.byline.vocabulary import DOUBLE_SURNAMES, PHOTO_WORDS, QUALIFIERS, SURNAMES, TITLES, Label

_FARTHEST_BRACKET = 24  # tokens
_LONGEST_OFFICE = 40  # characters
_WIDEST_NAME_GAP = 3  # spaces inside a name set wide


@dataclass(frozen=True, slots=True)
class Name:
    """A person as printed (a space inside a two-character name is gone), and the office that goes with it."""

    text: str
    affiliation: str | None = None


@dataclass(slots=True)
class People:
    """What was read: names, or an office without one, the place behind, whether it is a picture's credit."""

    names: list[Name] = field(default_factory=list)
    office: str | None = None
    behind: int = 0
    photo: bool = False


def employer(office: str | None) -> str | None:
    """The office in front of a rank without what only qualifies the rank.

    >>> employer("晨光报首席"), employer("《晨镜》"), employer("本报")
    ('晨光报', '晨镜', None)
    """
    if office and office[0] == "《" and office.find("》") == len(office) - 1:
        office = office[1:-1]
    while office and office.endswith(QUALIFIERS):
        office = office.removesuffix(next(q for q in QUALIFIERS if office.endswith(q)))
    return office or None


def read_people(
    line: TokenLine, at: int, label: Label, *, strong: bool, office: str | None = None, rare: bool = False
) -> People:
    """The people named from place ``at`` on behind a label.

    ``strong``: a colon or a bar stood behind the label, so the names are taken as far as they go. Without
    it they count only if each is a person by its form and a reader would see the credit end behind them.
    ``rare``: the label is a rank in a bracket, behind which any surname may stand.
    """
    return _Reader(line, label, strong, employer(office), rare).read(at)


def read_being(line: TokenLine, at: int, label: Label) -> People:
    """What a person is, and perhaps who, behind 作者系: 某大学教授 李明."""
    behind = at
    while line.kind(behind) not in ("end", "close", "label", "stop") and line.text(behind) not in ("。", ";"):
        behind += 1
    people = People(behind=behind)
    last = behind - 1
    words = line.cut(at, behind)
    glued = split_title(line.text(last)) if line.kind(last) == "word" else None
    if line.kind(last - 1) == "space" and last - 1 > at and is_person(line.text(last)):
        people.names.append(Name(line.cut(last, behind), line.cut(at, last - 1)))
    elif glued is not None:
        size = len(glued[1])
        people.names.append(Name(words[-size:], words[:-size]))
    elif 1 < len(words) <= _LONGEST_OFFICE:
        people.office = words
    return people


class _Reader:
    def __init__(
        self, line: TokenLine, label: Label, strong: bool, affiliation: str | None, rare: bool
    ) -> None:
        self.line = line
        self.label = label
        self.strong = strong
        self.affiliation = affiliation
        self.rare = rare
        self.found = People()

    def read(self, at: int) -> People:
        # Behind a space an empty editor's label may be followed by the page's furniture.
        is_wide = self.line.gap(at - 1) > (0 if self.label.duty else 1)
        wide = is_wide and self.line.text(at - 2) not in SET_APART
        joined = "start"
        while True:
            if joined != "space":
                at = self._step_over_office(at)
            pen = self.strong and self.label.pen and joined != "space" and not wide
            behind = self._name(at, pen=pen) or self._double_surnamed(at, joined)
            if behind is None:
                break
            self.found.behind = self._behind_name(behind)
            if self.found.photo or is_done(self.line.text(self.line.skip_space(self.found.behind))):
                break
            at, joined = self._separator(self.found.behind)
            if joined == "none":
                break
        done = bool(self.found.names) and self._step_over_done()
        if not (self.strong or done or self.line.ends_statement(self.found.behind)):
            self.found.names.clear()
        return self.found

    def _step_over_office(self, at: int) -> int:
        """Step over the office, the rank or the country in front of a name, and remember the office."""
        line = self.line
        rank = line.rank_behind_office(at)
        if rank is not None and self._is_same_work(rank):
            self.affiliation = employer(line.cut(at, rank)) or self.affiliation
            return self._behind_rank(rank)
        if self.strong and line.is_rank(at) and self._is_same_work(at):
            return self._behind_rank(at)
        if (
            line.kind(at) == "open"
            and line.kind(at + 1) == "word"
            and len(line.text(at + 1)) <= 3
            and line.kind(at + 2) == "close"
        ):
            return line.skip_space(at + 3)  # [美] 约翰·史密斯
        word = line.text(at)
        name = at + 2
        if (
            line.kind(at) == "word"
            and line.kind(at + 1) == "space"
            and line.kind(name) == "word"
            and not is_person(word)
            and (is_office(word) or word.endswith(TITLES))
            and is_person(line.text(name))
        ):
            self.affiliation = line.cut(at, at + 1)
            return name
        return at

    def _is_same_work(self, rank: int) -> bool:
        """Does a rank say who does the label's work (采写：晨光报记者 李明), or begin a credit of its own?"""
        label = self.line.tokens[rank].label
        if label is None or self.found.names:
            return False
        own = self.line.kind(self.line.skip_space(rank + 1)) in ("colon", "bar")
        firm = self.strong or "editor" not in self.label.roles
        return set(label.roles) <= set(self.label.roles) or (firm and not own)

    def _behind_rank(self, rank: int) -> int:
        at = self.line.skip_space(rank + 1)
        return self.line.skip_space(at + 1) if self.line.kind(at) in ("colon", "bar") else at

    def _name(self, at: int, *, pen: bool) -> int | None:
        """Keep one name (or several glued together); the place behind, or None when there is none."""
        if self.line.kind(at) == "latin":
            return self._latin_name(at)
        if self.line.kind(at) != "word":
            return None
        return self._wide_name(at) or self._word(at, pen=pen)

    def _word(self, at: int, *, pen: bool) -> int | None:
        word, printed = self.line.text(at), self.line.cut(at, at + 1)
        if is_person(word):
            return self._keep([printed], at)
        if done := split_done(word):
            self.found.photo = done[1] in PHOTO_WORDS
            return self._keep(_cut_like(word, printed, split_glued(done[0]) or []), at)
        if being := split_being(word):
            self.affiliation = printed[-len(being[1]) :]
            return self._keep([printed[: len(being[0])]], at)
        if (self.strong or self.label.rank) and (glued := split_glued(word)):
            return self._keep(_cut_like(word, printed, glued), at)
        if titled := split_title(word):
            self.affiliation = printed[: len(titled[0])]
            return self._keep([printed[len(titled[0]) :]], at)
        if self.rare and is_name_in_bracket(word):
            return self._keep([printed], at)
        if pen and is_pen_name(word) and self._stands_alone(at):
            return self._keep([printed], at)
        if self.strong and self.label.duty and is_nickname(word) and self.line.ends_statement(at + 1):
            return self._keep([printed], at)
        return None

    def _double_surnamed(self, at: int, joined: str) -> int | None:
        """A name with two surnames, where a list of names goes on with it: 记者冯维建、齐雷捷明."""
        if joined != "and" or not self._stands_alone(at) or not is_double_surnamed(self.line.text(at)):
            return None
        return self._keep([self.line.cut(at, at + 1)], at)

    def _stands_alone(self, at: int) -> bool:
        line = self.line
        return (
            line.ends_statement(at + 1)
            or line.text(at + 1) in ("、", "&")
            or self._behind_code(at + 1) is not None
        )

    def _keep(self, names: Sequence[str], at: int) -> int:
        self.found.names.extend(Name(name, self.affiliation) for name in names)
        return at + 1

    def _wide_name(self, at: int) -> int | None:
        """A name set wide: 张 尧, 李 小 明, one character each; 欧阳 小红, behind a surname of two."""
        line = self.line
        if (
            line.text(at) in DOUBLE_SURNAMES
            and line.gap(at + 1) == 1
            and is_person(line.text(at) + line.text(at + 2))
        ):
            self._keep([line.cut(at, at + 1) + line.cut(at + 2, at + 3)], at)
            return at + 3
        if len(line.text(at)) != 1 or line.text(at) not in SURNAMES:
            return None
        parts = [at]
        while len(parts) < 3 and self._one_character_follows(parts[-1]):
            parts.append(parts[-1] + 2)
        if len(parts) == 3 and line.text(parts[2]) in SURNAMES and self._one_character_follows(parts[2]):
            parts.pop()  # 张 尧 李 明: the third character begins the next name
        if len(parts) < 2 or not is_person("".join(map(line.text, parts))):
            return None
        self._keep(["".join(line.cut(part, part + 1) for part in parts)], at)
        return parts[-1] + 1

    def _one_character_follows(self, at: int) -> bool:
        line = self.line
        return (
            0 < line.gap(at + 1) <= _WIDEST_NAME_GAP
            and line.kind(at + 2) == "word"
            and len(line.text(at + 2)) == 1
        )

    def _latin_name(self, at: int) -> int | None:
        line = self.line
        behind = at + 1
        while line.gap(behind) == 1 and line.kind(behind + 1) == "latin" and behind - at < 6:
            behind += 2
        for end in range(behind, at, -2):
            if is_person(line.cut(at, end)):
                self._keep([line.cut(at, end)], at)
                return end
        stands_for_a_name = is_staff_code(line.text(at)) or is_login(line.text(at))
        if self.strong and self.label.duty and stands_for_a_name and line.ends_statement(at + 1):
            return self._keep([line.cut(at, at + 1)], at)
        return None

    def _behind_name(self, at: int) -> int:
        """Step over a staff code, an office in brackets, or an office behind a comma."""
        code = self._behind_code(at)
        if code is not None:
            return code
        if self.line.text(at) == "(" and self.line.is_rank(at + 1) and self.line.text(at + 2) == ")":
            return at + 3  # 李明(实习生)、王红
        if self.line.text(at) == "(" and self.line.kind(at + 1) != "label":
            return self._behind_bracket(at)
        if self.line.text(at) == "," and self.label.pen and len(self.found.names) == 1:
            return self._behind_comma(at)
        return at

    def _behind_bracket(self, at: int) -> int:
        line = self.line
        close = next((i for i in range(at, at + _FARTHEST_BRACKET) if line.text(i) == ")"), None)
        if close is None:
            return at
        inside = line.cut(at + 1, close)
        if inside not in QUALIFIERS and (is_office(inside) or inside.endswith(TITLES)):
            self._employ(inside)
        return close + 1

    def _behind_comma(self, at: int) -> int:
        line = self.line
        behind = at + 1
        while (
            line.kind(behind) not in ("end", "close", "label", "stop", "time") and line.text(behind) != "。"
        ):
            behind += 1
        office = line.cut(at + 1, behind)
        if split_glued(line.text(line.skip_space(at + 1))) or not 3 < len(office) <= _LONGEST_OFFICE:
            return at
        if not (office.endswith(TITLES) or is_office(office)) or "授权" in office:
            return at
        self._employ(re.split("[,，]", office)[0].lstrip("系为是 "))
        return behind

    def _employ(self, office: str) -> None:
        self.found.names[-1] = Name(self.found.names[-1].text, office)

    def _behind_code(self, at: int) -> int | None:
        """The place behind a staff code that starts here: 李明_NF4425, 李明 PK155, 李明(EN001), 李明NN7."""
        line = self.line
        if line.kind(at) == "latin" and is_staff_code(line.text(at)):
            return at + 1
        if line.text(at) in ("_", "-", "(", "|") or line.kind(at) == "space":
            inside = line.skip_space(at + 1)
            if line.kind(inside) == "latin" and is_staff_code(line.text(inside)):
                return inside + 2 if line.text(at) == "(" else inside + 1
        return None

    def _separator(self, at: int) -> tuple[int, str]:
        """The place of the next name and what joins it: ``and`` (、 & /), ``space``, or ``none``."""
        line = self.line
        mark = line.skip_space(at)
        behind = line.skip_space(mark + 1)
        if line.kind(mark) == "and" or (line.kind(mark) == "bar" and is_person(line.text(behind))):
            return behind, "and" if line.text(mark)[0] in "、&/" else "space"
        if line.text(mark) in ("和", "与", "及") and line.kind(mark + 1) == "space":
            return mark + 2, "space"
        return (mark, "space") if mark > at else (at, "none")

    def _step_over_done(self) -> bool:
        """Step over 报道, 整理 behind the names; 摄 or 供图 makes them a picture's credit."""
        line = self.line
        at = line.skip_space(self.found.behind)
        at = at + 1 if line.kind(at) == "bar" else at
        says_more = line.kind(at + 1) in ("colon", "bar") or line.kind(line.skip_space(at + 1)) == "latin"
        if line.kind(at) not in ("word", "stop", "label") or says_more:
            return False
        is_label = line.kind(at) == "label" and line.kind(line.skip_space(at + 1)) == "word"
        if line.text(at) in PHOTO_WORDS and line.kind(line.skip_space(at + 1)) != "word":
            self.found.photo = True
        elif is_done(line.text(at)) and not is_label:
            self.found.behind = at + 1
            return line.kind(at + 1) in ("space", "end")
        return False


def _cut_like(word: str, printed: str, names: Sequence[str]) -> list[str]:
    """The printed form of the names found in the folded word; what joins them (和) is left out."""
    cut: list[str] = []
    at = 0
    for name in names:
        at = word.index(name, at)
        cut.append(printed[at : at + len(name)])
        at += len(name)
    return cut
