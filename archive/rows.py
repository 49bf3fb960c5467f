"""Rows as dictionaries: the three statements that all writers of the archive are made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

Row = Mapping[str, Any]

BEIJING = timezone(timedelta(hours=8))


def now() -> str:
    """This moment as the archive writes times: ISO 8601, Beijing time, seconds."""
    return datetime.now(BEIJING).isoformat(timespec="seconds")


class Rows:
    """Inserting, changing and finding rows over one connection. Names are ours, values are parameters."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn

    def insert(self, table: str, row: Row, conflict: str = "") -> int:
        """Insert ``row`` (with an ``ON CONFLICT`` clause, if given); gives its id."""
        cursor = self.conn.execute(_insert(table, tuple(row), conflict), tuple(row.values()))
        return cursor.lastrowid or 0

    def set(self, table: str, row_id: int, values: Row) -> None:
        """Change columns of the row with this id."""
        assignments = ", ".join(f'"{name}" = ?' for name in values)
        self.conn.execute(f"UPDATE {table} SET {assignments} WHERE id = ?", (*values.values(), row_id))

    def one(self, sql: str, *values: Any) -> dict[str, Any] | None:
        """The first row that a query finds."""
        cursor = self.conn.execute(sql, values)
        row = cursor.fetchone()
        return None if row is None else dict(zip((part[0] for part in cursor.description), row, strict=True))


@cache
def _insert(table: str, names: tuple[str, ...], conflict: str) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))}){conflict}"
