"""How every verb that prints rows prints them: JSON, JSON lines, CSV, TSV or a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click
from tabulate import tabulate

from archive.separated import separated
from archive.visible import visible, visible_json

Command = TypeVar("Command", bound=Callable[..., Any])


def output_options(command: Command) -> Command:
    """Give a click command ``--nl --csv --tsv --table``; it receives ``form`` (None: a JSON array)."""
    for flag, help_text in (
        ("--table", "a table for people"),
        ("--tsv", "tab-separated values"),
        ("--csv", "comma-separated values"),
        ("--nl", "JSON lines"),
    ):
        names = ["-t", flag] if flag == "--table" else [flag]
        command = click.option(*names, "form", flag_value=flag[2:], help=f"Print {help_text}.")(command)
    return command


def print_rows(rows: Iterable[Mapping[str, Any]], form: str | None) -> None:
    """Print ``rows`` (all with the same keys) as they come, in ``form``; only a table waits for all."""
    if form == "nl":
        for row in rows:
            click.echo(json_text(row))
    elif form in ("csv", "tsv"):
        _print_separated(rows, "," if form == "csv" else "\t")
    elif form == "table":
        click.echo(visible(tabulate(rows, headers="keys")))
    else:
        _print_array(rows)


def json_text(value: Any, indent: int | None = None) -> str:
    """A value as JSON that is safe to look at in a terminal."""
    return visible_json(json.dumps(value, ensure_ascii=False, indent=indent))


def _print_array(rows: Iterable[Mapping[str, Any]]) -> None:
    before = "["
    for row in rows:
        click.echo(before + json_text(row), nl=False)
        before = ",\n "
    click.echo("[]" if before == "[" else "]")


def _print_separated(rows: Iterable[Mapping[str, Any]], delimiter: str) -> None:
    writer, is_watched = separated(sys.stdout, delimiter), sys.stdout.isatty()
    for number, row in enumerate(rows):
        if number == 0:
            writer.writerow(row)
        # A file gets the very values; who looks at them in a terminal sees what would steer it.
        writer.writerow(map(_shown, row.values()) if is_watched else row.values())


def _shown(value: Any) -> Any:
    return visible(value) if isinstance(value, str) else value
