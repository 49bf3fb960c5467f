"""The index of near-duplicates: which addresses carry a text with which bands. Lives in the file alone.

New rows gather in a small table and move on in order, many at a time: put into the large one at once, each
of the bands of an article would write a page of its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

TABLES = """
CREATE TABLE fingerprints (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE
);
CREATE TABLE bands (
    band INTEGER NOT NULL,
    fingerprint_id INTEGER NOT NULL,
    PRIMARY KEY (band, fingerprint_id)
) WITHOUT ROWID;
CREATE TABLE new_bands (
    band INTEGER NOT NULL,
    fingerprint_id INTEGER NOT NULL,
    PRIMARY KEY (band, fingerprint_id)
) WITHOUT ROWID;
"""

# So many rows of new bands move on together.
GATHERED = 400_000
# Of the texts that share a band with one text, those that share most are looked at: a template used
# ten thousand times must not make every further use of it ten thousand comparisons.
MAX_CANDIDATES = 200


class BandIndex:
    """Reads and writes the tables ``fingerprints``, ``bands`` and ``new_bands``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self._gathered = conn.execute("SELECT count(*) FROM new_bands").fetchone()[0]

    def put(self, url: str, bands: Iterable[int]) -> None:
        """Enter the text at ``url`` under its bands."""
        ordered = sorted(set(bands))
        if not ordered:
            return
        # One statement: SQLite takes a third less time than for a row each.
        self.conn.execute(
            "INSERT OR IGNORE INTO new_bands SELECT value, ? FROM json_each(?)",
            (self._id(url), json.dumps(ordered)),
        )
        self._gathered += len(ordered)
        if self._gathered >= GATHERED:
            self.conn.execute("INSERT OR IGNORE INTO bands SELECT * FROM new_bands")
            self.conn.execute("DELETE FROM new_bands")
            self._gathered = 0

    def drop(self, url: str, bands: Iterable[int]) -> None:
        """Take out what was put in under these bands: the address carries another text now."""
        for table in ("bands", "new_bands"):
            self.conn.execute(
                f"DELETE FROM {table} WHERE fingerprint_id = (SELECT id FROM fingerprints WHERE url = ?)"
                " AND band IN (SELECT value FROM json_each(?))",
                (url, json.dumps(list(bands))),
            )

    def candidates(self, bands: Iterable[int]) -> list[str]:
        """The addresses whose texts share a band, those that share most first."""
        wanted = tuple(bands)
        if not wanted:
            return []
        marks = ",".join("?" * len(wanted))
        found = self.conn.execute(
            "SELECT url FROM (SELECT fingerprint_id, count(*) AS shared FROM ("
            f" SELECT fingerprint_id FROM bands WHERE band IN ({marks}) UNION ALL"
            f" SELECT fingerprint_id FROM new_bands WHERE band IN ({marks}))"
            " GROUP BY fingerprint_id) JOIN fingerprints ON id = fingerprint_id"
            " ORDER BY shared DESC, url LIMIT ?",
            (*wanted, *wanted, MAX_CANDIDATES),
        )
        return [url for (url,) in found]

    def _id(self, url: str) -> int:
        found = self.conn.execute("SELECT id FROM fingerprints WHERE url = ?", (url,)).fetchone()
        if found:
            return int(found[0])
        return self.conn.execute("INSERT INTO fingerprints (url) VALUES (?)", (url,)).lastrowid or 0
