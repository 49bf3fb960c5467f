"""The command ``luntan``: crawl, ingest, extract, sites, columns, demo, and the archive's own verbs."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import click

from archive.cli import COMMANDS
from archive.errors import ArchiveError
from archive.options import ARCHIVE
from archive.output import json_text, output_options, print_rows
from archive.visible import visible
from archive.visits import recheck_days
from crawler.check_cli import check_command
from crawler.manners.introduce import ContactType, introduce
from crawler.schedule_cli import schedule_command, watch_command
from crawler.sites import SITES, UnknownName, get_columns, get_site
from crawler.sites.base import Column, Site


class Luntan(click.Group):
    """The group of all verbs: turns what can be foreseen into one sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            raise click.ClickException(str(error)) from error
        except UnknownName as error:
            raise click.UsageError(str(error)) from error
        except BrokenPipeError:
            # The reader of our output (head, less) has seen enough. Python would complain once more at exit.
            sys.stderr.close()
            sys.exit(0)


@click.group(cls=Luntan, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="luntan")
def main() -> None:
    """Crawl and archive Chinese column journalism in SQLite, with author and editor fields.

    Exit codes: 0 done (also: nothing new), 1 someone must act, 2 wrong usage.
    """


def _settings(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", context, parameter)
    return dict(value.split("=", 1) for value in values)


def _days(context: click.Context, parameter: click.Parameter, value: str | None) -> list[int] | None:
    if value is None:
        return None
    if value == "never":
        return []
    try:
        return recheck_days(value.split(","))
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from error


@main.command()
@ARCHIVE
@click.argument("site")
@click.option("--column", "columns", multiple=True, help="Only this column (slug or label); may be repeated.")
@click.option("--pages", type=click.IntRange(1), help="At most this many list pages a column.")
@click.option("--limit", type=click.IntRange(1), help="At most this many articles.")
@click.option("--full", is_flag=True, help="Walk all list pages, not only as far as new articles appear.")
@click.option(
    "--recheck",
    metavar="DAYS",
    callback=_days,
    help="Look at an article again so many days after it was found (1,3,7,30,180), or never.",
)
@click.option(
    "--contact",
    metavar="MAIL|URL",
    envvar="LUNTAN_CONTACT",
    show_envvar=True,
    type=ContactType(),
    help="How the site can reach you; sent with every request, remembered in the archive.",
)
@click.option("--no-warc", is_flag=True, help="Keep no evidence of what was received.")
@click.option(
    "--busy",
    type=click.Choice(["fail", "skip", "wait"]),
    default="fail",
    help="Where the site is being crawled already: fail (exit 1), skip (say so, exit 0) or wait for its end.",
)
@click.option("--log-json", is_flag=True, help="Log one JSON object a line, whoever watches.")
@click.option("--dry-run", is_flag=True, help="Print what would be fetched, and fetch and write nothing.")
@output_options
@click.option("-s", "settings", multiple=True, callback=_settings, help="A Scrapy setting, NAME=VALUE.")
def crawl(
    archive: Path,
    site: str,
    columns: tuple[str, ...],
    pages: int | None,
    limit: int | None,
    full: bool,
    recheck: list[int] | None,
    contact: str | None,
    no_warc: bool,
    busy: Literal["fail", "skip", "wait"],
    log_json: bool,
    dry_run: bool,
    form: str | None,
    settings: dict[str, str],
) -> None:
    """Crawl the columns of a site into an archive, which is made if it does not exist.

    Example: luntan crawl archive.db rmlt --column dangjian --pages 2
    """
    chosen_columns = get_columns(get_site(site), columns)
    if dry_run:
        _print_plan(archive, get_site(site), chosen_columns, limit or 0, form)
        return
    if form:
        raise click.UsageError(f"--{form} says how --dry-run prints - give it with --dry-run")
    from crawler.crawling import crawl_settings, crawl_when_free
    from crawler.logs import BadLogSetting, tell, voice
    from crawler.report import report
    from crawler.screen import is_watched

    _check_quiet_hours(settings)
    introduce(archive, get_site(site), contact)
    arguments = {
        "site": site,
        "column": ",".join(columns),
        "pages": pages or 0,
        "limit": limit or 0,
        "full": full,
    }
    chosen: dict[str, Any] = {"LOG_JSON": log_json}
    if is_watched() and not log_json:
        chosen["LOG_LEVEL"] = "ERROR"
    if recheck is not None:
        chosen["ARCHIVE_RECHECK_DAYS"] = recheck
    if no_warc:
        chosen["EVIDENCE_ENABLED"] = False
    how = voice(as_json=log_json)
    try:
        stats = crawl_when_free(crawl_settings(archive, chosen | settings), arguments, busy, how)
    except ArchiveError as error:
        tell(how, logging.ERROR, str(error))
        sys.exit(1)
    except BadLogSetting as error:
        raise click.BadParameter(str(error), param_hint="-s") from error
    if stats is not None and report(archive, stats, how):
        sys.exit(1)


def _print_plan(archive: Path, site: Site, columns: Sequence[Column], limit: int, form: str | None) -> None:
    from crawler.plan import plan

    counts: Counter[str] = Counter()

    def steps() -> Iterator[dict[str, Any]]:
        for step in plan(archive, site, columns, limit):
            counts[step.kind] += 1
            yield step._asdict()

    print_rows(steps(), form)
    words = f"{counts['list']} list pages and {counts['article']} articles, and what is new on the list pages"
    click.echo(f"{archive}: would fetch {words}; nothing was fetched", err=True)


def _check_quiet_hours(settings: dict[str, str]) -> None:
    from crawler.manners.quiet import quiet_ranges

    try:
        quiet_ranges(settings.get("QUIET_HOURS", ""))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="-s QUIET_HOURS") from error


@main.command()
@ARCHIVE
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, allow_dash=True)
)
@click.option("--any-site", is_flag=True, help="Take all pages of WARC and WET files, not only known sites'.")
@click.option("--no-warc", is_flag=True, help="Keep no evidence of what was received.")
def ingest(archive: Path, paths: tuple[Path, ...], any_site: bool, no_warc: bool) -> None:
    """Read saved pages (.html, .txt, .warc, .wet, folders of them, - for standard input) into an archive.

    Example: luntan ingest archive.db saved-pages/
    """
    from crawler.ingest import ingest_all

    report = ingest_all(
        archive, paths, is_watched=sys.stderr.isatty(), any_site=any_site, keeps_evidence=not no_warc
    )
    click.echo(f"{archive}: {report.summary}", err=True)
    _end(report.problems)


@main.command()
@ARCHIVE
def replay(archive: Path) -> None:
    """Read all evidence again with today's readers, offline; better readings update the archive.

    Example: luntan replay archive.db
    """
    from crawler.replay import replay as replay_evidence

    report = replay_evidence(archive, is_watched=sys.stderr.isatty())
    click.echo(f"{archive}: {report.summary}", err=True)
    _end(report.problems)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option("--url", help="The page's address; without it the one the page states.")
@click.option("--explain", is_flag=True, help="Say for each field the rule, the words and the place.")
def extract(file: Path, url: str | None, explain: bool) -> None:
    """Read one saved page and print it as one JSON object; no archive is touched.

    Example: luntan extract page.html --url http://www.rmlt.com.cn/2019/1107/561091.shtml
    """
    from crawler.extract import explanation, extracted
    from crawler.saved import page_of, read_file, read_saved, read_stream
    from pipelines.errors import Refusal

    try:
        saved = read_stream(sys.stdin.buffer) if str(file) == "-" else read_file(file)
        article = read_saved(saved, page_of(saved, url))
    except Refusal as refusal:
        raise click.ClickException(f"{file}: {refusal.reason}") from refusal
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    if explain:
        click.echo(visible(explanation(article)))
    else:
        click.echo(json_text(extracted(article), indent=2))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, allow_dash=True), default="-")
@click.option("--report", type=click.Choice(["json"]), help="Print one JSON object: text, verdict, repairs.")
def restore(file: Path, report: str | None) -> None:
    """Undo what a hijacked mirror did to a text (a file or standard input); any other text passes untouched.

    Example: luntan restore damaged.txt > original.txt
    """
    from crawler.reader.decode import decode
    from crawler.saved import read_file, read_stream
    from pipelines.errors import Refusal
    from pipelines.restore import restore as restore_text

    try:
        saved = read_stream(sys.stdin.buffer) if str(file) == "-" else read_file(file)
        restored = restore_text(decode(saved.body, saved.name))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    if report:
        click.echo(json_text(asdict(restored), indent=2))
    else:
        click.echo(visible(restored.text) if sys.stdout.isatty() else restored.text, nl=False)


@main.command()
@output_options
def sites(form: str | None) -> None:
    """List the sites that luntan knows.

    Example: luntan sites -t
    """
    rows = (
        {"name": site.name, "label": site.label, "columns": len(site.columns), "hosts": " ".join(site.hosts)}
        for site in SITES.values()
    )
    print_rows(rows, form)


@main.command()
@click.argument("site")
@output_options
def columns(site: str, form: str | None) -> None:
    """List the columns of a site.

    Example: luntan columns rmlt -t
    """
    print_rows(
        (
            {"slug": column.slug, "label": column.label, "url": column.url}
            for column in get_site(site).columns
        ),
        form,
    )


@main.command()
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False), default="demo.db")
def demo(archive: Path) -> None:
    """Serve a small sample site on this machine, crawl it, and say what to try next.

    Example: luntan demo demo.db
    """
    from crawler.demo.run import run_demo

    _end(run_demo(archive))


def _end(problems: list[str]) -> None:
    for problem in problems:
        click.echo(visible(f"Error: {problem}"), err=True)
    if problems:
        sys.exit(1)


for command in (*COMMANDS, check_command, schedule_command, watch_command):
    main.add_command(command)
