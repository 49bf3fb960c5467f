"""Arguments and options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

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
