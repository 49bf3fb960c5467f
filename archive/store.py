"""The only place that writes rows: articles with their people, pictures and repairs, pages, runs."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sqlite_utils import Database

from archive.connect import explained, open_database

Outcome = Literal["new", "changed", "unchanged", "copies", "refused", "failed"]
Row = Mapping[str, Any]

BEIJING = timezone(timedelta(hours=8))

# A batch is one transaction: no commit an article while a crawl is fast, none delayed while it is slow.
BATCH_ROWS = 200
BATCH_SECONDS = 1.0

# After its n-th refusal an address is left alone for so many days; after the last one, for good.
RETRY_DAYS = (1, 3, 7, 30)

# What makes a new revision when it differs; the other columns are only brought up to date.
CONTENT = ("title", "subtitle", "author", "editor", "source", "published_at", "body")
COLUMNS = (
    *("site", "column", "series", "title", "subtitle", "author", "editor", "source", "published_at"),
    *("body", "keywords", "script", "restored", "original_url", "body_sha256", "text_sha256", "provenance"),
)
COUNTED = ("pages", "new", "changed", "unchanged", "copies", "refused", "failed")
PARTS = {
    "bylines": ("role", "name", "affiliation", "words", "rule", "place"),
    "images": ("url", "caption"),
    "repairs": ("field", "kind", "start", "end", "before", "after", "confidence"),
}
PAGE = (
    *("url", "kind", "state", "reason", "site", "column", "found_on", "fetched_at"),
    *("status", "etag", "last_modified", "payload_sha256"),
)
# How a page was found stays; what came of it is the latest; what a later visit does not tell is kept.
PAGE_MET_AGAIN = """
ON CONFLICT (url) DO UPDATE SET
    state = excluded.state, reason = excluded.reason, status = excluded.status, next_at = NULL,
    etag = excluded.etag, last_modified = excluded.last_modified, tries = tries + excluded.tries,
    site = coalesce(site, excluded.site), "column" = coalesce("column", excluded."column"),
    found_on = coalesce(found_on, excluded.found_on),
    fetched_at = coalesce(excluded.fetched_at, fetched_at),
    payload_sha256 = coalesce(excluded.payload_sha256, payload_sha256),
    article_id = coalesce(excluded.article_id, article_id)
WHERE excluded.state != 'found'
"""


def now() -> str:
    """This moment as the archive writes times: ISO 8601, Beijing time, seconds."""
    return datetime.now(BEIJING).isoformat(timespec="seconds")


class Placed(NamedTuple):
    """Where an article went: its own row, or the article of which it is a copy."""

    outcome: Outcome
    article_id: int
    as_copy: bool = False


class Archive:
    """An open archive. ``save`` and ``save_page`` gather rows; ``flush`` and ``close`` make them last.

    An article is written together with its ``pages`` row or not at all. What a kill loses are the
    rows of the last second, whose pages the next run fetches again.
    """

    def __init__(self, db: Database, path: Path) -> None:
        self.db = db
        self.path = path
        self.outcomes: Counter[str] = Counter()
        self._conn = db.conn
        self._waiting: list[tuple[Row | None, Row]] = []
        self._flushed_at = time.monotonic()

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True) -> Archive:
        """Open or make the archive at ``path``. Raises the errors of `archive.connect.open_database`."""
        return cls(open_database(Path(path), create=create), Path(path))

    def close(self) -> None:
        """Write what is waiting and close the file. Raises `ArchiveUnusable`; the file is closed anyway."""
        try:
            self.flush()
        finally:
            self.db.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- what is known -------------------------------------------------------------------------

    def known(self, urls: Iterable[str]) -> set[str]:
        """Those of ``urls`` that need no fetching now: stored, gone, or refused and not yet due again."""
        known: set[str] = set()
        wanted = list(dict.fromkeys(urls))
        moment = now()
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ",".join("?" * len(part))
            known.update(
                url
                for (url,) in self._conn.execute(
                    f"SELECT url FROM pages WHERE url IN ({marks}) AND (state IN ('stored', 'gone')"
                    " OR (state = 'refused' AND coalesce(next_at > ?, TRUE)))",
                    [*part, moment],
                )
            )
        return known

    def unfinished(self, site: str, columns: Iterable[str]) -> Iterator[tuple[str, str, str]]:
        """Addresses that an earlier run found and did not finish: (url, kind, column), oldest first."""
        for column in columns:
            yield from self._conn.execute(
                'SELECT url, kind, "column" FROM pages WHERE site = ? AND "column" = ?'
                " AND (state = 'found' OR (state IN ('refused', 'failed') AND next_at <= ?)) ORDER BY id",
                (site, column, now()),
            ).fetchall()

    # --- runs ----------------------------------------------------------------------------------

    def begin_run(self, command: str, site: str | None, arguments: Row) -> int:
        """Record that a crawl or an ingest began; gives the run's id."""
        words = json.dumps(arguments, ensure_ascii=False)
        row = {
            "command": command,
            "site": site,
            "arguments": words,
            "started_at": now(),
            "outcome": "running",
        }
        with explained(self.path):
            return self._insert("runs", row)

    def end_run(self, run_id: int, outcome: str) -> None:
        """Write what is waiting, and what came of the run."""
        self.flush()
        counts = {kind: self.outcomes[kind] for kind in COUNTED}
        with explained(self.path):
            self._set("runs", run_id, {"finished_at": now(), "outcome": outcome, **counts})

    # --- writing -------------------------------------------------------------------------------

    def save(self, article: Row, page: Row) -> None:
        """Gather an article (the fields of ``pipelines.items.Article``) with the page it was read from.

        A known address with other words makes a revision; another address with the same text a copy.
        Raises `ArchiveUnusable` when a batch is due and can not be written.
        """
        self._gather(article, page)

    def save_page(self, page: Row) -> None:
        """Gather a page that holds no article: found, refused, failed, or a list with its ``links``."""
        self._gather(None, page)

    def flush(self) -> None:
        """Write all that is waiting in one transaction. Raises `ArchiveUnusable`; nothing is half written."""
        self._flushed_at = time.monotonic()
        if not self._waiting:
            return
        outcomes: Counter[str] = Counter()
        with explained(self.path):
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                for article, page in self._waiting:
                    outcomes.update(self._write(article, page))
                self._conn.execute("COMMIT")
            except BaseException:
                if self._conn.in_transaction:
                    self._conn.execute("ROLLBACK")
                raise
        self._waiting.clear()
        self.outcomes += outcomes

    def _gather(self, article: Row | None, page: Row) -> None:
        self._waiting.append((article, page))
        is_slow = time.monotonic() - self._flushed_at >= BATCH_SECONDS
        if is_slow or len(self._waiting) >= BATCH_ROWS:
            self.flush()

    def _write(self, article: Row | None, page: Row) -> Iterator[str]:
        if page["fetched_at"] is not None:
            yield "pages"
        if article is None:
            self._write_page(page, None)
            if page["state"] in ("refused", "failed"):
                yield page["state"]
            return
        self._conn.execute("SAVEPOINT article")
        try:
            yield self._write_article(article, page)
        except (sqlite3.IntegrityError, sqlite3.DataError, UnicodeError, OverflowError) as error:
            # One article that SQLite will not take must not cost the others of the batch.
            self._conn.execute("ROLLBACK TO article")
            reason = f"{type(error).__name__}: {error}"
            self._write_page({**page, "state": "failed", "reason": reason}, None)
            yield "failed"
        finally:
            self._conn.execute("RELEASE article")

    def _write_article(self, article: Row, page: Row) -> Outcome:
        seen_at = page["fetched_at"] or now()
        row = {name: article[name] for name in COLUMNS}
        for name in ("keywords", "provenance"):
            row[name] = json.dumps(row[name], ensure_ascii=False)
        placed = self._place(article["url"], row, page, seen_at)
        outcome = placed.outcome
        if not placed.as_copy and self._write_parts(placed.article_id, article) and outcome == "unchanged":
            outcome = "changed"
        self._write_page({**page, "state": "stored", "reason": None}, placed.article_id)
        return outcome

    def _place(self, url: str, row: Row, page: Row, seen_at: str) -> Placed:
        """Where an article belongs: its own row, a copy of another, or in another's place."""
        if known := self._one("SELECT * FROM articles WHERE url = ?", url):
            return Placed(self._update(known, url, row, page, seen_at), known["id"])
        if copy := self._one("SELECT * FROM copies WHERE url = ?", url):
            if copy["body_sha256"] == row["body_sha256"]:
                self._conn.execute("UPDATE copies SET last_seen_at = ? WHERE id = ?", (seen_at, copy["id"]))
                return Placed("unchanged", copy["article_id"], as_copy=True)
            self._conn.execute("DELETE FROM copies WHERE id = ?", (copy["id"],))
        if same := self._one("SELECT * FROM articles WHERE text_sha256 = ? ORDER BY id", row["text_sha256"]):
            return self._copy_or_turn("exact", same, url, row, seen_at)
        if same := self._mirrored(url, row):
            return self._copy_or_turn("mirror", same, url, row, seen_at)
        seen = {"first_seen_at": seen_at, "last_seen_at": seen_at}
        return Placed("new", self._insert("articles", {"url": url, **seen, **row}))

    def _mirrored(self, url: str, row: Row) -> dict[str, Any] | None:
        original = row["original_url"] or url
        return self._one(
            "SELECT * FROM articles WHERE url = ? OR original_url = ? ORDER BY id", original, original
        )

    def _copy_or_turn(self, kind: str, article: Row, url: str, row: Row, seen_at: str) -> Placed:
        article_id = article["id"]
        if _claim(url, row) < _claim(article["url"], article):
            # The better claim came later: the article keeps its id and takes the newcomer's address and text.
            self._write_copy(kind, article_id, article, row, article["first_seen_at"])
            self._revise(article, row, seen_at)
            self._set("articles", article_id, {"url": url})
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
        self._insert("copies", {**row, **context})

    def _update(self, known: Row, url: str, row: Row, page: Row, seen_at: str) -> Outcome:
        seen = {"last_seen_at": max(known["last_seen_at"], seen_at), "gone_at": None}
        if all(known[name] == value for name, value in row.items()):
            self._set("articles", known["id"], seen)
            return "unchanged"
        earlier = self._one("SELECT payload_sha256 FROM pages WHERE url = ?", url)
        # The same bytes read better are no edit of the article, and make no revision.
        is_edit = any(known[name] != row[name] for name in CONTENT) and (
            earlier is None or earlier["payload_sha256"] != page["payload_sha256"]
        )
        if is_edit:
            self._revise(known, row, seen_at)
        else:
            self._set("articles", known["id"], {**row, **seen})
        return "changed"

    def _revise(self, known: Row, row: Row, seen_at: str) -> None:
        earlier = {name: known[name] for name in ("revision", "url", *CONTENT, "body_sha256")}
        times = {"seen_at": known["last_seen_at"], "replaced_at": seen_at}
        self._insert("revisions", {"article_id": known["id"], **earlier, **times})
        seen = {"last_seen_at": max(known["last_seen_at"], seen_at), "gone_at": None}
        self._set("articles", known["id"], {**row, **seen, "revision": known["revision"] + 1})

    def _write_parts(self, article_id: int, article: Row) -> bool:
        """Write people, pictures and repairs; whether they differ from what stood there."""
        differs = False
        for table, columns in PARTS.items():
            wanted = [tuple(part[name] for name in columns) for part in article[table]]
            names = ", ".join(f'"{name}"' for name in columns)
            stored = self._conn.execute(
                f"SELECT {names} FROM {table} WHERE article_id = ? ORDER BY position", (article_id,)
            )
            if stored.fetchall() == wanted:
                continue
            differs = True
            self._conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
            self._conn.executemany(
                f"INSERT INTO {table} (article_id, position, {names}) VALUES (?, ?{', ?' * len(columns)})",
                ((article_id, position, *part) for position, part in enumerate(wanted, 1)),
            )
        return differs

    def _write_page(self, page: Row, article_id: int | None) -> None:
        row = {name: page[name] for name in PAGE}
        row["article_id"] = article_id
        row["found_at"] = page["fetched_at"] or now()
        row["tries"] = int(page["state"] != "found")
        self._insert("pages", row, PAGE_MET_AGAIN)
        if page["state"] in ("refused", "failed"):
            self._postpone(page)
        self._write_found(page)

    def _write_found(self, page: Row) -> None:
        found_at = page["fetched_at"] or now()
        sql = (
            'INSERT INTO pages (url, kind, state, site, "column", found_on, found_at)'
            " VALUES (?, ?, 'found', ?, ?, ?, ?) ON CONFLICT (url) DO "
        )
        context = (page["site"], page["column"], page["url"], found_at)
        self._conn.executemany(f"{sql} NOTHING", ((url, "article", *context) for url in page["links"]))
        if page["next_page"]:
            # A list page is walked again in every crawl: met again, it is unfinished again.
            self._conn.execute(f"{sql} UPDATE SET state = 'found'", (page["next_page"], "list", *context))

    def _postpone(self, page: Row) -> None:
        # What failed was not answered and is asked again by the next run; a refusal waits for days.
        known = self._one("SELECT tries FROM pages WHERE url = ?", page["url"])
        tries = known["tries"] if known else 1
        next_at: str | None = now()
        if page["state"] == "refused":
            next_at = None
            if tries <= len(RETRY_DAYS):
                due = datetime.now(BEIJING) + timedelta(days=RETRY_DAYS[tries - 1])
                next_at = due.isoformat(timespec="seconds")
        self._conn.execute("UPDATE pages SET next_at = ? WHERE url = ?", (next_at, page["url"]))

    def _insert(self, table: str, row: Row, conflict: str = "") -> int:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        cursor = self._conn.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks}){conflict}", tuple(row.values())
        )
        return cursor.lastrowid or 0

    def _set(self, table: str, row_id: int, values: Row) -> None:
        assignments = ", ".join(f'"{name}" = ?' for name in values)
        self._conn.execute(f"UPDATE {table} SET {assignments} WHERE id = ?", (*values.values(), row_id))

    def _one(self, sql: str, *values: Any) -> dict[str, Any] | None:
        cursor = self._conn.execute(sql, values)
        row = cursor.fetchone()
        return None if row is None else dict(zip((part[0] for part in cursor.description), row, strict=True))


def _claim(url: str, row: Row) -> tuple[bool, float]:
    """How good a claim an address has to be the article's own; less is better."""
    is_mirror = row["original_url"] is not None and row["original_url"] != url
    return is_mirror, row["restored"]
