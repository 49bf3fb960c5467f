"""The memory of every address met: how it was found, what came of it, when it is due again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from archive.rows import BEIJING, Row, Rows, now

# After its n-th refusal an address is left alone for so many days; after the last one, for good.
RETRY_DAYS = (1, 3, 7, 30)

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


class PageBook:
    """Reads and writes the table ``pages``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.rows = Rows(conn)

    def known(self, urls: Iterable[str]) -> set[str]:
        """Those of ``urls`` that need no fetching now: stored, gone, moved, or refused and not yet due."""
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
                    " AND (state IN ('stored', 'gone', 'fetched')"
                    " OR (state = 'refused' AND coalesce(next_at > ?, TRUE)))",
                    [*part, moment],
                )
            )
        return known

    def unfinished(self, site: str, columns: Iterable[str]) -> Iterator[tuple[str, str, str]]:
        """Addresses that an earlier run found and did not finish: (url, kind, column), oldest first."""
        for column in columns:
            yield from self.rows.conn.execute(
                'SELECT url, kind, "column" FROM pages WHERE site = ? AND "column" = ?'
                " AND (state = 'found' OR (state IN ('refused', 'failed') AND next_at <= ?)) ORDER BY id",
                (site, column, now()),
            ).fetchall()

    def write(self, page: Row, article_id: int | None = None) -> None:
        """Write what came of an address (the fields of ``pipelines.items.Page``), and what it led to."""
        row = {name: page[name] for name in PAGE}
        row["article_id"] = article_id
        row["found_at"] = page["fetched_at"] or now()
        row["tries"] = int(page["state"] != "found")
        self.rows.insert("pages", row, PAGE_MET_AGAIN)
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
        self.rows.conn.executemany(f"{sql} NOTHING", ((url, "article", *context) for url in page["links"]))
        if page["next_page"]:
            # A list page is walked again in every crawl: met again, it is unfinished again.
            self.rows.conn.execute(f"{sql} UPDATE SET state = 'found'", (page["next_page"], "list", *context))

    def _postpone(self, page: Row) -> None:
        # What failed was not answered and is asked again by the next run; a refusal waits for days.
        known = self.rows.one("SELECT tries FROM pages WHERE url = ?", page["url"])
        tries = known["tries"] if known else 1
        next_at: str | None = now()
        if page["state"] == "refused":
            next_at = None
            if tries <= len(RETRY_DAYS):
                due = datetime.now(BEIJING) + timedelta(days=RETRY_DAYS[tries - 1])
                next_at = due.isoformat(timespec="seconds")
        self.rows.conn.execute("UPDATE pages SET next_at = ? WHERE url = ?", (next_at, page["url"]))
