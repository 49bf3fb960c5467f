"""The list of persons behind a label: names, what separates them, their codes and offices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.byline.labels import DONE_WORDS, PHOTO_WORDS, Label
from pipelines.byline.names import (
    SURNAMES,
    is_login,
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
from pipelines.byline.tokens import Token
from pipelines.byline.words import TITLES

_FARTHEST_BRACKET = 24  # tokens; an office in brackets is short
_LONGEST_OFFICE = 40  # characters


@dataclass(frozen=True, slots=True)
class Name:
    """A person as printed (a space inside a two-character name is gone), and the office that goes with it."""

    text: str
    affiliation: str | None = None


@dataclass(slots=True)
class People:
    """What was read: the names, the office that stands without one, the token behind, whether it is a picture's credit."""

    names: list[Name] = field(default_factory=list)
    office: str | None = None
    behind: int = 0
    photo: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """The tokens of a line with the line as printed, from which the values are cut."""

    printed: str
    tokens: Sequence[Token]

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else "end"

    def text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def cut(self, first: int, behind: int) -> str:
        """The printed words of the tokens from ``first`` up to, not with, ``behind``."""
        if first >= behind:
            return ""
        return self.printed[self.tokens[first].start : self.tokens[behind - 1].end].strip()

    def skip_space(self, at: int) -> int:
        return at + 1 if self.kind(at) == "space" else at

    def is_rank(self, at: int) -> bool:
        """Does a rank (记者) stand here?"""
        label = self.tokens[at].label if at < len(self.tokens) else None
        return label is not None and label.rank

    def office_before_rank(self, at: int) -> int | None:
        """The token of the rank that follows an office at once: 晨光报|记者, 《晨光》|作者."""
        if self.kind(at) == "word" and self.is_rank(at + 1):
            return at + 1
        if self.text(at) == "《" and self.text(at + 2) == "》" and self.is_rank(at + 3):
            return at + 3
        return None

    def closes(self, at: int) -> bool:
        """Would a reader see a credit end here?"""
        kind = self.kind(at)
        if kind == "space":
            following = self.kind(at + 1)
            return (
                len(self.tokens[at].text) > 1
                or following in ("end", "label", "stop", "time", "open", "close", "bar")
                or self.office_before_rank(at + 1) is not None
            )
        return kind in ("end", "close", "label", "stop", "time", "bar") or self.text(at) in (
            "。",
            ";",
            "(",
            "[",
        )


class PeopleReader:
    """Reads the names behind one label."""

    def __init__(self, line: Line, label: Label, *, strong: bool, affiliation: str | None = None) -> None:
        self.line = line
        self.label = label
        self.strong = strong
        self.affiliation = affiliation
        self.found = People()

    def read(self, at: int) -> People:
        """Read from token ``at``; nothing found leaves ``names`` empty."""
        line = self.line
        wide = line.kind(at - 1) == "space" and len(line.tokens[at - 1].text) > 1
        joined = "start"
        while True:
            at = self._office(at) if joined != "space" else at
            behind = self._name(at, pen=self.strong and self.label.pen and joined != "space" and not wide)
            if behind is None:
                break
            at = self.found.behind = self._after_name(behind)
            if self.found.photo or line.text(line.skip_space(at)) in DONE_WORDS:
                break
            at, joined = self._separator(at)
            if joined == "none":
                break
        self._what_was_done()
        if not self.strong and not line.closes(self.found.behind):
            self.found.names = []
        return self.found

    def read_being(self, at: int) -> People:
        """Read what a person is, and perhaps who: 系某大学教授 李明."""
        line = self.line
        behind = at
        while line.kind(behind) not in ("end", "close", "label", "stop") and line.text(behind) not in "。;":
            behind += 1
        self.found.behind = behind
        last = behind - 1
        glued = split_title(line.text(last)) if line.kind(last) == "word" else None
        if line.kind(last - 1) == "space" and is_person(line.text(last)):
            self.found.names.append(Name(line.cut(last, behind), line.cut(at, last - 1) or None))
        elif glued is not None:
            name = line.cut(last, behind)[-len(glued[1]) :]
            self.found.names.append(Name(name, line.cut(at, behind)[: -len(name)] or None))
        elif 0 < len(line.cut(at, behind)) <= _LONGEST_OFFICE:
            self.found.office = line.cut(at, behind)
        return self.found

    def _office(self, at: int) -> int:
        """Step over the office or rank in front of a name, and remember it."""
        line = self.line
        rank = line.office_before_rank(at)
        if rank is not None and self._same_work(rank):
            self.affiliation = line.cut(at, rank).strip("《》") or self.affiliation
            return self._behind_rank(rank)
        if self.strong and line.is_rank(at) and self._same_work(at):
            return self._behind_rank(at)
        following = line.skip_space(at + 1)
        if (
            line.kind(at) == "word"
            and following == at + 2
            and not is_person(line.text(at))
            and (is_office(line.text(at)) or line.text(at).endswith(tuple(TITLES)))
            and line.kind(following) == "word"
            and is_person(line.text(following))
        ):
            self.affiliation = line.cut(at, at + 1)
            return following
        return at

    def _same_work(self, rank: int) -> bool:
        label = self.line.tokens[rank].label
        return label is not None and set(label.roles) <= set(self.label.roles) and not self.found.names

    def _behind_rank(self, rank: int) -> int:
        at = self.line.skip_space(rank + 1)
        return self.line.skip_space(at + 1) if self.line.kind(at) in ("colon", "bar") else at

    def _name(self, at: int, *, pen: bool) -> int | None:
        """Read one name (or several glued together); the token behind, or None when there is none."""
        kind = self.line.kind(at)
        if kind == "latin":
            return self._latin(at)
        if kind != "word":
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
        if pen and is_pen_name(word) and self._pen_stands_alone(at):
            return self._keep([printed], at)
        if self.strong and self.label.duty and is_nickname(word) and self.line.closes(at + 1):
            return self._keep([printed], at)
        return None

    def _pen_stands_alone(self, at: int) -> bool:
        following = self.line.text(at + 1)
        return self.line.closes(at + 1) or following in ("、", "&", "_") or self._code(at + 1) is not None

    def _keep(self, names: Sequence[str], at: int) -> int | None:
        self.found.names.extend(Name(name, self.affiliation) for name in names)
        return at + 1

    def _wide_name(self, at: int) -> int | None:
        """A short name set wide: 张 尧, 李 小 明. One character each, at most three spaces between."""
        line = self.line
        if len(line.text(at)) != 1 or line.text(at) not in SURNAMES:
            return None
        parts = [at]
        while (
            len(parts) < 3
            and line.kind(parts[-1] + 1) == "space"
            and len(line.tokens[parts[-1] + 1].text) <= 3
            and line.kind(parts[-1] + 2) == "word"
            and len(line.text(parts[-1] + 2)) == 1
        ):
            parts.append(parts[-1] + 2)
        if len(parts) == 3 and line.text(parts[2]) in SURNAMES and line.kind(parts[2] + 2) == "word":
            parts.pop()  # 张 尧 李 明: the third character begins the next name
        if len(parts) < 2 or not is_person("".join(map(line.text, parts))):
            return None
        self.found.names.append(Name("".join(line.cut(p, p + 1) for p in parts), self.affiliation))
        return parts[-1] + 1

    def _latin(self, at: int) -> int | None:
        line = self.line
        behind = at + 1
        while line.kind(behind) == "space" and line.kind(behind + 1) == "latin" and behind - at < 6:
            behind += 2
        whole = line.cut(at, behind)
        if is_person(whole):
            self.found.names.append(Name(whole, self.affiliation))
            return behind
        if self.strong and self.label.duty and (is_staff_code(line.text(at)) or is_login(line.text(at))):
            self.found.names.append(Name(line.cut(at, at + 1), self.affiliation))
            return at + 1
        return None

    def _after_name(self, at: int) -> int:
        """Step over a staff code, an office in brackets, or an office behind a comma."""
        code = self._code(at)
        if code is not None:
            return code
        line = self.line
        if line.text(at) == "(" and line.kind(at + 1) != "label":
            close = next(
                (i for i in range(at, min(at + _FARTHEST_BRACKET, len(line.tokens))) if line.text(i) == ")"),
                None,
            )
            if close is not None:
                inside = line.cut(at + 1, close)
                if is_office(inside) or inside.endswith(tuple(TITLES)):
                    self._employ(inside)
                return close + 1
        if line.text(at) == "," and self.label.pen and len(self.found.names) == 1:
            return self._office_behind_comma(at)
        return at

    def _office_behind_comma(self, at: int) -> int:
        line = self.line
        behind = at + 1
        while (
            line.kind(behind) not in ("end", "close", "label", "stop", "time") and line.text(behind) != "。"
        ):
            behind += 1
        office = line.cut(at + 1, behind)
        if split_glued(line.text(line.skip_space(at + 1))) or not 3 < len(office) <= _LONGEST_OFFICE:
            return at
        if office.endswith(tuple(TITLES)) or is_office(office):
            self._employ(office.lstrip("系为是").strip())
            return behind
        return at

    def _employ(self, office: str) -> None:
        self.found.names[-1] = Name(self.found.names[-1].text, office)

    def _code(self, at: int) -> int | None:
        """The token behind a staff code that starts here: 李明_NF4425, 李明 PK155, 李明(EN001)."""
        line = self.line
        if line.text(at) in ("_", "-", "(", "|") or line.kind(at) == "space":
            inside = line.skip_space(at + 1)
            if line.kind(inside) == "latin" and is_staff_code(line.text(inside)):
                return inside + 2 if line.text(at) == "(" else inside + 1
        if line.kind(at) == "latin" and is_staff_code(line.text(at)):
            return at + 1
        return None

    def _separator(self, at: int) -> tuple[int, str]:
        """What joins the next name: ``and`` (、 & / 和), ``space``, or ``none``; and the token behind it."""
        line = self.line
        next_at = line.skip_space(at)
        if line.kind(next_at) == "and" or (line.kind(next_at) == "bar" and self._person_at(next_at + 1)):
            behind = line.skip_space(next_at + 1)
            mark = line.text(next_at)
            return behind, "and" if mark[0] in "、&/" else "space"
        if line.text(next_at) in ("和", "与", "及") and line.kind(next_at + 1) == "space":
            return next_at + 2, "space"
        if next_at > at and len(line.tokens[at].text) <= 8:
            return next_at, "space"
        return at, "none"

    def _person_at(self, at: int) -> bool:
        return is_person(self.line.text(self.line.skip_space(at)))

    def _what_was_done(self) -> None:
        """Step over 报道, 整理 behind the names; 摄 or 供图 makes them a picture's credit."""
        line, at = self.line, self.line.skip_space(self.found.behind)
        if not self.found.names:
            return
        if (
            line.kind(at) in ("word", "stop", "label")
            and line.text(at) in PHOTO_WORDS
            and line.kind(at + 1) in ("end", "close", "mark", "space")
        ):
            self.found.photo = True
        elif (
            line.kind(at) in ("word", "stop", "label")
            and line.text(at) in DONE_WORDS
            and line.kind(at + 1) not in ("colon", "bar", "word")
        ):
            self.found.behind = at + 1


def _cut_like(word: str, printed: str, names: Sequence[str]) -> list[str]:
    """The printed form of the names found in the folded word; what joins them (和) is left out."""
    cut: list[str] = []
    at = 0
    for name in names:
        at = word.index(name, at)
        cut.append(printed[at : at + len(name)])
        at += len(name)
    return cut
