"""Lines that say a thing without a label of their own: a medium beside the date, a value under its label."""

from __future__ import annotations

import re

from pipelines.byline.fold import Folded, fold
from pipelines.byline.grammar import Credit, Source, parse
from pipelines.byline.line import TokenLine
from pipelines.byline.names import is_nickname, is_office, is_person, is_staff_code
from pipelines.byline.people import Name, read_people
from pipelines.byline.sources import read_medium, tidy_medium
from pipelines.byline.vocabulary import LABELS, Label

_LONGEST_MEDIUM = 24
_META_NAME = re.compile("[^,、;/ &]+")
_NO_VALUE = ("space", "stop", "label", "number", "mark", "bar")
# What the name of the element says: pages that print no label still call the element one.
_NAMED_ELEMENT = re.compile(
    r"[.#][\w-]*?(author|writer|editor|(?<!re)source|origin(?!al)|laiyuan)", re.IGNORECASE
)


def value_of_blank(label: Label, line: Folded) -> Credit | Source | None:
    """Read a whole line as the value of a label that stood empty on the line before.

    Nothing but persons (or a staff code, or a house name for an editor), or nothing but a medium, will do:
    whatever else stands there belongs to something else.
    """
    tokens = TokenLine.of(line)
    first = tokens.skip_space(0)
    if label.kind == "source":
        medium = _whole_medium(tokens, first)
        return Source(medium, line.printed.strip()) if medium else None
    if len(tokens.tokens) - first == 1 and label.duty:
        word = tokens.text(first)
        if is_nickname(word) or is_staff_code(word):
            return Credit(label, label.roles, (Name(line.printed.strip()),), line.printed.strip(), True)
    people = read_people(tokens, first, label, strong=False)
    if not people.names or people.photo or tokens.kind(tokens.skip_space(people.behind)) != "end":
        return None
    return Credit(label, label.roles, tuple(people.names), line.printed.strip(), True)


def value_of_element(path: str, line: Folded) -> Credit | Source | None:
    """Read an unlabelled line by the name of its element (``span.author``); only a sure value will do."""
    found = _NAMED_ELEMENT.search(path)
    if found is None:
        return None
    named = found.group(1).lower()
    if named in ("author", "writer", "editor"):
        credit = value_of_blank(LABELS["责任编辑" if named == "editor" else "记者"], line)
        if isinstance(credit, Credit) and all(is_person(name.text, sure=True) for name in credit.names):
            return credit
    if named == "editor":
        return None
    tokens = TokenLine.of(line)
    medium = _whole_medium(tokens, tokens.skip_space(0))
    return Source(medium, line.printed.strip(), strong=False) if medium else None


def _whole_medium(line: TokenLine, at: int) -> str | None:
    if line.kind(at) not in ("word", "latin", "open", "number"):
        return None
    medium = read_medium(line, at)
    value = tidy_medium(line.printed[medium.start : medium.end])
    is_whole = line.kind(line.skip_space(medium.behind)) == "end"
    return value if value and is_whole and len(value) <= _LONGEST_MEDIUM else None


def dated_source(line: Folded) -> Source | None:
    """The medium printed beside the date: 2019-11-07 09:12 晨光网, 原创 晨光晚报 2019-11-07 09:12."""
    tokens = TokenLine.of(line)
    times = [at for at in range(len(tokens.tokens)) if tokens.kind(at) == "time"]
    if not times:
        return None
    for start in (times[-1] + 1, 0):
        at = start
        while tokens.kind(at) in _NO_VALUE:
            at += 1
        medium = read_medium(tokens, at)
        value = tidy_medium(line.printed[medium.start : medium.end])
        # 晨光网东城11月7日讯: glued to the date, the words are a dateline.
        stands_off = (
            tokens.kind(medium.behind) == "space"
            if start == 0
            else at > start or ":" in tokens.text(times[-1])
        )
        if value and stands_off and len(value) <= _LONGEST_MEDIUM and not is_person(value, sure=True):
            return Source(value, line.printed.strip(), strong=False)
    return None


def is_dated(line: Folded) -> bool:
    """Does a line print a date or an hour?"""
    return any(token.kind == "time" for token in TokenLine.of(line).tokens)


def lone_medium(line: Folded) -> Source | None:
    """A line that is nothing but a medium's name by its form: 晨光社, 东城晚报."""
    tokens = TokenLine.of(line)
    medium = _whole_medium(tokens, tokens.skip_space(0))
    return Source(medium, line.printed.strip(), strong=False) if medium and is_office(medium) else None


def meta_names(content: str) -> list[str] | None:
    """The persons of a meta value, if it holds nothing but persons with common surnames."""
    line = fold(content)
    found = list(_META_NAME.finditer(line.folded))
    if not 1 <= len(found) <= 4 or not all(is_person(name.group(), sure=True) for name in found):
        return None
    return [line.printed[name.start() : name.end()] for name in found]


def meta_source(content: str) -> str | None:
    """The medium of a meta value, which may repeat the label (来源：晨光网)."""
    line = fold(content)
    sources = [statement for statement in parse(line).statements if isinstance(statement, Source)]
    if sources:
        return sources[0].value
    tokens = TokenLine.of(line)
    return _whole_medium(tokens, tokens.skip_space(0))
