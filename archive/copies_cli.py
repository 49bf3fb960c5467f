"""The verbs for copies: copies, dedupe, merge."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from archive.connect import open_readonly
from archive.options import ARCHIVE
from archive.output import output_options, print_rows


@click.command("copies")
@ARCHIVE
@click.argument("article", metavar="[ID|URL]", required=False)
@output_options
def copies_command(archive: Path, article: str | None, form: str | None) -> None:
    """List copies: of all articles, or of one, given by its id or one of its addresses.

    Example: luntan copies archive.db 1 -t
    """
    from archive.copies import list_copies

    db = open_readonly(archive)
    rows = list_copies(db, article)
    if rows is None:
        raise click.ClickException(f"{archive}: no article {article} - see: luntan list {archive}")
    print_rows(rows, form)


@click.command("dedupe")
@ARCHIVE
@click.option("--dry-run", is_flag=True, help="Only say what would be done; the archive is not changed.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="Processes that compare texts."
)
@output_options
def dedupe_command(archive: Path, dry_run: bool, workers: int, form: str | None) -> None:
    """Tell copies apart once more over a whole archive. A run that was cut off goes on where it was.

    Prints what was put right: "unite", two articles that are one; "part", a copy that is none.

    Example: luntan dedupe archive.db --dry-run -t
    """
    from archive.dedupe import dedupe, review

    with _bar("dedupe") as begin:
        found = review(archive, begin) if dry_run else dedupe(archive, workers, begin)
        print_rows((finding._asdict() for finding in found), form)


@click.command("merge")
@ARCHIVE
@click.argument("other", type=click.Path(path_type=Path, dir_okay=False))
def merge_command(archive: Path, other: Path) -> None:
    """Take over the articles, revisions, copies, captures and pages of another archive.

    The files of its evidence are to be copied by hand into the folder of this one's. Taken over twice,
    nothing changes.

    Example: luntan merge archive.db other.db
    """
    from archive.merge import merge

    with _bar("merge") as begin:
        merged = merge(archive, other, begin)
    told = ", ".join(f"{count} {what}" for what, count in merged.counts.items() if count)
    click.echo(f"{other}: {told or 'nothing'}", err=True)
    if merged.warc_files:
        click.echo(f"copy its evidence beside {archive}: {', '.join(merged.warc_files)}", err=True)


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int], Any]]:
    """A progress bar on stderr when someone watches, made once its length is known."""
    bars: list[Any] = []

    def begin(length: int) -> Any:
        hidden = not sys.stderr.isatty()
        bars.append(click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden))
        return bars[-1].__enter__()

    try:
        yield begin
    finally:
        for bar in bars:
            bar.__exit__(None, None, None)


COPY_COMMANDS: Iterable[click.Command] = (copies_command, dedupe_command, merge_command)
