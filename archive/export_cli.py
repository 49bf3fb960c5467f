"""The verb ``export``."""

from __future__ import annotations

import dataclasses
import difflib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import click
from sqlite_utils import Database

from archive import export_file
from archive.changes import last_change
from archive.connect import explained, open_database, open_readonly
from archive.export import Selection, count_articles, export_lines, export_rows
from archive.export_state import read_state, write_state
from archive.fields import FIELDS, PARTS, schema
from archive.options import filter_options
from archive.query import Filters
from archive.visible import visible_json

Row = TypeVar("Row")


def _names(known: Iterable[str]) -> Callable[[click.Context, click.Parameter, str | None], tuple[str, ...]]:
    def read(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(filter(None, (name.strip() for name in (value or "").split(",")))))
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                raise click.BadParameter(f"{name!r} is none of them: {hint}", context, parameter)
        return names

    return read


@click.command("export")
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False), required=False)
@filter_options
@click.option(
    "--fields", callback=_names(FIELDS), help="Only these fields, in this order: title,author,body."
)
@click.option("--include", "parts", callback=_names(PARTS), help=f"Add these parts: {','.join(PARTS)}.")
@click.option("--csv", "is_csv", is_flag=True, help="CSV instead of JSON lines.")
@click.option("--since-run", type=click.IntRange(1), help="Only what changed since this run (runs.id) began.")
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Only what changed since the last export with this file, which is then brought forward.",
)
@click.option("--schema", "is_schema", is_flag=True, help="Print the JSON Schema of a line instead.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write this file, whole or not at all; packed by .gz or .zst, Parquet by .parquet, CSV by .csv.",
)
def export_command(
    archive: Path | None,
    fields: tuple[str, ...],
    parts: tuple[str, ...],
    is_csv: bool,
    since_run: int | None,
    state: Path | None,
    is_schema: bool,
    output: Path | None,
    **filters: str | None,
) -> None:
    """Print articles as JSON lines, one article a line, or write them to a file.

    Example: luntan export archive.db --since 2019-01-01 -o articles.jsonl.zst
    """
    selection = Selection(Filters(**filters), fields or tuple(FIELDS), parts)
    if is_schema:
        click.echo(json.dumps(schema(selection.fields, parts), ensure_ascii=False, indent=2))
        return
    if archive is None:
        raise click.UsageError("Missing argument 'ARCHIVE'.")
    form = _form(output, is_csv)
    if parts and form == "csv":
        raise click.UsageError("--include needs JSON lines or Parquet: a cell of CSV holds no list")
    if state or since_run:
        # An archive of an earlier luntan has no record of changes yet.
        open_database(archive, create=False).close()
    db = open_readonly(archive)
    with explained(archive):
        if since_run:
            selection = dataclasses.replace(selection, changed_since=_begin_of(db, since_run))
        if state:
            _export_changes(db, selection, form, output, state)
        else:
            _export(db, selection, form, output)


def _export_changes(db: Database, selection: Selection, form: str, output: Path | None, state: Path) -> None:
    # One transaction: what is given and the number of its last change are of the same moment.
    db.conn.execute("BEGIN")
    last, described = last_change(db.conn), json.loads(json.dumps(dataclasses.asdict(selection)))
    selection = dataclasses.replace(selection, after_change=read_state(state, described, last))
    if output and not count_articles(db, selection):
        click.echo(f"nothing new: {output} is not written", err=True)
    else:
        _export(db, selection, form, output)
    with export_file.whole_file(state) as beside:
        write_state(beside, described, last)


def _export(db: Database, selection: Selection, form: str, output: Path | None) -> None:
    is_watched = sys.stderr.isatty() and (output is not None or not sys.stdout.isatty())
    length = count_articles(db, selection) if is_watched else None

    def watched(rows: Iterable[Row]) -> Iterator[Row]:
        with click.progressbar(
            rows, length=length, label="export", file=sys.stderr, hidden=not is_watched
        ) as seen:
            yield from seen

    if output is None:
        out = sys.stdout.buffer
        if form == "csv":
            export_file.copy_csv(watched(export_rows(db, selection)), selection.fields, out)
        else:
            lines = watched(export_lines(db, selection))
            export_file.copy_lines(map(_to_look_at, lines) if sys.stdout.isatty() else lines, out)
        out.flush()
        return
    with export_file.whole_file(output) as beside:
        if form == "csv":
            rows = watched(export_rows(db, selection))
            export_file.write_csv(rows, selection.fields, beside, output.name)
        elif form == "parquet":
            lines = watched(export_lines(db, selection))
            export_file.write_parquet(lines, selection.fields, selection.parts, beside)
        else:
            export_file.write_lines(watched(export_lines(db, selection)), beside, output.name)


def _to_look_at(line: bytes) -> bytes:
    return visible_json(line.decode()).encode()


def _begin_of(db: Database, run: int) -> str:
    found = db.conn.execute("SELECT started_at FROM runs WHERE id = ?", (run,)).fetchone()
    if found is None:
        raise click.BadParameter(f"there is no run {run}", param_hint="--since-run")
    return str(found[0])


def _form(output: Path | None, is_csv: bool) -> str:
    name = output.name.removesuffix(".gz").removesuffix(".zst") if output else ""
    if output and output.suffix == ".parquet":
        return "parquet"
    return "csv" if is_csv or name.endswith(".csv") else "jsonl"
