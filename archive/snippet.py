"""The passage of an article that shows best why a search found it."""

from __future__ import annotations

import re
from itertools import islice

from archive.fold import fold
from archive.search_query import Query

LENGTH = 60
# So many characters before the first hit are shown.
LEAD = 12
MARKS = ("«", "»")
# Among the first so many hits of a text the best passage is looked for.
MAX_HITS = 300


def snippet(query: Query, body: str, *others: str | None) -> str:
    """The passage of the body with most of the query's words, hits marked; else one of the other texts.

    >>> from archive.search_query import parse
    >>> snippet(parse("閱讀"), "清晨的图书馆。阅读的人坐满了窗边。")
    '清晨的图书馆。«阅读»的人坐满了窗边。'
    >>> snippet(parse("菜园"), "清晨的图书馆。", "社区菜园")
    '社区«菜园»'
    """
    for text in (body, *others):
        if text and (hits := _hits(query, text)):
            return _marked(text, hits)
    return _flat(body[:LENGTH]) + ("…" if len(body) > LENGTH else "")


def _hits(query: Query, text: str) -> list[tuple[int, int]]:
    words = sorted({spelling for word in query.words for spelling in word}, key=len, reverse=True)
    if not words:
        return []
    pattern = re.compile("|".join(map(re.escape, words)))
    return [found.span() for found in islice(pattern.finditer(fold(text)), MAX_HITS)]


def _marked(text: str, hits: list[tuple[int, int]]) -> str:
    folded = fold(text)

    def words_near(hit: tuple[int, int]) -> int:
        inside = (other for other in hits if hit[0] <= other[0] and other[1] <= hit[0] + LENGTH - LEAD)
        return len({folded[start:end] for start, end in inside})

    first, first_end = max(hits, key=words_near)
    begin = max(first - LEAD, 0)
    stop = max(begin + LENGTH, first_end)
    parts, at = ["…" if begin else ""], begin
    for start, end in hits:
        if begin <= start and end <= stop:
            parts += [_flat(text[at:start]), MARKS[0], _flat(text[start:end]), MARKS[1]]
            at = end
    parts += [_flat(text[at:stop]), "…" if stop < len(text) else ""]
    return "".join(parts)


def _flat(text: str) -> str:
    return " ".join(text.splitlines()) if "\n" in text else text
