"""The table ``alarms``: what the last check found that somebody must act upon, since when, and whether told.

A row goes when the thing is found no more. So a check that runs every hour tells of a thing once, and reminds
of it while it stands, instead of crying every hour.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable

from archive.check.finding import Finding
from archive.rows import Rows
from archive.visits import later

# A finding that was told and still stands is told again after so many days.
REMIND_DAYS = 7

TABLE = """
CREATE TABLE alarms (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    site TEXT,
    "column" TEXT,
    field TEXT,
    severity TEXT NOT NULL,
    what TEXT NOT NULL,
    todo TEXT NOT NULL,
    example TEXT,
    found_at TEXT NOT NULL,
    last_found_at TEXT NOT NULL,
    told_at TEXT
);
CREATE UNIQUE INDEX idx_alarms_key ON alarms
(kind, coalesce(site, ''), coalesce("column", ''), coalesce(field, ''));
"""
_KEY = ("kind", "site", "column", "field")
_IS = " AND ".join(f'"{name}" IS ?' for name in _KEY)
# Found again, it stands since it was found first, and was told when it was told.
_FOUND_AGAIN = """
ON CONFLICT (kind, coalesce(site, ''), coalesce("column", ''), coalesce(field, '')) DO UPDATE SET
    severity = excluded.severity, what = excluded.what, todo = excluded.todo, example = excluded.example,
    last_found_at = excluded.last_found_at
"""


class AlarmBook:
    """Reads and writes the table ``alarms``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.rows = Rows(conn)

    def record(self, findings: Iterable[Finding], at: str, unchecked: Container[str] = ()) -> None:
        """Write what a check found at a time; what it did not find goes, but for the kinds it left out."""
        names = ", ".join(f'"{name}"' for name in _KEY)
        standing = self.rows.conn.execute(f"SELECT id, {names} FROM alarms").fetchall()
        over = {tuple(key): row_id for row_id, *key in standing if key[0] not in unchecked}
        for finding in findings:
            row = finding.as_row() | {"found_at": at, "last_found_at": at}
            self.rows.insert("alarms", row, _FOUND_AGAIN)
            over.pop(_key(finding), None)
        self.rows.conn.executemany("DELETE FROM alarms WHERE id = ?", ((row_id,) for row_id in over.values()))

    def since(self, finding: Finding) -> str | None:
        """When a finding that stands was first found."""
        found = self.rows.one(f"SELECT found_at FROM alarms WHERE {_IS}", *_key(finding))
        return found["found_at"] if found else None

    def untold(self, now: str) -> list[Finding]:
        """The findings that were not told yet, or so long ago that it is time to remind."""
        columns = ", ".join(f'"{name}"' for name in Finding.__slots__)
        rows = self.rows.conn.execute(
            f"SELECT {columns} FROM alarms WHERE told_at IS NULL OR told_at <= ? ORDER BY id",
            (later(now, -REMIND_DAYS),),
        )
        return [Finding(*row) for row in rows]

    def told(self, findings: Iterable[Finding], at: str) -> None:
        """Record that these findings were told."""
        self.rows.conn.executemany(
            f"UPDATE alarms SET told_at = ? WHERE {_IS}", ((at, *_key(finding)) for finding in findings)
        )


def _key(finding: Finding) -> tuple[str | None, ...]:
    return tuple(getattr(finding, name) for name in _KEY)
