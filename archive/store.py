"""The one door for writing: articles with their pages, pages alone, runs; in batches, whole or not at all."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlite_utils import Database

from archive import visits
from archive.articles import ArticleWriter
from archive.captures import CaptureBook
from archive.connect import explained, open_database
from archive.hosts import HostBook
from archive.lock import RunLock, is_held, lock_path
from archive.pages import PageBook
from archive.rows import Row, Rows, now
from archive.search_index import update_index
from archive.settings import SettingsBook

logger = logging.getLogger(__name__)

# A batch is one transaction: no commit an article while a crawl is fast, none delayed while it is slow. While
# one is written nothing is fetched: what is read beside the crawl meanwhile must not run out.
BATCH_ROWS = 200
BATCH_SECONDS = 1.0

# What SQLite will not take of a single article.
UNSTORABLE = (sqlite3.IntegrityError, sqlite3.DataError, UnicodeError, OverflowError)

COUNTED = ("pages", "new", "changed", "unchanged", "copies", "refused", "failed", "gone")


class Evidence(Protocol):
    """What keeps the responses as received, as the archive sees it."""

    def sync(self) -> None:
        """Make all that was handed over last. Raises `archive.errors.ArchiveUnusable`."""

    def close(self) -> None:
        """End the files in order."""


class Archive:
    """An open archive. ``save`` and ``save_page`` gather rows; ``flush`` and ``close`` make them last.

    An article is written together with its ``pages`` row or not at all. What a kill loses are the
    rows of the last second, whose pages the next run fetches again.
    """

    def __init__(self, db: Database, path: Path) -> None:
        self.db = db
        self.path = path
        self.outcomes: Counter[str] = Counter()
        self.evidence: Evidence | None = None
        self.pages = PageBook(db.conn)
        self.captures = CaptureBook(db.conn)
        self._hosts = HostBook(db.conn)
        self._settings = SettingsBook(db.conn)
        self._articles = ArticleWriter(db.conn)
        self._rows = Rows(db.conn)
        self._conn = db.conn
        self._waiting: list[Callable[[], Iterable[str]]] = []
        self._flushed_at = time.monotonic()
        self._lock: RunLock | None = None

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True) -> Archive:
        """Open or make the archive at ``path``. Raises the errors of `archive.connect.open_database`."""
        return cls(open_database(Path(path), create=create), Path(path))

    def close(self) -> None:
        """Write what is waiting and close the file. Raises `ArchiveUnusable`; the file is closed anyway."""
        try:
            self.flush()
        finally:
            self.release()

    def release(self) -> None:
        """Close the files and leave what is still waiting unwritten."""
        if self.evidence:
            self.evidence.close()
        self.db.close()
        if self._lock:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def check_free(self, site: str) -> None:
        """Raises `SiteBusy` where a crawl of ``site`` is at work on this archive."""
        RunLock(self.path, site).release()

    def begin_run(self, command: str, site: str | None, arguments: Row) -> int:
        """Record that a crawl, an ingest or a replay began; gives the run's id.

        Raises `SiteBusy` where another crawl of the same site is at work.
        """
        if command == "crawl" and site:
            self._lock = RunLock(self.path, site)
        words = json.dumps(arguments, ensure_ascii=False)
        row = {
            "command": command,
            "site": site,
            "arguments": words,
            "started_at": now(),
            "outcome": "running",
        }
        with explained(self.path):
            self.pages.run_id = self._rows.insert("runs", row)
        if self._lock is None:
            self._lock = RunLock(self.path, f"{command}-{self.pages.run_id}")
            self._end_killed()
        return self.pages.run_id

    def _end_killed(self) -> None:
        # Crawls are left to `end_abandoned`: their evidence is mended first.
        rows = self._conn.execute(
            "SELECT id, command FROM runs WHERE command != 'crawl' AND outcome = 'running' AND id < ?",
            (self.pages.run_id,),
        )
        for run_id, command in rows.fetchall():
            if not is_held(self.path, f"{command}-{run_id}"):
                self.end_abandoned(run_id)
                lock_path(self.path, f"{command}-{run_id}").unlink(missing_ok=True)

    def abandoned_runs(self, site: str) -> list[int]:
        """Crawls of ``site`` that never came to their end: killed, or cut off with the power.

        Asked after `begin_run`, which makes sure that none of them is still at work.
        """
        rows = self._conn.execute(
            "SELECT id FROM runs WHERE command = 'crawl' AND site = ? AND outcome = 'running' AND id < ?",
            (site, self.pages.run_id),
        )
        return [run_id for (run_id,) in rows]

    def killed_runs(self, command: str) -> list[int]:
        """The runs of a command, other than a crawl, that were killed."""
        rows = self._conn.execute(
            "SELECT id FROM runs WHERE command = ? AND outcome = 'killed' AND id < ?",
            (command, self.pages.run_id),
        )
        return [run_id for (run_id,) in rows]

    def end_abandoned(self, run_id: int) -> None:
        """Record that a run was killed, and that its evidence is in order."""
        with explained(self.path):
            self._rows.set("runs", run_id, {"outcome": "killed"})

    def end_run(self, run_id: int, outcome: str) -> None:
        """Write what is waiting, and what came of the run."""
        self.flush()
        with explained(self.path):
            self._rows.set("runs", run_id, {"finished_at": now(), "outcome": outcome})
            # At the end, not on a crawl's way; what a kill leaves undone the next search does.
            update_index(self._conn)

    def waiting_hosts(self) -> list[tuple[str, str, str]]:
        """The hosts that asked not to be visited before a time to come: (host, until when, why)."""
        with explained(self.path):
            return self._hosts.waiting()

    def keep_waiting(self, host: str, not_before: str, reason: str) -> None:
        """Remember until when (as `now()` writes it) a host is left alone. Raises `ArchiveUnusable`."""
        with explained(self.path):
            self._hosts.write(host, not_before, reason)

    def setting(self, name: str) -> str | None:
        """What the owner said once, None where nothing was said."""
        with explained(self.path):
            return self._settings.get(name)

    def keep_setting(self, name: str, value: str) -> None:
        """Remember what the owner said, in the place of what was said before. Raises `ArchiveUnusable`."""
        with explained(self.path):
            self._settings.set(name, value)

    def save(self, article: Row, page: Row) -> None:
        """Gather an article (the fields of ``pipelines.items.Article``) with the page it was read from.

        A known address with other words makes a revision; another address with the same text a copy.
        Raises `ArchiveUnusable` when a batch is due and can not be written.
        """
        self._gather(partial(self._write, article, page))

    def save_page(self, page: Row) -> None:
        """Gather a page that holds no article: found, refused, failed, or a list with its ``links``."""
        self._gather(partial(self._write, None, page))

    def save_capture(self, capture: Row) -> None:
        """Gather a capture; where its evidence lies needs to be in the row only when it is written."""
        self._gather(partial(self._write_capture, capture))

    def save_reading(self, article: Row, page: Row) -> None:
        """Gather a new reading of evidence: it changes the article's fields and nothing of its history.

        Nothing is written where the page has another payload by now: a crawl was faster.
        """
        self._gather(partial(self._reread, article, page))

    def flush(self) -> None:
        """Write all that is waiting in one transaction. Raises `ArchiveUnusable`; nothing is half written."""
        self._flushed_at = time.monotonic()
        if not self._waiting:
            return
        if self.evidence:
            # First the evidence, then the rows that point to it: a power cut must not leave them alone.
            self.evidence.sync()
        outcomes: Counter[str] = Counter()
        with explained(self.path):
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                for write in self._waiting:
                    outcomes.update(write())
                # With each batch: what a run did is known though it be killed.
                counts = {kind: self.outcomes[kind] + outcomes[kind] for kind in COUNTED}
                self._rows.set("runs", self.pages.run_id, counts)
                self._conn.execute("COMMIT")
            except BaseException:
                if self._conn.in_transaction:
                    self._conn.execute("ROLLBACK")
                raise
        self._waiting.clear()
        self.outcomes += outcomes

    def _gather(self, write: Callable[[], Iterable[str]]) -> None:
        self._waiting.append(write)
        is_slow = time.monotonic() - self._flushed_at >= BATCH_SECONDS
        if is_slow or len(self._waiting) >= BATCH_ROWS:
            self.flush()

    def _write_capture(self, capture: Row) -> Iterable[str]:
        self.captures.write(capture)
        return ()

    def _reread(self, article: Row, page: Row) -> Iterator[str]:
        before = self._rows.one("SELECT * FROM pages WHERE url = ?", page["url"])
        if before is None or before["payload_sha256"] != page["payload_sha256"]:
            return
        yield "pages"
        gone_at = visits.gone_since(self._rows, page["url"])
        yield from self._place(article, page, before)
        if gone_at:
            visits.gone(self._rows, {**page, "fetched_at": gone_at})

    def _place(self, article: Row, page: Row, before: Row) -> Iterator[str]:
        self._conn.execute("SAVEPOINT article")
        try:
            placed = self._articles.write(article, page)
            if before["article_id"] != placed.article_id:
                values = {"article_id": placed.article_id, "state": "stored", "reason": None}
                self._rows.set("pages", before["id"], values)
            yield placed.outcome
        except UNSTORABLE as error:
            self._conn.execute("ROLLBACK TO article")
            logger.error("%s: %s: %s", page["url"], type(error).__name__, error)
            yield "failed"
        finally:
            self._conn.execute("RELEASE article")

    def _write(self, article: Row | None, page: Row) -> Iterator[str]:
        if page["fetched_at"] is not None:
            yield "pages"
        if article is None:
            # One that stays away is gone only once.
            is_news = page["state"] == "gone" and not self.pages.is_gone(page["url"])
            self.pages.write(page)
            if page["state"] in ("refused", "failed") or is_news:
                yield page["state"]
            elif page["state"] == "stored":
                yield "unchanged"
            return
        self._conn.execute("SAVEPOINT article")
        try:
            placed = self._articles.write(article, page)
            self.pages.write({**page, "state": "stored", "reason": None}, placed.article_id)
            yield placed.outcome
        except UNSTORABLE as error:
            # One article that SQLite will not take must not cost the others of the batch.
            self._conn.execute("ROLLBACK TO article")
            reason = f"{type(error).__name__}: {error}"
            self.pages.write({**page, "state": "failed", "reason": reason})
            yield "failed"
        finally:
            self._conn.execute("RELEASE article")
