"""The verb ``check``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from archive.changes import changes_problems, mend_changes
from archive.connect import explained, open_database
from archive.options import ARCHIVE
from archive.search_index import index_problems, queue_length, rebuild_index, update_index


@click.command("check")
@ARCHIVE
def check_command(archive: Path) -> None:
    """Find where the search index and the record of changes are out of step with the articles, and mend it.

    Example: luntan check archive.db
    """
    db = open_database(archive, create=False)
    with explained(archive):
        problems = index_problems(db.conn)
        if problems:
            rebuild_index(db.conn)
        if unrecorded := changes_problems(db.conn):
            mend_changes(db.conn)
        waiting = queue_length(db.conn)
        is_watched = waiting > 2_000 and sys.stderr.isatty()
        with click.progressbar(
            length=waiting, label="index", file=sys.stderr, hidden=not is_watched
        ) as progress:
            update_index(db.conn, progress.update)
    for problem in (*problems, *unrecorded):
        click.echo(f"{archive}: {problem} - mended")
    if waiting and not problems:
        click.echo(f"{archive}: {waiting} changed articles indexed")
    db.close()
