"""What a person types into a search: words, "phrases" and fields. Any input is a query, none is a mistake."""

from __future__ import annotations

import re
from typing import NamedTuple

from archive.fold import fold, phrase, spellings
from archive.query import FIELDS

# Longer input was pasted by mistake; SQLite's own bound on a full-text expression is near.
MAX_CHARACTERS = 2_000
MAX_WORDS = 60

_PIECE = re.compile(
    rf"(?:(?P<field>{'|'.join(FIELDS)})[:：](?=\S))?"
    r'(?:["“”](?P<phrase>[^"“”]*)["“”]?|(?P<word>\S+))',
    re.IGNORECASE,
)


class Query(NamedTuple):
    """``words`` must all be found, each in one of its spellings (folded); ``fields`` must all hold."""

    words: tuple[tuple[str, ...], ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def match(self) -> str:
        """The full-text expression of the words; empty where there are none."""
        return " AND ".join(f"({' OR '.join(map(phrase, word))})" for word in self.words)


def readable(text: str) -> str:
    """What of the input is read: what a terminal could not decode becomes ?, what is too long is cut off."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode()


def parse(text: str) -> Query:
    """Read a query. White space parts words; ``"…"`` or ``“…”`` keeps it; a field holds a whole value.

    Fields are ``author: editor: column: site: since: until:``; anything else with a colon is a word.

    >>> parse('治理 "smart city" author:郑业奇 since:2019-01')
    Query(words=(('治理',), ('smart city',)), fields=(('author', '郑业奇'), ('since', '2019-01')))
    >>> parse('社區：“基層 治理')
    Query(words=(('社区:“基层',), ('治理',)), fields=())
    >>> parse('"')
    Query(words=(), fields=())
    """
    words: dict[tuple[str, ...], None] = {}
    fields = []
    for piece in _PIECE.finditer(readable(text)):
        value = (piece["word"] or piece["phrase"] or "").strip()
        if piece["field"] and value:
            fields.append((piece["field"].lower(), value))
        elif word := fold(value).strip():
            words[tuple(spellings(word))] = None
    return Query(tuple(words)[:MAX_WORDS], tuple(fields))
