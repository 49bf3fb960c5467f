"""The hosts that asked not to be visited before a time: what the next run must not forget."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from archive.rows import Rows, now

TABLE = """
CREATE TABLE hosts (
    id INTEGER PRIMARY KEY,
    host TEXT NOT NULL UNIQUE,
    not_before TEXT NOT NULL,
    reason TEXT NOT NULL,
    noted_at TEXT NOT NULL
);
"""
WRITTEN_AGAIN = """
ON CONFLICT (host) DO UPDATE SET
    not_before = excluded.not_before, reason = excluded.reason, noted_at = excluded.noted_at
"""


class HostBook:
    """Reads and writes the table ``hosts``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.rows = Rows(conn)

    def waiting(self) -> list[tuple[str, str, str]]:
        """The hosts not to be visited yet: (host, until when, why).

        A row that was written later than now, or more than a month ahead, tells of a clock gone wrong.
        """
        moment = now()
        latest = (datetime.fromisoformat(moment) + timedelta(days=31)).isoformat()
        return self.rows.conn.execute(
            "SELECT host, not_before, reason FROM hosts"
            " WHERE not_before > ? AND not_before < ? AND noted_at <= ?",
            (moment, latest, moment),
        ).fetchall()

    def write(self, host: str, not_before: str, reason: str) -> None:
        """Remember until when (ISO 8601, Beijing time) a host is not to be visited."""
        row = {"host": host, "not_before": not_before, "reason": reason, "noted_at": now()}
        self.rows.insert("hosts", row, WRITTEN_AGAIN)
