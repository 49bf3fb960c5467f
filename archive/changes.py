"""The table ``changes``: when each article was last changed, so that an export can give what is new.

Triggers keep it, whoever writes. That an article was seen again, unchanged, is no change. A number is given
once, and only grows.
"""

from __future__ import annotations

import sqlite3

from archive import triggers
from archive.fields import FIELDS, PARTS

TABLE = """
CREATE TABLE changes (
    article_id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    changed_at TEXT NOT NULL
)
"""
_NOW = "strftime('%Y-%m-%dT%H:%M:%S', 'now', '+8 hours') || '+08:00'"
_NUMBER = "(SELECT coalesce(max(number), 0) + 1 FROM changes)"
# Two statements that never conflict: a conflict clause would be overruled by an outer INSERT OR REPLACE.
_MARK = (
    f"BEGIN UPDATE changes SET number = {_NUMBER}, changed_at = {_NOW} WHERE article_id = {{id}};"
    f" INSERT INTO changes SELECT {{id}}, {_NUMBER}, {_NOW}"
    " WHERE NOT EXISTS (SELECT 1 FROM changes WHERE article_id = {id}); END"
)
_DIFFERS = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in FIELDS if name != "last_seen_at")
TRIGGERS = {
    "articles_changes_insert": f"AFTER INSERT ON articles {_MARK.format(id='NEW.id')}",
    "articles_changes_update": f"AFTER UPDATE ON articles WHEN {_DIFFERS} {_MARK.format(id='NEW.id')}",
    **{
        f"{part}_changes_{event}": f"AFTER {event.upper()} ON {part} {_MARK.format(id=f'{row}.article_id')}"
        for part in PARTS
        for event, row in (("insert", "NEW"), ("delete", "OLD"))
    },
    **{
        f"{part}_changes_update": f"AFTER UPDATE ON {part} WHEN "
        + " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in fields if name != "last_seen_at")
        + f" {_MARK.format(id='NEW.article_id')}"
        for part, fields in PARTS.items()
    },
}


def create_changes(conn: sqlite3.Connection) -> None:
    """Make the table and its triggers; every article there is counts as changed now."""
    conn.execute(TABLE)
    triggers.create(conn, TRIGGERS)
    conn.execute(f"INSERT INTO changes SELECT id, row_number() OVER (ORDER BY id), {_NOW} FROM articles")


def changes_problems(conn: sqlite3.Connection) -> list[str]:
    """What is wrong with the record of changes, one sentence each; `mend_changes` mends it."""
    if missing := triggers.missing(conn, TRIGGERS):
        return [f"changes: triggers are missing ({', '.join(missing)})"]
    return []


def mend_changes(conn: sqlite3.Connection) -> None:
    """Make the triggers anew. What changed meanwhile is not known, so every article counts as changed now."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        triggers.create(conn, TRIGGERS)
        last = last_change(conn)
        conn.execute("DELETE FROM changes")
        conn.execute(
            f"INSERT INTO changes SELECT id, ? + row_number() OVER (ORDER BY id), {_NOW} FROM articles",
            (last,),
        )
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def last_change(conn: sqlite3.Connection) -> int:
    """The number of the latest change; 0 in an empty archive."""
    number: int = conn.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0]
    return number
