"""The passage of an article that shows best why a search found it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import NamedTuple

from archive.fold import fold
from archive.search_query import Query

LENGTH = 60
# So many characters before the first hit are shown.
LEAD = 12
MARKS = ("«", "»")
# Among the first so many hits of a text the best passage is looked for.
MAX_HITS = 300


class Hit(NamedTuple):
    """A word found, and where."""

    word: str
    start: int
    end: int


def snippet(query: Query, body: str, *others: str | None) -> str:
    """The passage of the body with most of the query's words, hits marked; else one of the other texts.

    >>> from archive.search_query import parse
    >>> snippet(parse("閱讀"), "清晨的图书馆。阅读的人坐满了窗边。")
    '清晨的图书馆。«阅读»的人坐满了窗边。'
    >>> snippet(parse("菜园"), "清晨的图书馆。", "社区菜园")
    '社区«菜园»'
    """
    for text in (body, *others):
        if text and (hits := _hits(query, fold(text))):
            return _marked(text, hits)
    return _flat(body[:LENGTH]) + ("…" if len(body) > LENGTH else "")


def _hits(query: Query, folded: str) -> list[Hit]:
    words = sorted({spelling for word in query.words for spelling in word}, key=len, reverse=True)
    if not words:
        return []
    pattern = re.compile("|".join(map(re.escape, words)))
    return [Hit(found[0], *found.span()) for found in islice(pattern.finditer(folded), MAX_HITS)]


def _marked(text: str, hits: list[Hit]) -> str:
    first = _best(hits)
    begin = max(first.start - LEAD, 0)
    stop = max(begin + LENGTH, first.end)
    parts, at = ["…" if begin else ""], begin
    for hit in hits:
        if begin <= hit.start and hit.end <= stop:
            parts += [_flat(text[at : hit.start]), MARKS[0], _flat(text[hit.start : hit.end]), MARKS[1]]
            at = hit.end
    parts += [_flat(text[at:stop]), "…" if stop < len(text) else ""]
    return "".join(parts)


def _best(hits: list[Hit]) -> Hit:
    """The hit from which on most different words fit into a passage; the first of equals."""
    best, most = hits[0], 0
    inside: Counter[str] = Counter()
    last = 0
    for hit in hits:
        while last < len(hits) and hits[last].end <= hit.start + LENGTH - LEAD:
            inside[hits[last].word] += 1
            last += 1
        if len(inside) > most:
            best, most = hit, len(inside)
        inside[hit.word] -= 1
        if inside[hit.word] <= 0:
            del inside[hit.word]
    return best


def _flat(text: str) -> str:
    return " ".join(text.splitlines()) if "\n" in text else text
