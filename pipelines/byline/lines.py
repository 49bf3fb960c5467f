"""Lines that say a thing without a label of their own: a medium beside the date, a value under its label, meta names."""

from __future__ import annotations

import re

from pipelines.byline.fold import Folded, fold
from pipelines.byline.grammar import Credit, Source, parse
from pipelines.byline.labels import Label
from pipelines.byline.names import is_nickname, is_person, is_staff_code
from pipelines.byline.people import Line as Tokens
from pipelines.byline.people import Name, PeopleReader
from pipelines.byline.sources import read_medium, tidy_medium
from pipelines.byline.tokens import tokenize

_LONGEST_MEDIUM = 24
_META_NAME = re.compile("[^,、;/ &]+")


def value_of_blank(label: Label, line: Folded) -> Credit | Source | None:
    """Read a whole line as the value of a label that stood empty on the line before.

    Nothing but persons (or a staff code, or a house name for an editor), or nothing but a medium, will do:
    whatever else stands there belongs to something else.
    """
    tokens = tokenize(line.folded.strip())
    whole = Tokens(line.printed.strip(), tokens)
    if not tokens or tokens[0].kind not in ("word", "latin", "open"):
        return None
    if label.kind == "source":
        start, end, behind = read_medium(tokens, 0)
        value = tidy_medium(whole.printed[start:end])
        named = value is not None and behind >= len(tokens) and len(value) <= _LONGEST_MEDIUM
        return Source(label, value, whole.printed) if named and value else None
    word = tokens[0].text
    if len(tokens) == 1 and label.duty and (is_nickname(word) or is_staff_code(word)):
        return Credit(label, label.roles, (Name(whole.printed),), whole.printed, True)
    people = PeopleReader(whole, label, strong=False).read(0)
    if not people.names or people.photo or people.behind < len(tokens):
        return None
    return Credit(label, label.roles, tuple(people.names), whole.printed, True)


def dated_source(line: Folded) -> tuple[str, str] | None:
    """The medium printed beside the date and hour (2019-11-07 09:12 晨光网), with the words that say so."""
    tokens = tokenize(line.folded)
    times = [i for i, token in enumerate(tokens) if token.kind == "time"]
    if not times:
        return None
    for start in (times[-1] + 1, 0):
        first, end, behind = read_medium(tokens, start)
        value = tidy_medium(line.printed[first:end]) if 0 <= first < end else None
        if (
            value
            and len(value) <= _LONGEST_MEDIUM
            and any(t.kind in ("word", "latin") for t in tokens[start:behind])
        ):
            return value, line.printed[min(first, tokens[times[0]].start) : max(end, tokens[times[-1]].end)]
    return None


def meta_names(content: str) -> list[str] | None:
    """The persons of a meta value, if it holds nothing but persons with common surnames."""
    folded = fold(content.strip())
    names = list(_META_NAME.finditer(folded.folded))
    if not 1 <= len(names) <= 4 or not all(is_person(name.group(), sure=True) for name in names):
        return None
    return [folded.printed[name.start() : name.end()] for name in names]


def meta_source(content: str) -> str | None:
    """The medium of a meta value, which may repeat the label (来源：晨光网)."""
    line = fold(content)
    sources = parse(line).sources
    if sources:
        return sources[0].value
    start, end, behind = read_medium(tokens := tokenize(line.folded), 0)
    return tidy_medium(line.printed[start:end]) if start < end and behind >= len(tokens) else None
