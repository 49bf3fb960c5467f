"""The memory of every address met: how it was found, what came of it, when it is due again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from archive import visits
from archive.rows import Row, Rows, now
from archive.visits import RECHECK_DAYS, UNANSWERED_DAYS, Kept, later, next_look

# An address that gave no answer is asked again by so many next runs, then after the days of a refused one.
RETRY_RUNS = 3
# After its n-th refusal an address is left alone for so many days; after the last one, for good.
RETRY_DAYS = (1, 3, 7, 30)

PAGE = (
    *("url", "kind", "state", "reason", "site", "column", "found_on", "fetched_at"),
    *("status", "etag", "last_modified", "payload_sha256"),
)
# How a page was found stays; what came of it is the latest; what a later visit does not tell is kept.
PAGE_MET_AGAIN = """
ON CONFLICT (url) DO UPDATE SET
    state = excluded.state, reason = excluded.reason, status = excluded.status, next_at = excluded.next_at,
    etag = excluded.etag, last_modified = excluded.last_modified, tries = tries + excluded.tries,
    site = coalesce(site, excluded.site), "column" = coalesce("column", excluded."column"),
    found_on = coalesce(found_on, excluded.found_on),
    fetched_at = coalesce(excluded.fetched_at, fetched_at),
    payload_sha256 = coalesce(excluded.payload_sha256, payload_sha256),
    article_id = coalesce(excluded.article_id, article_id)
WHERE excluded.state != 'found'
"""
# The visit of this run that gave the page, and the record that holds its payload.
STAND_ON_EVIDENCE = """
UPDATE pages SET (capture_id, warc_file, warc_offset, warc_length) = (
    SELECT visit.id, kept.warc_file, kept.warc_offset, kept.warc_length
    FROM captures AS visit JOIN captures AS kept ON kept.id = coalesce(visit.refers_to, visit.id)
    WHERE visit.page_url = pages.url AND visit.run_id = ? AND visit.part = 1 AND visit.status = 200
    ORDER BY visit.id DESC LIMIT 1)
WHERE url = ?
"""


class PageBook:
    """Reads and writes ``pages``. ``run_id`` is the run that writes, ``recheck_days`` its schedule."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.rows = Rows(conn)
        self.run_id = 0
        self.recheck_days: Sequence[int] = RECHECK_DAYS

    def known(self, urls: Iterable[str]) -> set[str]:
        """Those of ``urls`` that are not new: stored, gone, moved, or not yet due again."""
        known: set[str] = set()
        wanted = list(dict.fromkeys(urls))
        moment = now()
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ",".join("?" * len(part))
            known.update(
                url
                for (url,) in self.rows.conn.execute(
                    f"SELECT url FROM pages WHERE url IN ({marks})"
                    " AND (state IN ('stored', 'gone', 'fetched') OR article_id IS NOT NULL"
                    " OR (state IN ('refused', 'failed') AND coalesce(next_at > ?, TRUE)))",
                    [*part, moment],
                )
            )
        return known

    def unfinished(self, site: str, columns: Iterable[str]) -> Iterator[tuple[str, str, str, int]]:
        """Addresses that an earlier run did not finish: (url, kind, column, tries), oldest first."""
        for column in columns:
            yield from self.rows.conn.execute(
                'SELECT url, kind, "column", tries FROM pages WHERE site = ? AND "column" = ?'
                " AND (state = 'found'"
                " OR (state IN ('refused', 'failed') AND article_id IS NULL AND next_at <= ?)) ORDER BY id",
                (site, column, now()),
            ).fetchall()

    def due(self, site: str, columns: Sequence[str]) -> Iterator[Kept]:
        """The stored articles that are due to be looked at again."""
        return visits.due(self.rows, site, columns)

    def kept(self, url: str) -> Kept | None:
        """What is kept of an address: its validators, and the digest of what it held."""
        row = self.rows.one(f"SELECT {', '.join(map(_quoted, Kept._fields))} FROM pages WHERE url = ?", url)
        return None if row is None else Kept(**row)

    def is_older(self, url: str, at: str) -> bool:
        """Whether the page was seen later than ``at`` with an article on it."""
        row = self.rows.one("SELECT fetched_at FROM pages WHERE url = ? AND article_id NOT NULL", url)
        return row is not None and row["fetched_at"] > at

    def state(self, url: str) -> dict[str, Any] | None:
        """What came of an address so far, and when it is due again."""
        return self.rows.one(
            "SELECT state, reason, found_on, found_at, fetched_at, next_at FROM pages WHERE url = ?", url
        )

    def is_gone(self, url: str) -> bool:
        """Whether the address is known to be gone."""
        return self.rows.one("SELECT 1 FROM pages WHERE url = ? AND state = 'gone'", url) is not None

    def write(self, page: Row, article_id: int | None = None) -> None:
        """Write what came of an address (the fields of ``pipelines.items.Page``), and what it led to.

        A page "stored" without an article, or "fetched" with status 304, was seen again unchanged. Where an
        article is kept, no visit without a text changes what is kept of it.
        """
        before = self.rows.one(
            "SELECT id, found_at, next_at, tries, payload_sha256, article_id FROM pages WHERE url = ?",
            page["url"],
        )
        if before and _is_unchanged(page, article_id):
            self._seen_again(before, page)
            return
        has_article = before is not None and before["article_id"] is not None
        if has_article and page["state"] == "failed":
            self._look_later(page["url"])
            return
        row = {name: page[name] for name in PAGE}
        row["article_id"] = article_id
        row["found_at"] = page["fetched_at"] or now()
        row["tries"] = int(page["state"] != "found")
        row["next_at"] = self._next_at(before or row, page, has_article or article_id is not None)
        if has_article and article_id is None:
            # What is kept is the article's last text; so are its digest and its evidence.
            row |= {"etag": None, "last_modified": None, "payload_sha256": None}
            if page["state"] == "gone":
                visits.gone(self.rows, page)
        self.rows.insert("pages", row, PAGE_MET_AGAIN)
        if article_id is not None or not has_article:
            self._stand_on_evidence(before, page)
        self._write_found(page)

    def _seen_again(self, before: Row, page: Row) -> None:
        values = {"fetched_at": page["fetched_at"], "tries": before["tries"] + 1}
        values |= {"state": page["state"], "reason": None}
        if page["kind"] == "article":
            visits.seen_again(self.rows, page)
            values["next_at"] = self._next_at(before, page, True)
        self.rows.set("pages", before["id"], values)

    def _look_later(self, url: str) -> None:
        at = later(now(), UNANSWERED_DAYS)
        self.rows.conn.execute("UPDATE pages SET next_at = ? WHERE url = ?", (at, url))

    def _next_at(self, before: Row, page: Row, has_article: bool) -> str | None:
        if has_article and page["fetched_at"] and page["status"] is not None:
            return next_look(before["found_at"], page["fetched_at"], self.recheck_days)
        tries = before["tries"] if "id" in before else 0
        if page["state"] == "failed":
            # A page that is broken for good is asked for less and less, and never given up.
            waits = (0,) * RETRY_RUNS + RETRY_DAYS
            return later(now(), waits[min(tries, len(waits) - 1)])
        if page["state"] == "refused":
            return later(now(), RETRY_DAYS[tries]) if tries < len(RETRY_DAYS) else None
        return before["next_at"] if "id" in before else None

    def _stand_on_evidence(self, before: Row | None, page: Row) -> None:
        if page["status"] is not None or self._has_capture(page["url"]):
            self.rows.conn.execute(STAND_ON_EVIDENCE, (self.run_id, page["url"]))
        elif before and page["payload_sha256"] not in (None, before["payload_sha256"]):
            # Another text than the evidence holds, from a file that is not kept.
            values = dict.fromkeys(("capture_id", "warc_file", "warc_offset", "warc_length"))
            self.rows.set("pages", before["id"], values)

    def _has_capture(self, url: str) -> bool:
        """Whether this run received the page otherwise than over the network, and keeps it."""
        sql = "SELECT 1 FROM captures WHERE page_url = ? AND run_id = ? LIMIT 1"
        return self.rows.one(sql, url, self.run_id) is not None

    def _write_found(self, page: Row) -> None:
        found_at = page["fetched_at"] or now()
        sql = (
            'INSERT INTO pages (url, kind, state, site, "column", found_on, found_at)'
            " VALUES (?, ?, 'found', ?, ?, ?, ?) ON CONFLICT (url) DO "
        )
        context = (page["site"], page["column"], page["url"], found_at)
        if page["links"]:
            found = ((url, "article", *context) for url in page["links"])
            self.rows.conn.executemany(f"{sql} NOTHING", found)
        if page["next_page"]:
            # A list page is walked again in every crawl: met again, it is unfinished again.
            self.rows.conn.execute(f"{sql} UPDATE SET state = 'found'", (page["next_page"], "list", *context))


def _is_unchanged(page: Row, article_id: int | None) -> bool:
    state: str = page["state"]
    if page["kind"] == "list":
        return state == "fetched" and page["status"] == 304
    return state == "stored" and article_id is None


def _quoted(name: str) -> str:
    return f'"{name}"'
