"""Arguments and options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from archive.durations import parse_duration
from archive.rows import BEIJING

Command = TypeVar("Command", bound=Callable[..., Any])

ARCHIVE = click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))


def filter_options(command: Command) -> Command:
    """Give a click command the filters of articles, one option a field of `archive.query.Filters`."""
    for name, help_text in (
        ("until", "Published on or before this day (2019-11-07)."),
        ("since", "Published on or after this day."),
        ("editor", "With this editor (one person's name)."),
        ("author", "By this author (one person's name)."),
        ("column", "In this column: its Chinese label or slug."),
        ("site", "From this site (see: luntan sites)."),
    ):
        command = click.option(f"--{name}", help=help_text)(command)
    return command


def moment(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A click callback: a day (2024-11-07) or a length of time back from now (7d) as the archive's time."""
    if value is None:
        return None
    try:
        return (datetime.now(BEIJING) - parse_duration(value)).isoformat(timespec="seconds")
    except ValueError:
        pass
    try:
        return f"{date.fromisoformat(value)}T00:00:00+08:00"
    except ValueError as error:
        message = f"{value!r} is no day (2024-11-07) and no length of time (7d)"
        raise click.BadParameter(message, context, parameter) from error
