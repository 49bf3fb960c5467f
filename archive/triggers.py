"""Triggers by name, and whether they are still the ones we made."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

# The name of a trigger → what follows it in CREATE TRIGGER.
Triggers = Mapping[str, str]


def create(conn: sqlite3.Connection, triggers: Triggers) -> None:
    """Make the triggers, in place of any of the same name."""
    for name, body in triggers.items():
        conn.execute(f"DROP TRIGGER IF EXISTS {name}")
        conn.execute(f"CREATE TRIGGER {name} {body}")


def missing(conn: sqlite3.Connection, triggers: Triggers) -> list[str]:
    """The names of those that a tool dropped (``sqlite-utils transform`` does) or made otherwise."""
    found = dict(conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return [name for name, body in triggers.items() if found.get(name) != f"CREATE TRIGGER {name} {body}"]
