"""Exporting articles: which of them, and as JSON lines written by SQLite itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from archive.fields import FIELDS, ORDER, PARTS, Field
from archive.query import Filters


@dataclass(frozen=True)
class Selection:
    """What an export gives: articles by filters and by change, their fields, and parts of them."""

    filters: Filters = field(default_factory=Filters)
    fields: tuple[str, ...] = tuple(FIELDS)
    parts: tuple[str, ...] = ()
    # Only articles changed after the change of this number, or since this time.
    after_change: int | None = None
    changed_since: str | None = None

    def where(self) -> tuple[str, dict[str, Any]]:
        """The SQL condition on ``articles`` and its parameters."""
        condition, filtered = self.filters.where()
        parameters: dict[str, Any] = dict(filtered)
        changed = "id IN (SELECT article_id FROM changes WHERE {})"
        if self.after_change is not None:
            condition += f" AND {changed.format('number > :after_change')}"
            parameters["after_change"] = self.after_change
        if self.changed_since is not None:
            condition += f" AND {changed.format('changed_at >= :changed_since')}"
            parameters["changed_since"] = self.changed_since
        return condition, parameters


def export_lines(db: Database, selection: Selection) -> Iterator[bytes]:
    """The chosen articles as JSON objects in UTF-8, one a line, in the order of their ids.

    The same archive gives the same bytes. Every object has the fields and parts asked for, in that order
    (see `archive.fields.schema`).
    """
    # SQLite writes the JSON itself: faster than fetching the columns and writing it here.
    sql = f"SELECT CAST({_json(selection)} || char(10) AS BLOB)"
    for (line,) in _select(db.conn, sql, selection):
        yield line


def export_rows(db: Database, selection: Selection) -> Iterator[tuple[Any, ...]]:
    """The fields of the chosen articles as they stand in the table, in the order of their ids."""
    names = ", ".join(f'"{name}"' for name in selection.fields)
    yield from _select(db.conn, f"SELECT {names}", selection)


def count_articles(db: Database, selection: Selection) -> int:
    """How many articles the selection holds."""
    condition, parameters = selection.where()
    sql = f"SELECT count(*) FROM articles WHERE {condition}"
    count: int = db.conn.execute(sql, parameters).fetchone()[0]
    return count


def _select(conn: sqlite3.Connection, select: str, selection: Selection) -> sqlite3.Cursor:
    condition, parameters = selection.where()
    return conn.execute(f"{select} FROM articles WHERE {condition} ORDER BY articles.id", parameters)


def _json(selection: Selection) -> str:
    pairs = [f"'{name}', {_value(name, FIELDS[name])}" for name in selection.fields]
    for part in selection.parts:
        row = ", ".join(f"'{name}', {_value(name, field)}" for name, field in PARTS[part].items())
        rows = f"SELECT * FROM {part} WHERE article_id = articles.id ORDER BY {ORDER[part]}"
        pairs.append(f"'{part}', (SELECT json_group_array(json_object({row})) FROM ({rows}))")
    return f"json_object({', '.join(pairs)})"


def _value(name: str, field: Field) -> str:
    if field.kind == "strings":
        return f'CASE WHEN json_valid("{name}") THEN json("{name}") ELSE json_array() END'
    if field.kind == "share":
        # A stock tool may have written an infinity, for which JSON has no word.
        return f'min(max("{name}", 0.0), 1.0)'
    return f'"{name}"'
