"""What a page may cost: markup that would be slow to parse is refused before it is parsed."""

from __future__ import annotations

import re

from pipelines.errors import Unreadable

MAX_TAGS = 200_000
MAX_DEPTH = 1_000
MAX_OPEN_FORMATTING = 500
MAX_STRAY_CLOSERS = 5_000
MAX_ATTRIBUTES = 2_000

# Below these sizes no page can be slow, so the checks are not made.
_FEW_TAGS = 1_000
_SMALL = 40_000

_TAG = re.compile(r"<(/?[a-zA-Z]+)")
_CROWDED_TAG = re.compile(
    r"<[a-zA-Z][^\s>/]*+"
    rf"(?:[\s/]++[^\s=>/]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s><]*+))?+){{{MAX_ATTRIBUTES},}}+"
)
# Elements that hold nothing, or that the parser closes by itself: they nest only with others in between.
_FLAT_NAMES = """
    area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot th thead
    tr wbr
"""
_FLAT = frozenset(_FLAT_NAMES.split())
# What HTML reopens in every following paragraph until it is closed: many left open cost their square.
_FORMATTING_NAMES = """
    a b big code em font i nobr s small strike strong tt u
"""
_FORMATTING = frozenset(_FORMATTING_NAMES.split())


def check_markup(markup: str, url: str) -> None:
    """Refuse markup that HTML's own rules make slow: too many tags, too deep, too many attributes on one.

    Raises Unreadable, naming the limit that was passed.
    """
    tags = markup.count("<")
    if tags > MAX_TAGS or markup.count("=<") > MAX_ATTRIBUTES:
        raise Unreadable(url, f"more than {MAX_TAGS} tags or broken ones; the page is no article")
    if len(markup) > _SMALL and _CROWDED_TAG.search(markup):
        raise Unreadable(url, f"a tag with more than {MAX_ATTRIBUTES} attributes; the page is no article")
    if tags > _FEW_TAGS:
        _check_nesting(_TAG.findall(markup), url)


def _check_nesting(tags: list[str], url: str) -> None:
    open_by_name: dict[str, int] = {}
    depth = formatting = strays = 0
    for tag in tags:
        if tag[0] == "/":
            name = tag[1:].lower()
            if open_by_name.get(name):
                open_by_name[name] -= 1
                depth -= 1
                formatting -= name in _FORMATTING
            elif name not in _FLAT:
                strays += 1
            continue
        name = tag.lower()
        if name in _FLAT:
            continue
        open_by_name[name] = open_by_name.get(name, 0) + 1
        depth += 1
        formatting += name in _FORMATTING
        if depth > MAX_DEPTH or formatting > MAX_OPEN_FORMATTING:
            raise Unreadable(url, f"elements nested more than {MAX_DEPTH} deep; the page is no article")
    if strays > MAX_STRAY_CLOSERS:
        raise Unreadable(url, f"more than {MAX_STRAY_CLOSERS} closing tags that close nothing")
