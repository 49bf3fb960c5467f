"""The words of the grammar: labels and categories of words, kept as text in ``data/``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal, cast, get_args

from pipelines.items import Role
from pipelines.text import BUTTONS

Kind = Literal["person", "source", "other"]


@dataclass(frozen=True, slots=True)
class Label:
    """One label: what it names and how freely it may be used (``data/labels.txt`` says what each means)."""

    word: str
    kind: Kind
    roles: tuple[Role, ...]
    pen: bool
    rank: bool
    short: bool
    being: bool
    duty: int


def _sections(name: str) -> Iterator[tuple[str, list[str]]]:
    """The sections of a data file: the head in square brackets, then its words."""
    head, words = "", list[str]()
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            if words:
                yield head, words
            head, words = line.strip("[]"), []
        elif not line.startswith("#"):
            words = words + line.split()
    yield head, words


def _labels() -> Iterator[Label]:
    for head, words in _sections("labels.txt"):
        marks = head.split()
        roles = tuple(cast(Role, mark) for mark in marks if mark in get_args(Role))
        kind: Kind = "person" if roles else "source" if "source" in marks else "other"
        duty = next((int(mark[-1]) for mark in marks if mark.startswith("duty")), 0)
        for word in words:
            yield Label(
                word, kind, roles, "pen" in marks, "rank" in marks, "short" in marks, "being" in marks, duty
            )


LABELS: Final = {label.word: label for label in _labels()}

_words: Final = dict(_sections("words.txt"))

COMMON_SURNAMES: Final = frozenset("".join(_words["common surnames"]))
SURNAMES: Final = COMMON_SURNAMES | frozenset("".join(_words["rare surnames"]))
DOUBLE_SURNAMES: Final = frozenset(_words["double surnames"])
NAME_PARTS: Final = frozenset(_words["name parts"])
HEADINGS: Final = frozenset(_words["headings"])
MAYBE_NAMES: Final = frozenset(_words["words that may be names"])
PLACES: Final = frozenset(_words["places"])
NOBODY: Final = frozenset(_words["nobody"])
TITLES: Final = tuple(_words["titles"])
OFFICE_ENDS: Final = tuple(_words["office ends"])
OFFICE_PARTS: Final = tuple(_words["office parts"])
STOP_WORDS: Final = BUTTONS | frozenset(_words["stop"])
DONE_WORDS: Final = frozenset(_words["done"])
PHOTO_WORDS: Final = frozenset(_words["photo"])
FURNITURE_BEGINS: Final = tuple(_words["furniture begins"])
FURNITURE_ENDS: Final = tuple(_words["furniture ends"])
MEDIUM_ENDS: Final = tuple(_words["medium ends"])
COLUMNS: Final = frozenset(_words["columns"])
NO_MEDIUM: Final = frozenset(_words["no medium"])
NEVER_IN_A_NAME: Final = frozenset("".join(_words["never in a name"]))
NEVER_LAST: Final = frozenset("".join(_words["never last in a name"]))
NO_NAMES: Final = frozenset(_words["no names"])
NO_LOGINS: Final = frozenset(_words["no logins"])
QUALIFIERS: Final = tuple(_words["qualifiers"])
NO_OFFICES: Final = tuple(_words["no offices"])
