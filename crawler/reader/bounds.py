"""What a page may cost: markup that would be slow to parse is refused before it is parsed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.errors import Unreadable

MAX_TAGS = 60_000
MAX_DEPTH = 1_000
MAX_STRAY_CLOSERS = 5_000
MAX_ATTRIBUTES = 2_000
# An element of formatting left open is opened anew in every later paragraph.
MAX_REOPENED = 600_000

# With fewer tags no page can pass that limit, were they all of formatting and all left open.
_FEW_TAGS = int(MAX_REOPENED**0.5)
# With fewer it takes no time to go through all elements that are open at each tag, however deep they are.
_SOME_TAGS = 4_500
# In fewer characters no tag holds attributes enough to cost a second; each is compared with all others.
_LONG = 120_000
_UNBROKEN = 25_000

_TAG = re.compile(r"<(/?[a-zA-Z]+)")
# What cannot nest without another in between: it holds nothing, or the parser closes it by itself.
_FLAT_NAMES = """
    a area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot th thead
    tr wbr
"""
_FLAT = frozenset(_FLAT_NAMES.split()) | frozenset(f"/{name}" for name in _FLAT_NAMES.split())
_FORMATTING = frozenset(
    ("b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
# All of these and few others, at a fifth of what it costs to take every name out.
_OPENS_FORMATTING = re.compile(r"<[bcefinstu](?:ig|ode|m|ont|obr|mall|trike|trong|t|)(?![a-z])", re.I)
_ATTRIBUTE = r"[\s/]*+(?:=[^\s=>/]*+|[^\s=>/]++)(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+"
_CROWDED_TAG = re.compile(rf"<[a-zA-Z][^\s>/]*+(?:{_ATTRIBUTE}){{{MAX_ATTRIBUTES},}}+")


def check_markup(markup: str, url: str) -> None:
    """Refuse markup that HTML's own rules make slow: too many tags, too deep, too many attributes on one.

    Raises Unreadable, naming the limit that was passed.
    """
    tags = markup.count("<")
    if tags > MAX_TAGS:
        raise Unreadable(url, f"more than {MAX_TAGS} tags; the page is no article")
    if _may_be_crowded(markup, tags) and _CROWDED_TAG.search(markup):
        raise Unreadable(url, f"a tag with more than {MAX_ATTRIBUTES} attributes; the page is no article")
    if _may_be_nested(markup, tags):
        _check_nesting(" ".join(_TAG.findall(markup)).lower().split(), tags, url)


def _may_be_nested(markup: str, tags: int) -> bool:
    """Whether the elements may pass a limit of nesting, judged by how many are opened at all."""
    if tags <= _FEW_TAGS:
        return False
    return tags > _SOME_TAGS or len(_OPENS_FORMATTING.findall(markup)) * tags > MAX_REOPENED


def _may_be_crowded(markup: str, tags: int) -> bool:
    """Whether one tag may hold thousands of attributes: in a long page, or a long stretch without an end."""
    if len(markup) > _LONG or abs(markup.count(">") - tags) > MAX_ATTRIBUTES:
        return True
    return any(
        markup.find(">", start, start + _UNBROKEN) < 0
        for start in range(0, len(markup) - _UNBROKEN, _UNBROKEN)
    )


def _check_nesting(names: Sequence[str], tags: int, url: str) -> None:
    deepest, strays = _most_open([name for name in names if name not in _FLAT])
    if deepest > MAX_DEPTH:
        raise Unreadable(url, f"elements nested more than {MAX_DEPTH} deep; the page is no article")
    formatting, _ = _most_open([name for name in names if name.lstrip("/") in _FORMATTING])
    if formatting * tags > MAX_REOPENED:
        raise Unreadable(url, f"{formatting} elements of formatting left open; the page is no article")
    if strays > MAX_STRAY_CLOSERS:
        raise Unreadable(url, f"more than {MAX_STRAY_CLOSERS} closing tags that close nothing")


def _most_open(names: Sequence[str]) -> tuple[int, int]:
    """How many of these elements are open at once, at most, and how many of the tags close nothing."""
    opened = dict.fromkeys(names, 0)
    depth = deepest = strays = 0
    for name in names:
        if name[0] != "/":
            opened[name] += 1
            depth += 1
            if depth > deepest:
                deepest = depth
        elif opened.get(name := name[1:]):
            opened[name] -= 1
            depth -= 1
        else:
            strays += 1
    return deepest, strays
