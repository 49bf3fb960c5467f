"""What the owner said once and every later crawl goes by: the contact."""

from __future__ import annotations

import sqlite3

TABLE = """
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
"""


class SettingsBook:
    """Reads and writes the table ``settings``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn

    def get(self, name: str) -> str | None:
        """The value of a setting, None where there is none."""
        row = self.conn.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def set(self, name: str, value: str) -> None:
        """Keep a value, in the place of an earlier one."""
        self.conn.execute("REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))
