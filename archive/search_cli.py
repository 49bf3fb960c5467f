"""The verb ``search``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from sqlite_utils import Database

from archive.connect import explained, open_database, open_readonly
from archive.errors import ArchiveUnusable
from archive.options import ARCHIVE
from archive.output import output_options, print_rows
from archive.search import search
from archive.search_index import queue_length, update_index

# A search does not wait longer for another writer; what is not indexed by then is read.
PATIENCE_MS = 2_000
# Fewer articles are indexed in no time.
MANY = 2_000


@click.command("search")
@ARCHIVE
@click.argument("query", nargs=-1, required=True)
@click.option("--newest", is_flag=True, help="Newest first instead of best first.")
@click.option(
    "--limit", type=click.IntRange(0), default=20, show_default=True, help="At most so many; 0: all."
)
@output_options
def search_command(archive: Path, query: tuple[str, ...], newest: bool, limit: int, form: str | None) -> None:
    """Find articles by words in their titles and texts, in either script, best first.

    \b
    治理 社区           all words, of any length, anywhere in the text
    "治理 体系"         exactly so, with the space
    author:郑业奇       also editor: column: site: since:2019-11 until:2020

    Example: luntan search archive.db 治理 author:郑业奇 -t
    """
    db = open_searchable(archive)
    with explained(archive):
        print_rows(search(db, " ".join(query), newest=newest, limit=limit or None), form)


def open_searchable(path: Path) -> Database:
    """The archive at ``path`` for reading, its index brought up to date where that can be done.

    Raises the errors of `archive.connect.open_readonly`; `ArchiveUnusable` where the archive was made before
    there was an index and can not be written.
    """
    try:
        db = open_database(path, create=False)
    except ArchiveUnusable:
        db = open_readonly(path)
        if not db["search_queue"].exists():
            raise ArchiveUnusable(f"{path}: has no search index yet - make the file writable once") from None
        return db
    try:
        with explained(path):
            db.conn.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
            _update(db)
    except ArchiveUnusable:
        # Another writer is at work, or the disk is full: a search reads what is not indexed.
        pass
    finally:
        db.close()
    return open_readonly(path)


def _update(db: Database) -> None:
    length = queue_length(db.conn)
    is_watched = length > MANY and sys.stderr.isatty()
    with click.progressbar(length=length, label="index", file=sys.stderr, hidden=not is_watched) as progress:
        update_index(db.conn, progress.update)
