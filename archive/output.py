"""How every verb that prints rows prints them: JSON, JSON lines, CSV, TSV or a table."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click
from tabulate import tabulate

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
            click.echo(json.dumps(row, ensure_ascii=False))
    elif form in ("csv", "tsv"):
        _print_separated(rows, "," if form == "csv" else "\t")
    elif form == "table":
        click.echo(tabulate(rows, headers="keys"))
    else:
        _print_array(rows)


def _print_array(rows: Iterable[Mapping[str, Any]]) -> None:
    before = "["
    for row in rows:
        click.echo(before + json.dumps(row, ensure_ascii=False), nl=False)
        before = ",\n "
    click.echo("[]" if before == "[" else "]")


def _print_separated(rows: Iterable[Mapping[str, Any]], delimiter: str) -> None:
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(sys.stdout, list(row), delimiter=delimiter, lineterminator="\n")
            writer.writeheader()
        writer.writerow(row)
