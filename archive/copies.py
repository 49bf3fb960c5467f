"""Reading copies: where else an article was seen, and how each copy differs from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from archive.witnesses import WitnessBook

LISTED = (
    *("article_id", "kind", "similarity", "site", "title", "url", "differs", "missing", "added"),
    *("published_at", "first_seen_at", "last_seen_at"),
)


def list_copies(db: Database, article: str | None) -> Iterator[dict[str, Any]] | None:
    """The copies of all articles, or of one (its id or an address of it); None where there is no such one."""
    names = ", ".join(f"c.{name}" for name in LISTED)
    sql = f"SELECT {names}, a.url AS article_url FROM copies AS c JOIN articles AS a ON a.id = c.article_id"
    if article is None:
        return db.query(f"{sql} ORDER BY c.article_id, c.url")
    article_id = _article_id(db, article)
    if article_id is None:
        return None
    return db.query(f"{sql} WHERE c.article_id = ? ORDER BY c.url", [article_id])


def _article_id(db: Database, article: str) -> int | None:
    if not article.isdecimal():
        place = WitnessBook(db.conn).find(article)
        return place.article_id if place else None
    found = db.conn.execute("SELECT id FROM articles WHERE id = ?", (article,)).fetchone()
    return found[0] if found else None
