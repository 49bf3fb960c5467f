"""Lines that say a thing without a label of their own: a medium beside the date, a value under its label."""

from __future__ import annotations

import re
from itertools import pairwise

from pipelines.byline.fold import Folded, fold
from pipelines.byline.grammar import Credit, Source, parse
from pipelines.byline.line import TokenLine
from pipelines.byline.names import (
    is_account,
    is_furniture,
    is_medium,
    is_nickname,
    is_pen_name,
    is_person,
    is_staff_code,
)
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
# The element itself, or the link in it, is called the author: then it may hold a pen name.
_AUTHOR_ELEMENT = re.compile(
    r"[.#](?:[\w-]*[_-])?(?:authors?|auth|authi|writer|vcard|byline)(?:[_-]?name)?(?: > a[^ >]*)?$",
    re.IGNORECASE,
)
_SOURCE_ELEMENT = re.compile(
    r"[.#](?:[\w-]*[_-])?(?:source|media|from|origin|laiyuan)(?:$|[ _-])", re.IGNORECASE
)
_COLUMN_ELEMENT = re.compile(
    r"[.#](?:[\w-]*[_-])?(?:cat|category|column|channel|tags?|topic|author)s?(?:[_-][\w-]*)?(?: > a[^ >]*)?$",
    re.IGNORECASE,
)
_REPORTED = ("报道", "报导")
_ENGLISH_NAME = r"[A-Z][a-z'’.-]{0,20}(?: [A-Z][A-Za-z'’.-]{0,20}){1,3}"
_ENGLISH = re.compile(
    r"(?:(?P<author>(?:(?:Written|Text|Story|Reported) )?[Bb]y:?|Author:|Reporter:|Writer:)"
    r"|(?P<editor>Edited by:?|Editor:)) {0,3}"
    rf"(?P<names>{_ENGLISH_NAME}(?:(?:, | and | & ){_ENGLISH_NAME}){{0,5}})"
)
_ENGLISH_AND = re.compile(", | and | & ")
_DIGITS = re.compile(r"\d{2}|\d[-/:年月]")
_MARK = 6  # characters
_REPRINT_MARKS = ("[整理]", "[转载]", "[原创]", "【整理】", "【转载】", "【原创】")


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
    """Read an unlabelled line by the name of its element (``span.author``); only a sure value will do.

    A pen name is one where the element itself is called the author: around it stand whole boxes of them.
    Such a credit is not ``strong``.
    """
    named = found[1].lower() if (found := _NAMED_ELEMENT.search(path)) else None
    if named in ("author", "writer", "editor"):
        credit = value_of_blank(LABELS["责任编辑" if named == "editor" else "记者"], line)
        if isinstance(credit, Credit) and all(is_person(name.text, sure=True) for name in credit.names):
            return credit
    if _AUTHOR_ELEMENT.search(path) and (account := _lone_account(TokenLine.of(line))):
        return account
    if named in (None, "editor"):
        return None
    tokens = TokenLine.of(line)
    medium = _whole_medium(tokens, tokens.skip_space(0))
    if medium is None or is_furniture(medium):
        return None
    return Source(medium, line.printed.strip(), strong=False)


def _lone_account(line: TokenLine) -> Credit | None:
    """A person or an account alone on its line, or before a date."""
    first = line.skip_space(0)
    ends = line.kind(line.skip_space(first + 1)) in ("end", "time")
    return (
        _author(line, first) if ends and line.kind(first) == "word" and is_account(line.text(first)) else None
    )


def _whole_medium(line: TokenLine, at: int) -> str | None:
    if line.kind(at) not in ("word", "latin", "open", "number"):
        return None
    medium = read_medium(line, at)
    value = tidy_medium(line.printed[medium.start : medium.end])
    is_whole = line.kind(line.skip_space(medium.behind)) == "end"
    return value if value and is_whole and len(value) <= _LONGEST_MEDIUM else None


def dated_statements(path: str, line: Folded) -> list[Credit | Source]:
    """What a line says beside a date: 2019-11-07 09:12 晨光网 李明, 原创 李明 晨光夜读 2019-11-07.

    Columns stand beside the date, too: without an element that is called a source, only words shaped like
    a medium name one, and only a person beside a medium, or behind 原创 or 由, is the author.
    """
    tokens = TokenLine.of(line)
    times = [at for at in range(len(tokens.tokens)) if tokens.kind(at) == "time"]
    if not times:
        return []
    for start in (times[-1] + 1, 0):
        at = start
        while _holds_no_value(tokens, at):
            at += 1
        if signed := _signed(tokens, at):
            return signed
        if start == 0 and (signed := _medium_and_author(tokens, at, times[0])):
            return signed
        if (start or not _COLUMN_ELEMENT.search(path)) and (stated := _medium_beside(tokens, at, path)):
            # 晨光网东城11月7日讯: glued to the date, the words are a dateline.
            behind = tokens.kind(read_medium(tokens, at).behind)
            if behind == "space" if start == 0 else at > start or ":" in tokens.text(times[-1]):
                return stated
    return []


def _medium_and_author(line: TokenLine, at: int, time: int) -> list[Credit | Source]:
    """社会万象 江淮晨报 李明 2019-11-07: a medium by its form and a person, whatever column stands before."""
    words = [place for place in range(at, time) if line.kind(place) == "word"]
    for medium, person in pairwise(words):
        is_beside = person == medium + 2 and line.gap(medium + 1) and line.gap(person + 1)
        if is_beside and is_medium(line.text(medium)) and is_person(line.text(person)):
            source = Source(line.cut(medium, medium + 1), line.printed.strip(), strong=False)
            return [_author(line, person), source]
    return []


def signed_by_medium(line: Folded) -> list[Credit | Source]:
    """21世纪晨光报道 李明 实习生 王红 中山、东城报道: a medium, its persons, and from where they report."""
    if not line.folded.rstrip().endswith(_REPORTED):
        return []
    tokens = TokenLine.of(line)
    medium = read_medium(tokens, 0)
    value = tidy_medium(line.printed[medium.start : medium.end])
    if value is None or not is_medium(fold(value).folded):
        return []
    names: list[Name] = []
    for at in range(medium.behind, len(tokens.tokens)):
        if tokens.kind(at) == "word" and is_person(tokens.text(at)) and tokens.kind(at + 1) != "and":
            names.append(Name(tokens.cut(at, at + 1), value))
        elif tokens.kind(at) != "space" and not tokens.is_rank(at):
            break
    if not names:
        return []
    label = LABELS["记者"]
    words = line.printed.strip()
    return [Credit(label, label.roles, tuple(names), words, strong=False), Source(value, words, strong=False)]


def english_credit(line: Folded) -> list[Credit | Source]:
    """By Li Ming, Edited by Wang Hong: a line of nothing else."""
    found = _ENGLISH.fullmatch(line.folded.strip()) if line.folded.isascii() else None
    if found is None:
        return []
    label = LABELS["作者" if found["author"] else "编辑"]
    names = tuple(Name(name) for name in _ENGLISH_AND.split(found["names"]))
    return [Credit(label, label.roles, names, line.printed.strip(), strong=True)]


def _holds_no_value(line: TokenLine, at: int) -> bool:
    if line.kind(at) == "number" and line.kind(at + 1) == "word":
        return False  # 21世纪经济报道
    return line.kind(at) in _NO_VALUE or line.text(at) == "·"


def _signed(line: TokenLine, at: int) -> list[Credit | Source]:
    """由 李明; 原创 李明 晨光夜读 2019-11-07, an account's author and the account."""
    behind = at + 2 if line.gap(at + 1) and line.kind(at + 2) == "word" else at
    if line.text(at) in ("由", "by", "By"):
        return [_author(line, behind)] if behind > at and is_account(line.text(behind)) else []
    if line.text(at - 2) == "原创" and is_person(line.text(at)) and behind > at:
        account = line.cut(behind, behind + 1)
        if line.kind(line.skip_space(behind + 1)) == "time" and tidy_medium(account):
            return [_author(line, at), Source(account, line.printed.strip(), strong=False)]
    return []


def _author(line: TokenLine, at: int) -> Credit:
    label = LABELS["作者"]
    return Credit(label, label.roles, (Name(line.cut(at, at + 1)),), line.printed.strip(), strong=False)


def _medium_beside(line: TokenLine, at: int, path: str) -> list[Credit | Source]:
    medium = read_medium(line, at)
    value = tidy_medium(line.printed[medium.start : medium.end])
    if value is None or len(value) > _LONGEST_MEDIUM or is_person(value, sure=True):
        return []
    marked = any(mark in line.printed[medium.end :][:_MARK] for mark in _REPRINT_MARKS)
    if not (is_medium(fold(value).folded) or marked or _SOURCE_ELEMENT.search(path)):
        return []
    source = Source(value, line.printed.strip(), strong=False)
    behind = line.skip_space(medium.behind)
    if line.text(behind) == "[" and line.text(behind + 2) == "]":
        behind = line.skip_space(behind + 3)  # 晨光周报 [微博] 李明
    beside = line.kind(behind) == "word" and line.kind(behind + 1) in ("space", "end")
    if beside and is_medium(fold(value).folded) and is_person(line.text(behind), sure=True):
        return [_author(line, behind), source]
    return [source]


def is_dated(line: Folded) -> bool:
    """Does a line print a date or an hour?"""
    return _DIGITS.search(line.folded) is not None and any(
        token.kind == "time" for token in TokenLine.of(line).tokens
    )


def lone_medium(line: Folded) -> Source | None:
    """A line that is nothing but a medium's name by its form: 晨光社, 东城晚报."""
    tokens = TokenLine.of(line)
    medium = _whole_medium(tokens, tokens.skip_space(0))
    return Source(medium, line.printed.strip(), strong=False) if medium and is_medium(medium) else None


def meta_names(content: str, *, pen: bool = False) -> list[str] | None:
    """The persons of a meta value, if it holds nothing but persons with common surnames, or ``pen`` names."""
    line = fold(content)
    found = list(_META_NAME.finditer(line.folded))
    if not 1 <= len(found) <= 4 or not all(
        is_person(name.group(), sure=True) or (pen and is_pen_name(name.group())) for name in found
    ):
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
