"""The one door for writing: articles with their pages, pages alone, runs; in batches, whole or not at all."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from archive.articles import ArticleWriter
from archive.connect import explained, open_database
from archive.pages import PageBook
from archive.rows import Row, Rows, now

# A batch is one transaction: no commit an article while a crawl is fast, none delayed while it is slow.
BATCH_ROWS = 200
BATCH_SECONDS = 1.0

COUNTED = ("pages", "new", "changed", "unchanged", "copies", "refused", "failed")


class Archive:
    """An open archive. ``save`` and ``save_page`` gather rows; ``flush`` and ``close`` make them last.

    An article is written together with its ``pages`` row or not at all. What a kill loses are the
    rows of the last second, whose pages the next run fetches again.
    """

    def __init__(self, db: Database, path: Path) -> None:
        self.db = db
        self.path = path
        self.outcomes: Counter[str] = Counter()
        self.pages = PageBook(db.conn)
        self._articles = ArticleWriter(db.conn)
        self._rows = Rows(db.conn)
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
            return self._rows.insert("runs", row)

    def end_run(self, run_id: int, outcome: str) -> None:
        """Write what is waiting, and what came of the run."""
        self.flush()
        counts = {kind: self.outcomes[kind] for kind in COUNTED}
        with explained(self.path):
            self._rows.set("runs", run_id, {"finished_at": now(), "outcome": outcome, **counts})

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
            self.pages.write(page)
            if page["state"] in ("refused", "failed"):
                yield page["state"]
            return
        self._conn.execute("SAVEPOINT article")
        try:
            placed = self._articles.write(article, page)
            self.pages.write({**page, "state": "stored", "reason": None}, placed.article_id)
            yield placed.outcome
        except (sqlite3.IntegrityError, sqlite3.DataError, UnicodeError, OverflowError) as error:
            # One article that SQLite will not take must not cost the others of the batch.
            self._conn.execute("ROLLBACK TO article")
            reason = f"{type(error).__name__}: {error}"
            self.pages.write({**page, "state": "failed", "reason": reason})
            yield "failed"
        finally:
            self._conn.execute("RELEASE article")
