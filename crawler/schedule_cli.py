"""The verbs that crawl again and again: schedule and watch."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from archive.durations import format_duration, parse_duration
from archive.options import ARCHIVE
from archive.visible import visible_line
from crawler.schedule import MINUTE, Schedule, luntan_program, usual_jitter
from crawler.sites import get_columns, get_site


class Duration(click.ParamType[timedelta]):
    """A length of time, such as 90m, 6h or 1d12h."""

    name = "duration"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> timedelta:
        """Read ``value``; a usage error where it is none."""
        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), parameter, context)


EVERY = click.option("--every", type=Duration(), required=True, help="How often: 30m, 6h, 1d.")
JITTER = click.option(
    "--jitter", type=Duration(), help="Begin up to so much later (a tenth of --every, at most 10m)."
)
COLUMN = click.option(
    "--column", "columns", multiple=True, help="Only this column (slug or label); may be repeated."
)


@click.command("schedule")
@ARCHIVE
@click.argument("site")
@EVERY
@JITTER
@COLUMN
@click.option("--systemd", "kind", flag_value="systemd", help="Write a service and a timer of your user.")
@click.option("--cron", "kind", flag_value="cron", help="Write a line into your crontab.")
@click.option("--print", "is_print", is_flag=True, help="Only print what would be written.")
def schedule_command(
    archive: Path,
    site: str,
    every: timedelta,
    jitter: timedelta | None,
    columns: tuple[str, ...],
    kind: str | None,
    is_print: bool,
) -> None:
    """Let systemd or cron crawl a site again and again. The same command twice changes nothing.

    Example: luntan schedule archive.db rmlt --every 6h --systemd
    """
    schedule = _schedule(archive, site, every, jitter, columns)
    if every % MINUTE or every < MINUTE:
        raise click.BadParameter("give whole minutes", param_hint="--every")
    if kind is None and not is_print:
        raise click.UsageError("say where to write: --systemd or --cron, or only look with --print")
    if kind != "cron":
        _systemd(schedule, is_print)
    if kind != "systemd":
        _cron(schedule, is_print, is_only=kind == "cron")


@click.command("watch")
@ARCHIVE
@click.argument("sites", metavar="SITE...", nargs=-1, required=True)
@EVERY
@JITTER
@COLUMN
@click.option("--log-json", is_flag=True, help="Log one JSON object a line.")
@click.option("-s", "settings", multiple=True, help="A Scrapy setting, NAME=VALUE.")
def watch_command(
    archive: Path,
    sites: tuple[str, ...],
    every: timedelta,
    jitter: timedelta | None,
    columns: tuple[str, ...],
    log_json: bool,
    settings: tuple[str, ...],
) -> None:
    """Crawl sites again and again, one after the other, until stopped: without cron, as in a container.

    Example: luntan watch archive.db rmlt --every 6h
    """
    from crawler.logs import voice
    from crawler.watch import Watch

    if columns and len(sites) > 1:
        raise click.UsageError("--column names columns of one site - watch one site with it")
    schedules = [_schedule(archive, site, every, jitter, columns) for site in dict.fromkeys(sites)]
    options = ["--log-json"] if log_json else []
    for setting in settings:
        options += ["-s", setting]
    sys.exit(Watch(schedules, options, voice(as_json=log_json)).run())


def _schedule(
    archive: Path, site: str, every: timedelta, jitter: timedelta | None, columns: tuple[str, ...]
) -> Schedule:
    known = get_site(site)
    chosen = get_columns(known, columns) if columns else ()
    path = archive.absolute()
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent} - make it first", param_hint="ARCHIVE")
    if visible_line(str(path)) != str(path) or any(part.endswith(("\\", " ")) for part in path.parts):
        raise click.BadParameter(f"{str(path)!r} can not stand in a unit or a crontab", param_hint="ARCHIVE")
    if jitter is not None and jitter >= every:
        raise click.BadParameter(f"give less than --every {format_duration(every)}", param_hint="--jitter")
    return Schedule(
        archive=path,
        site=site,
        every=every,
        jitter=usual_jitter(every) if jitter is None else jitter,
        columns=tuple(column.slug for column in chosen),
        program=luntan_program(),
    )


def _systemd(schedule: Schedule, is_print: bool) -> None:
    from crawler.systemd import ForeignUnit, unit_folder, unit_name, units, write_units

    folder = unit_folder()
    try:
        if is_print:
            name = unit_name(schedule, folder)
            for suffix, text in units(schedule).items():
                click.echo(f"# --- {folder / name}{suffix}\n{text}")
            return
        name, changed = write_units(schedule, folder)
    except ForeignUnit as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder}: {error.strerror}") from error
    for path, is_new in changed.items():
        click.echo(f"{'wrote' if is_new else 'unchanged:'} {path}")
    click.echo(
        f"""
To start it:
  systemctl --user daemon-reload
  systemctl --user enable --now {name}.timer
  loginctl enable-linger                          # also while you are not logged in
To look at it:
  systemctl --user list-timers {name}.timer
  journalctl --user --unit {name}.service
To end it:
  systemctl --user disable --now {name}.timer"""
    )


def _cron(schedule: Schedule, is_print: bool, *, is_only: bool) -> None:
    from crawler.crontab import NoCrontab, install
    from crawler.schedule import NotOnTheCalendar, crontab_lines

    try:
        lines = crontab_lines(schedule)
        if is_print:
            click.echo("\n".join(["# --- crontab", *lines]))
            return
        is_new = install(schedule)
    except NotOnTheCalendar as error:
        if not is_only:
            click.echo(f"# --- crontab\n# {error}")
            return
        raise click.BadParameter(f"{error}, or --systemd, which can say any", param_hint="--every") from error
    except NoCrontab as error:
        words = f"{error} - add the lines by hand (crontab -e):"
        raise click.ClickException("\n".join([words, *lines])) from error
    click.echo("\n".join([f"crontab: {'written' if is_new else 'unchanged'}", *lines]))
    click.echo("To end it, delete both lines: crontab -e")
