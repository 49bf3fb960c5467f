"""Captured pages of articles that run over several pages, on disk until all files have been read.

The pages of one article may stand anywhere in a set of WARC files, in any order. So those that go on, and
those whose address ends with a page number, wait here until the whole set is known.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from crawler.evidence.foreign import ForeignPage
from crawler.evidence.records import Original

_TABLE = """
CREATE TABLE pages (
    id INTEGER PRIMARY KEY, address TEXT, number INTEGER, at REAL, is_used INTEGER DEFAULT FALSE,
    place TEXT, url TEXT, captured_at TEXT, body BLOB, content_type TEXT, is_text INTEGER,
    record BLOB, payload_sha256 TEXT
)
"""
_PAGE = "place, url, captured_at, body, content_type, is_text, record, payload_sha256"


class WaitingPages:
    """A temporary file of captured pages, which goes with the process."""

    def __init__(self) -> None:
        # The empty name: a file of SQLite's own, removed when it is closed.
        self._conn = sqlite3.connect("", isolation_level=None)
        self._conn.execute(_TABLE)
        self._conn.execute("CREATE INDEX idx_pages_address ON pages (address)")
        self._conn.execute("CREATE INDEX idx_pages_number ON pages (number, id)")

    def close(self) -> None:
        """Remove the file."""
        self._conn.close()

    def add(self, address: str, page: ForeignPage, number: int) -> None:
        """Let a page wait under the address by which others name it; 0: an article begins with it."""
        self._conn.execute(
            f"INSERT INTO pages (address, number, at, {_PAGE}) VALUES (?, ?, julianday(?), {'?, ' * 7}?)",
            (
                *(address, number, page.captured_at, page.place, page.url, page.captured_at, page.body),
                *(page.content_type, page.is_text, page.original.record, page.original.payload_sha256),
            ),
        )

    def firsts(self) -> Iterator[ForeignPage]:
        """The pages with which an article begins, in the order they came."""
        yield from self._each("number = 0")

    def unused(self) -> Iterator[ForeignPage]:
        """The pages that no article took so far, by their numbers: what one of them takes is passed over."""
        yield from self._each("number > 0 AND NOT is_used")

    def take(self, address: str, captured_at: str) -> ForeignPage | None:
        """The further page at an address, of several captures that nearest in time."""
        found = self._conn.execute(
            f"SELECT id, {_PAGE} FROM pages WHERE address = ? AND number > 0"
            " ORDER BY abs(at - julianday(?)), id LIMIT 1",
            (address, captured_at),
        ).fetchone()
        if found is None:
            return None
        self._conn.execute("UPDATE pages SET is_used = TRUE WHERE address = ?", (address,))
        return _page(found[1:])

    def _each(self, condition: str) -> Iterator[ForeignPage]:
        last = (-1, 0)
        while found := self._conn.execute(
            f"SELECT number, id, {_PAGE} FROM pages WHERE {condition} AND (number, id) > (?, ?)"
            " ORDER BY number, id LIMIT 1",
            last,
        ).fetchone():
            last = found[:2]
            yield _page(found[2:])


def _page(row: tuple[str, str, str, bytes, str | None, int, bytes, str]) -> ForeignPage:
    place, url, captured_at, body, content_type, is_text, record, payload_sha256 = row
    original = Original(url, captured_at, record, payload_sha256)
    return ForeignPage(place, url, captured_at, body, content_type, bool(is_text), original)
