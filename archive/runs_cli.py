"""The verb ``runs``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from archive.connect import explained, open_readonly
from archive.durations import format_duration
from archive.options import ARCHIVE, moment
from archive.output import output_options, print_rows
from archive.runs import list_runs


@click.command("runs")
@ARCHIVE
@click.option("--site", help="Only runs of this site (see: luntan sites).")
@click.option("--since", callback=moment, help="Begun on or after this day, or so long ago (2024-11-07, 7d).")
@click.option("-n", "--limit", type=click.IntRange(1), help="At most so many.")
@output_options
def runs_command(
    archive: Path, site: str | None, since: str | None, limit: int | None, form: str | None
) -> None:
    """List crawls, ingests and replays, newest first, with what came of them.

    Example: luntan runs archive.db --since 7d -t
    """
    with explained(archive):
        rows = list_runs(open_readonly(archive), archive, site=site, since=since, limit=limit)
        print_rows(_for_people(rows) if form == "table" else rows, form)


def _for_people(rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The columns that fit a terminal: the time taken in words, and not also the end."""
    for row in rows:
        seconds = row["seconds"]
        took = "" if seconds is None else format_duration(timedelta(seconds=seconds))
        yield {
            "took" if name == "seconds" else name: took if name == "seconds" else value
            for name, value in row.items()
            if name != "finished_at"
        }
