"""The verb ``check``."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from archive.alarms import AlarmBook
from archive.check.finding import Finding
from archive.connect import explained, open_database
from archive.errors import ArchiveError
from archive.options import ARCHIVE, moment
from archive.output import output_options, print_rows
from archive.rows import now
from archive.visible import visible
from crawler.alarm import NotTold, notify, run_hook


@click.command("check")
@ARCHIVE
@click.option(
    "--since",
    default="7d",
    show_default=True,
    callback=moment,
    help="What is judged against what was before: a length of time (7d) or a day.",
)
@click.option("--deep", is_flag=True, help="Read the whole file, every text and all evidence.")
@click.option("--hook", metavar="COMMAND", help="Give new findings to this command, as JSON lines.")
@click.option(
    "--notify",
    "urls",
    multiple=True,
    metavar="URL",
    envvar="LUNTAN_NOTIFY",
    help="Tell new findings to this service (as apprise writes it); may be repeated; also LUNTAN_NOTIFY.",
)
@output_options
def check_command(
    archive: Path, since: str, deep: bool, hook: str | None, urls: tuple[str, ...], form: str | None
) -> None:
    """Find what is wrong with an archive and with its crawls; what can be mended is mended.

    Exit code 1 when a finding needs somebody. A hook or a service is told of each finding once, and
    reminded after a week while it stands.

    Example: luntan check archive.db --since 7d
    """
    from crawler.check import check

    at = now()
    try:
        db = open_database(archive, create=False)
    except ArchiveError as error:
        # Its words are "what is wrong - what to do".
        what, _, todo = str(error).rpartition(" - ")
        _tell([Finding("archive", "error", what or todo, todo)], archive, hook, urls)
        raise
    with contextlib.closing(db), explained(archive):
        findings = check(db.conn, archive, since, at, is_deep=deep, is_watched=sys.stderr.isatty())
        alarms = AlarmBook(db.conn)
        if form:
            print_rows(({**one.as_row(), "found_at": alarms.since(one)} for one in findings), form)
        else:
            for line in _as_text(archive, findings, alarms):
                click.echo(visible(line))
        is_damaged = any(finding.kind == "integrity" for finding in findings)
        # Nothing is written into a damaged file, so it is told every time.
        untold = findings if is_damaged else alarms.untold(at)
        is_told = _tell(untold, archive, hook, urls)
        if is_told and not is_damaged:
            alarms.told(untold, at)
    if any(finding.needs_somebody for finding in findings):
        sys.exit(1)


def _as_text(archive: Path, findings: Sequence[Finding], alarms: AlarmBook) -> Iterator[str]:
    for finding in findings:
        where = f"{finding.place}: " if finding.place else ""
        if not finding.needs_somebody:
            yield f"{archive}: {where}{finding.what} - mended"
            continue
        since = alarms.since(finding)
        yield f"{finding.severity}: {where}{finding.what}"
        if finding.example:
            yield f"    see: {finding.example}"
        yield f"    do:  {finding.todo}"
        if since:
            yield f"    found first: {since}"
    if not findings:
        click.echo(f"{archive}: nothing is wrong", err=True)


def _tell(findings: list[Finding], archive: Path, hook: str | None, urls: Sequence[str]) -> bool:
    """Tell the hook and the services, each whatever becomes of the other; whether all were told."""
    title = f"luntan: {archive.name}: {len(findings)} findings"
    ways = [partial(run_hook, hook)] if hook else []
    ways += [partial(notify, urls, title)] if urls else []
    failures = 0
    for tell in ways if findings else ():
        try:
            tell(findings)
        except NotTold as error:
            failures += 1
            click.echo(f"Error: {error}", err=True)
    return bool(ways) and not failures
