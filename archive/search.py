"""Searching an archive: best first or newest first, with a snippet that marks the hits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from archive.fold import fold
from archive.query import LISTED, where
from archive.search_index import queue_length
from archive.search_query import parse, readable
from archive.snippet import snippet

# Newest first: up to FEW hits are looked up and sorted by time. With more, the articles are walked from the
# newest until enough of them are hits; with more than MOST the index is asked for each of these alone.
FEW, MOST = 2_000, 50_000
# Of more hits than this, the ones archived last are ranked: of a word so common a rank says little.
RANKED = 300_000

_NEWEST_FIRST = "ORDER BY published_at DESC, id DESC LIMIT :limit"
_IN_QUEUE = "IN (SELECT article_id FROM search_queue)"
# Less is better, and ranks are small negative numbers.
_BEFORE_ALL = -1e9


def search(
    db: Database, text: str, *, newest: bool = False, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """The articles that a query (see `archive.search_query.parse`) finds, each with a ``snippet``.

    Best first: words in a title count most, then rare words and short texts; with ``newest``, or in a query
    of fields alone, newest first. Words are looked for in title, subtitle and body, in either script.
    """
    query = parse(text)
    sql, parameters = search_sql(db.conn, text, (*LISTED, "subtitle", "body"), newest=newest, limit=limit)
    for row in db.query(sql, parameters):
        texts = (row.pop("body"), row["title"], row.pop("subtitle"))
        yield {**row, "snippet": snippet(query, *texts)}


def search_sql(
    conn: sqlite3.Connection, text: str, columns: tuple[str, ...], *, newest: bool, limit: int | None
) -> tuple[str, dict[str, Any]]:
    """The statement that gives ``columns`` of the articles found, in order, and its parameters.

    It calls a function of ours, made known to ``conn``, where the index lags behind the articles: what waits
    in the queue is read word by word, and stands before what is ranked.
    """
    query = parse(text)
    names = ", ".join(f'articles."{name}"' for name in columns)
    condition, fields = where(query.fields)
    parameters: dict[str, Any] = {**fields, "limit": -1 if limit is None else limit}
    if not query.words:
        return f"SELECT {names} FROM articles WHERE {condition} {_NEWEST_FIRST}", parameters
    parameters["match"] = query.match
    indexed = "FROM articles_fts WHERE articles_fts MATCH :match"
    queued = ""
    if queue_length(conn):
        conn.create_function("luntan_finds", 4, finds, deterministic=True)
        parameters["text"] = readable(text)
        indexed += f" AND rowid NOT {_IN_QUEUE}"
        queued = f"FROM articles WHERE id {_IN_QUEUE} AND luntan_finds(:text, title, subtitle, body)"
    if newest:
        found = f"SELECT rowid {indexed}" + (f" UNION ALL SELECT id {queued}" if queued else "")
        hits = _count(conn, query.match)
        is_plain = not query.fields and not queued and limit is not None
        if is_plain and hits > MOST and _newest_hold(conn, query.match, limit or 0):
            is_hit = f"EXISTS (SELECT 1 {indexed} AND rowid = articles.id)"
        else:
            # With + the planner may not start from the hits, and walks the articles by time.
            is_hit = f"{'+' if hits > FEW else ''}id IN ({found})"
        chosen = f"SELECT id AS found FROM articles WHERE {is_hit} AND {condition} {_NEWEST_FIRST}"
        return f"SELECT {names} FROM ({chosen}) JOIN articles ON id = found {_NEWEST_FIRST}", parameters
    # Whoever asks for all hits gets all.
    parameters["ranked"] = -1 if limit is None else max(RANKED, limit)
    if query.fields:
        indexed += f" AND +rowid IN (SELECT id FROM articles WHERE {condition})"
    last = f"SELECT rowid AS found, rank AS score {indexed} ORDER BY rowid DESC LIMIT :ranked"
    found = f"SELECT * FROM (SELECT * FROM ({last}) ORDER BY score LIMIT :limit)"
    if queued:
        found += f" UNION ALL SELECT id, {_BEFORE_ALL} {queued} AND {condition}"
    # First the places, then the columns: sorting would carry every body along.
    return (
        f"SELECT {names} FROM ({found}) JOIN articles ON id = found"
        " ORDER BY score, published_at DESC, id DESC LIMIT :limit",
        parameters,
    )


def _count(conn: sqlite3.Connection, match: str) -> int:
    hits = f"SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT {MOST + 1}"
    count: int = conn.execute(f"SELECT count(*) FROM ({hits})", (match,)).fetchone()[0]
    return count


def _newest_hold(conn: sqlite3.Connection, match: str, limit: int) -> bool:
    """Are there as many hits among the newest articles? A common word of years ago is not found there."""
    newest = f"SELECT id FROM articles ORDER BY published_at DESC, id DESC LIMIT {FEW}"
    is_hit = "EXISTS (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? AND rowid = newest.id)"
    hits = f"SELECT 1 FROM ({newest}) AS newest WHERE {is_hit} LIMIT ?"
    count: int = conn.execute(f"SELECT count(*) FROM ({hits})", (match, limit)).fetchone()[0]
    return count >= limit


def finds(text: str, *columns: str | None) -> bool:
    """Does the query find an article with these texts? What the index answers, by reading.

    >>> finds("治理 社區", "社区公园", None, "治理公园。")
    True
    >>> finds('"治理 社區"', "社区公园", None, "治理公园。")
    False
    """
    folded = [fold(column or "") for column in columns]
    return all(
        any(spelling in column for spelling in word for column in folded) for word in _parsed(text).words
    )


_parsed = lru_cache(maxsize=8)(parse)
