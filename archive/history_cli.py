"""The verb that tells what changed: history."""

from __future__ import annotations

from pathlib import Path

import click

from archive.connect import open_readonly
from archive.history import history
from archive.options import ARCHIVE, filter_options
from archive.output import output_options, print_rows
from archive.query import Filters


@click.command("history")
@ARCHIVE
@filter_options
@output_options
def history_command(archive: Path, form: str | None, **filters: str | None) -> None:
    """List edits and disappearances of articles, newest first.

    Example: luntan history archive.db --column 党建 -t
    """
    print_rows(history(open_readonly(archive), Filters(**filters)), form)
