"""The archive's migrations, in order. A released one is never edited: a change of schema is a new one."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from archive import (
    alarms,
    bands,
    captures,
    changes,
    hosts,
    schema,
    search_index,
    settings,
    views,
    witnesses,
)

migrations = Migrations("luntan")


@migrations()
def m001_schema(db: Database) -> None:
    """Articles, people, revisions, copies, repairs, pages and runs, with their views."""
    for statement in _statements(schema.TABLES + schema.VIEWS):
        db.conn.execute(statement)
    db.conn.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")


@migrations()
def m002_captures(db: Database) -> None:
    """Where the evidence of every response lies, and which of it a page stands on."""
    for statement in _statements(captures.TABLE):
        db.conn.execute(statement)


@migrations()
def m003_copies(db: Database) -> None:
    """All that a copy's page says, and the index by which near-duplicates are found."""
    for statement in _statements(witnesses.COLUMNS + bands.TABLES):
        db.conn.execute(statement)


@migrations()
def m004_search(db: Database) -> None:
    """The full-text index, in step with the articles whoever writes them."""
    search_index.create_index(db.conn)


@migrations()
def m005_changes(db: Database) -> None:
    """When each article was last changed."""
    changes.create_changes(db.conn)


@migrations()
def m006_views(db: Database) -> None:
    """Views for the common questions, with the indexes that make them quick."""
    views.create_views(db.conn)


@migrations()
def m007_body_first(db: Database) -> None:
    """The full-text index with the body as its first column: a quarter smaller."""
    search_index.create_index(db.conn)


@migrations()
def m008_runs_gone(db: Database) -> None:
    """How many addresses a run found gone."""
    db.conn.execute("ALTER TABLE runs ADD COLUMN gone INTEGER NOT NULL DEFAULT 0")


@migrations()
def m009_alarms(db: Database) -> None:
    """What a check found and somebody must act upon, since when, and when it was told."""
    for statement in _statements(alarms.TABLE):
        db.conn.execute(statement)


@migrations()
def m010_people_dates(db: Database) -> None:
    """The view ``people`` with the times of someone's first and last article."""
    views.create_views(db.conn)


@migrations()
def m011_manners(db: Database) -> None:
    """The hosts that asked to be left alone for a time, and the owner's contact."""
    for statement in _statements(hosts.TABLE + settings.TABLE):
        db.conn.execute(statement)


def _statements(script: str) -> list[str]:
    # Not executescript(): it commits the transaction that makes a migration all or nothing.
    return [statement for statement in script.split(";\n") if statement.strip()]


def names() -> list[str]:
    """The names of all migrations this program knows, in order."""
    return [migration.name for migration in migrations._migrations]
