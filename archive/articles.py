"""Where an article belongs: a row of its own, a revision of one, a copy of another, or in another's place."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Literal, NamedTuple

from archive.rows import Row, Rows, now

Outcome = Literal["new", "changed", "unchanged", "copies"]

# What makes a new revision when it differs; the other columns are only brought up to date.
CONTENT = ("title", "subtitle", "author", "editor", "source", "published_at", "body")
COLUMNS = (
    *("site", "column", "series", "title", "subtitle", "author", "editor", "source", "published_at"),
    *("body", "keywords", "script", "restored", "original_url", "body_sha256", "text_sha256", "provenance"),
)
PARTS = {
    "bylines": ("role", "name", "affiliation", "words", "rule", "place"),
    "images": ("url", "caption"),
    "repairs": ("field", "kind", "start", "end", "before", "after", "confidence"),
}


class Placed(NamedTuple):
    """Where an article went: its own row, or the article of which it is a copy."""

    outcome: Outcome
    article_id: int
    as_copy: bool = False


class ArticleWriter:
    """Writes one article with its people, pictures, repairs, revisions and copies."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.rows = Rows(conn)

    def write(self, article: Row, page: Row) -> Placed:
        """Write ``article``, read from ``page``, where it belongs. Times come from the page."""
        seen_at = page["fetched_at"] or now()
        row = {name: article[name] for name in COLUMNS}
        for name in ("keywords", "provenance"):
            row[name] = json.dumps(row[name], ensure_ascii=False)
        placed = self._place(article["url"], row, page, seen_at)
        if placed.as_copy:
            return placed
        differs = self._write_parts(placed.article_id, article)
        return placed._replace(outcome="changed") if differs and placed.outcome == "unchanged" else placed

    def _place(self, url: str, row: Row, page: Row, seen_at: str) -> Placed:
        """Where an article belongs: its own row, a copy of another, or in another's place."""
        if known := self.rows.one("SELECT * FROM articles WHERE url = ?", url):
            return Placed(self._update(known, url, row, page, seen_at), known["id"])
        if copy := self.rows.one("SELECT * FROM copies WHERE url = ?", url):
            if copy["body_sha256"] == row["body_sha256"]:
                self.rows.conn.execute(
                    "UPDATE copies SET last_seen_at = ? WHERE id = ?", (seen_at, copy["id"])
                )
                return Placed("unchanged", copy["article_id"], as_copy=True)
            self.rows.conn.execute("DELETE FROM copies WHERE id = ?", (copy["id"],))
        if same := self.rows.one(
            "SELECT * FROM articles WHERE text_sha256 = ? ORDER BY id", row["text_sha256"]
        ):
            return self._copy_or_turn("exact", same, url, row, seen_at)
        if same := self._mirrored(url, row):
            return self._copy_or_turn("mirror", same, url, row, seen_at)
        seen = {"first_seen_at": seen_at, "last_seen_at": seen_at}
        return Placed("new", self.rows.insert("articles", {"url": url, **seen, **row}))

    def _mirrored(self, url: str, row: Row) -> dict[str, Any] | None:
        original = row["original_url"] or url
        return self.rows.one(
            "SELECT * FROM articles WHERE url = ? OR original_url = ? ORDER BY id", original, original
        )

    def _copy_or_turn(self, kind: str, article: Row, url: str, row: Row, seen_at: str) -> Placed:
        article_id = article["id"]
        if _claim(url, row) < _claim(article["url"], article):
            # The better claim came later: the article keeps its id and takes the newcomer's address and text.
            self._write_copy(kind, article_id, article, row, article["first_seen_at"])
            self._revise(article, row, seen_at)
            self.rows.set("articles", article_id, {"url": url})
            return Placed("changed", article_id)
        self._write_copy(kind, article_id, {**row, "url": url}, article, seen_at)
        return Placed("copies", article_id, as_copy=True)

    def _write_copy(self, kind: str, article_id: int, copy: Row, article: Row, seen_at: str) -> None:
        row = {name: copy[name] for name in ("url", "site", *CONTENT, "body_sha256", "restored")}
        del row["subtitle"]
        row["differs"] = json.dumps([name for name in CONTENT if copy[name] != article[name]])
        if copy["body"] == article["body"]:
            row["body"] = None
        context = {"article_id": article_id, "kind": kind, "first_seen_at": seen_at, "last_seen_at": seen_at}
        self.rows.insert("copies", {**row, **context})

    def _update(self, known: Row, url: str, row: Row, page: Row, seen_at: str) -> Outcome:
        seen = {"last_seen_at": max(known["last_seen_at"], seen_at), "gone_at": None}
        if all(known[name] == value for name, value in row.items()):
            self.rows.set("articles", known["id"], seen)
            return "unchanged"
        earlier = self.rows.one("SELECT payload_sha256 FROM pages WHERE url = ?", url)
        # The same bytes read better are no edit of the article, and make no revision.
        is_edit = any(known[name] != row[name] for name in CONTENT) and (
            earlier is None or earlier["payload_sha256"] != page["payload_sha256"]
        )
        if is_edit:
            self._revise(known, row, seen_at)
        else:
            self.rows.set("articles", known["id"], {**row, **seen})
        return "changed"

    def _revise(self, known: Row, row: Row, seen_at: str) -> None:
        earlier = {name: known[name] for name in ("revision", "url", *CONTENT, "body_sha256")}
        times = {"seen_at": known["last_seen_at"], "replaced_at": seen_at}
        self.rows.insert("revisions", {"article_id": known["id"], **earlier, **times})
        seen = {"last_seen_at": max(known["last_seen_at"], seen_at), "gone_at": None}
        self.rows.set("articles", known["id"], {**row, **seen, "revision": known["revision"] + 1})

    def _write_parts(self, article_id: int, article: Row) -> bool:
        """Write people, pictures and repairs; whether they differ from what stood there."""
        differs = False
        for table, columns in PARTS.items():
            wanted = [tuple(part[name] for name in columns) for part in article[table]]
            names = ", ".join(f'"{name}"' for name in columns)
            stored = self.rows.conn.execute(
                f"SELECT {names} FROM {table} WHERE article_id = ? ORDER BY position", (article_id,)
            )
            if stored.fetchall() == wanted:
                continue
            differs = True
            self.rows.conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
            self.rows.conn.executemany(
                f"INSERT INTO {table} (article_id, position, {names}) VALUES (?, ?{', ?' * len(columns)})",
                ((article_id, position, *part) for position, part in enumerate(wanted, 1)),
            )
        return differs


def _claim(url: str, row: Row) -> tuple[bool, float]:
    """How good a claim an address has to be the article's own; less is better."""
    is_mirror = row["original_url"] is not None and row["original_url"] != url
    return is_mirror, row["restored"]
