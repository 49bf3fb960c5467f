"""Where the evidence lies: one row for every response of a crawl, pointing into the WARC files.

``url`` is the address asked for, ``page_url`` the one of ``pages`` for whose sake it was (NULL: robots.txt,
or an older state of a page, out of a file) and ``part`` which page of a several-page article it is. A saved
file has status 200. ``payload_sha256`` is the digest of the payload as
received (the WARC-Payload-Digest). ``refers_to`` is set where the payload was the same as in an earlier
capture, which holds it. ``pages.capture_id`` is the first part of the visit that gave what the page is now.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from archive.rows import Row, Rows

TABLE = """
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    run_id INTEGER REFERENCES runs (id),
    url TEXT NOT NULL,
    page_url TEXT,
    part INTEGER NOT NULL DEFAULT 1,
    fetched_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    payload_sha256 TEXT NOT NULL,
    refers_to INTEGER REFERENCES captures (id),
    warc_file TEXT NOT NULL,
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL,
    UNIQUE (warc_file, warc_offset)
);
CREATE INDEX idx_captures_url ON captures (url);
CREATE INDEX idx_captures_page_url ON captures (page_url) WHERE page_url IS NOT NULL;
ALTER TABLE pages ADD COLUMN capture_id INTEGER REFERENCES captures (id);
CREATE INDEX idx_pages_next_at ON pages (site, next_at) WHERE next_at IS NOT NULL;
"""

CAPTURE = (
    *("run_id", "url", "page_url", "part", "fetched_at", "status", "etag", "last_modified"),
    *("payload_sha256", "refers_to", "warc_file", "warc_offset", "warc_length"),
)

CHUNK = 500


class KeptPayload(NamedTuple):
    """A capture that holds the payload of its address, and the file in which it lies."""

    id: int
    payload_sha256: str
    fetched_at: str
    warc_file: str


class Part(NamedTuple):
    """One page of an article: the address asked for, and where its payload lies."""

    url: str
    warc_file: str
    warc_offset: int
    warc_length: int


class Visit(NamedTuple):
    """The visit that gave what a page is now, with its parts in their order."""

    page_url: str
    site: str | None
    column: str | None
    found_on: str | None
    fetched_at: str | None
    payload_sha256: str | None
    article_id: int | None
    parts: list[Part]


class CaptureBook:
    """Reads and writes the table ``captures``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.rows = Rows(conn)

    def write(self, capture: Row) -> None:
        """Write one capture (the columns of `CAPTURE`), whose evidence lies on the disk by now."""
        self.rows.insert("captures", {name: capture[name] for name in CAPTURE})

    def with_payload(self, url: str) -> KeptPayload | None:
        """The latest capture of this address that holds its payload, not a revisit."""
        found = self.rows.conn.execute(
            "SELECT id, payload_sha256, fetched_at, warc_file FROM captures"
            " WHERE url = ? AND refers_to IS NULL AND status = 200 ORDER BY id DESC LIMIT 1",
            (url,),
        ).fetchone()
        return KeptPayload(*found) if found else None

    def find(self, url: str, payload_sha256: str, fetched_at: str | None) -> dict[str, Any] | None:
        """The earliest capture of this address with this payload, of this time or of any (None)."""
        return self.rows.one(
            "SELECT * FROM captures WHERE url = ? AND payload_sha256 = ?"
            " AND fetched_at = coalesce(?, fetched_at) ORDER BY id LIMIT 1",
            *(url, payload_sha256, fetched_at),
        )

    def visits(self) -> Iterator[Visit]:
        """The evidence on which the articles' pages stand, page by page, in the order they were met."""
        last = 0
        while True:
            found = self.rows.conn.execute(
                'SELECT pages.id, pages.url, pages.site, pages."column", pages.found_on, pages.fetched_at,'
                " pages.payload_sha256, pages.article_id, pages.capture_id, visit.run_id"
                " FROM pages JOIN captures AS visit ON visit.id = pages.capture_id"
                " WHERE pages.kind = 'article' AND pages.id > ? ORDER BY pages.id LIMIT ?",
                (last, CHUNK),
            ).fetchall()
            for _, *page, capture_id, run_id in found:
                yield Visit._make([*page, self._parts(page[0], capture_id, run_id)])
            if len(found) < CHUNK:
                return
            last = found[-1][0]

    def _parts(self, page_url: str, capture_id: int, run_id: int) -> list[Part]:
        # An answer asked for again has the same part: the last one counts.
        parts = self.rows.conn.execute(
            "SELECT visit.part, visit.url, kept.warc_file, kept.warc_offset, kept.warc_length"
            " FROM captures AS visit JOIN captures AS kept ON kept.id = coalesce(visit.refers_to, visit.id)"
            " WHERE visit.page_url = ? AND visit.id >= ? AND visit.run_id = ? AND visit.status = 200"
            " ORDER BY visit.id",
            (page_url, capture_id, run_id),
        )
        found = {number: Part(*part) for number, *part in parts}
        return [found[number] for number in sorted(found)]

    def count(self) -> int:
        """How many there are."""
        count: int = self.rows.conn.execute("SELECT count(*) FROM captures").fetchone()[0]
        return count

    def by_file(self) -> Iterator[dict[str, Any]]:
        """All captures in the order in which they lie in the files."""
        names = ("url", "payload_sha256", "warc_file", "warc_offset", "warc_length")
        rows = self.rows.conn.execute(
            f"SELECT {', '.join(names)} FROM captures ORDER BY warc_file, warc_offset"
        )
        for row in rows:
            yield dict(zip(names, row, strict=True))

    def end_of(self, warc_file: str) -> int:
        """Up to which offset the rows say that a file is whole."""
        found = self.rows.one(
            "SELECT max(warc_offset + warc_length) AS last FROM captures WHERE warc_file = ?", warc_file
        )
        return (found and found["last"]) or 0
