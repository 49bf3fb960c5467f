"""The verb ``stats``."""

from __future__ import annotations

from pathlib import Path

import click

from archive.connect import explained, open_readonly
from archive.options import ARCHIVE
from archive.output import output_options, print_rows
from archive.stats import GROUPS, plot, sizes, stats
from archive.visible import visible


@click.command("stats")
@ARCHIVE
@click.option("--by", type=click.Choice(tuple(GROUPS)), help="Count articles in these groups.")
@click.option("--plot", "is_plot", is_flag=True, help="Draw the groups as bars (of months, without --by).")
@output_options
def stats_command(archive: Path, by: str | None, is_plot: bool, form: str | None) -> None:
    """Count the rows and bytes of each table, or the articles by site, column, month or year.

    Example: luntan stats archive.db --by column -t
    """
    db = open_readonly(archive)
    with explained(archive):
        if is_plot:
            for line in plot(stats(db, by or "month"), by or "month"):
                click.echo(visible(line))
        else:
            print_rows(stats(db, by) if by else sizes(db), form)
