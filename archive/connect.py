"""Opening an archive: is it ours, is it whole, does this program understand its schema."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from archive.errors import ArchiveUnusable, NoArchive, NotAnArchive, SchemaTooNew
from archive.migrations import migrations, names
from archive.schema import APPLICATION_ID

# How long a writer waits for another one. Every transaction of ours is far shorter.
BUSY_SECONDS = 60.0


def open_database(path: Path, *, create: bool) -> Database:
    """The archive at ``path``, ready to be written: WAL, foreign keys on, all migrations applied.

    With ``create`` a missing or empty file becomes a new archive. Raises `NoArchive`, `NotAnArchive`,
    `SchemaTooNew` or `ArchiveUnusable`; a file that is not ours is never written to.
    """
    if not create and not path.exists():
        raise NoArchive(f"{path}: there is no such archive - make one with: luntan crawl {path} rmlt")
    with explained(path):
        # Autocommit: transactions are begun and ended by name, never by a side effect.
        conn = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _refuse_foreign(conn, path)
            conn.execute("PRAGMA journal_mode = WAL")
            conn.execute("PRAGMA synchronous = NORMAL")
            conn.execute("PRAGMA foreign_keys = ON")
            # In KiB. The index of near-duplicates is read all over.
            conn.execute("PRAGMA cache_size = -16000")
            db = Database(conn, execute_plugins=False)
            _migrate(db, path)
        except BaseException:
            conn.close()
            raise
    return db


def open_readonly(path: Path) -> Database:
    """The archive at ``path`` for reading only; nothing in the file can change through it.

    Raises `NoArchive`, `NotAnArchive`, `SchemaTooNew` or `ArchiveUnusable`.
    """
    if not path.exists():
        raise NoArchive(f"{path}: there is no such archive - make one with: luntan crawl {path} rmlt")
    with explained(path):
        conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        try:
            _refuse_foreign(conn, path)
            db = Database(conn, execute_plugins=False)
            unknown = _unknown_migrations(db)
            if not migrations.applied(db):
                raise NotAnArchive(f"{path}: an empty file, not an archive")
        except BaseException:
            conn.close()
            raise
    if unknown:
        raise _too_new(path, unknown)
    return db


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, with the path and what to do next."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise ArchiveUnusable(f"{path}: the disk is full - free some space and run again") from error
        raise ArchiveUnusable(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise NotAnArchive(f"{path}: not an SQLite file - give the path of an archive") from error
        raise ArchiveUnusable(f"{path}: {error} - restore it from a copy") from error


def _refuse_foreign(conn: sqlite3.Connection, path: Path) -> None:
    # In this order: another process may make the archive between the two.
    is_empty = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    application_id = conn.execute("PRAGMA application_id").fetchone()[0]
    if application_id != APPLICATION_ID and not is_empty:
        raise NotAnArchive(f"{path}: an SQLite file, but not written by luntan - give another path")


def _migrate(db: Database, path: Path) -> None:
    if unknown := _unknown_migrations(db):
        raise _too_new(path, unknown)
    if not migrations.pending(db):
        return
    # One writer migrates; another one that opened at the same time waits and then finds nothing to do.
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
        db.conn.execute("COMMIT")
    except BaseException:
        db.conn.execute("ROLLBACK")
        raise


def _unknown_migrations(db: Database) -> list[str]:
    known = set(names())
    return [applied.name for applied in migrations.applied(db) if applied.name not in known]


def _too_new(path: Path, unknown: list[str]) -> SchemaTooNew:
    return SchemaTooNew(
        f"{path}: written by a newer luntan (it holds {', '.join(unknown)}) - run: pip install -U luntan"
    )
