"""The command ``luntan``: crawl, ingest, extract, sites, columns, demo, and the archive's own verbs."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archive.cli import COMMANDS
from archive.errors import ArchiveError
from archive.options import ARCHIVE
from archive.output import output_options, print_rows
from archive.visits import recheck_days
from crawler.check_cli import check_command
from crawler.sites import SITES, UnknownName, get_columns, get_site


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
@click.option("--no-warc", is_flag=True, help="Keep no evidence of what was received.")
@click.option("-s", "settings", multiple=True, callback=_settings, help="A Scrapy setting, NAME=VALUE.")
def crawl(
    archive: Path,
    site: str,
    columns: tuple[str, ...],
    pages: int | None,
    limit: int | None,
    full: bool,
    recheck: list[int] | None,
    no_warc: bool,
    settings: dict[str, str],
) -> None:
    """Crawl the columns of a site into an archive, which is made if it does not exist.

    Example: luntan crawl archive.db rmlt --column dangjian --pages 2
    """
    from crawler.crawling import crawl_settings, run_crawls
    from crawler.outcome import problems, summary

    get_columns(get_site(site), columns)
    arguments = {
        "site": site,
        "column": ",".join(columns),
        "pages": pages or 0,
        "limit": limit or 0,
        "full": full,
    }
    chosen: dict[str, Any] = {"LOG_LEVEL": "ERROR"} if sys.stderr.isatty() else {}
    if recheck is not None:
        chosen["ARCHIVE_RECHECK_DAYS"] = recheck
    if no_warc:
        chosen["EVIDENCE_ENABLED"] = False
    (stats,) = run_crawls(crawl_settings(archive, chosen | settings), [arguments])
    click.echo(f"{archive}: {summary(stats)}", err=True)
    _end(problems(stats))


@main.command()
@ARCHIVE
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, allow_dash=True)
)
@click.option("--any-site", is_flag=True, help="Take all pages of WARC and WET files, not only known sites'.")
def ingest(archive: Path, paths: tuple[Path, ...], any_site: bool) -> None:
    """Read saved pages (.html, .txt, .warc, .wet, folders of them, - for standard input) into an archive.

    Example: luntan ingest archive.db saved-pages/
    """
    from crawler.ingest import ingest_all

    report = ingest_all(archive, paths, is_watched=sys.stderr.isatty(), any_site=any_site)
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
    from crawler.ingest import page_of, read_file, read_saved, read_stream
    from pipelines.errors import Refusal

    try:
        saved = read_stream(sys.stdin.buffer) if str(file) == "-" else read_file(file)
        article = read_saved(saved, page_of(saved, url))
    except Refusal as refusal:
        raise click.ClickException(f"{file}: {refusal.reason}") from refusal
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    if explain:
        click.echo(explanation(article))
    else:
        click.echo(json.dumps(extracted(article), ensure_ascii=False, indent=2))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, allow_dash=True), default="-")
@click.option("--report", type=click.Choice(["json"]), help="Print one JSON object: text, verdict, repairs.")
def restore(file: Path, report: str | None) -> None:
    """Undo what a hijacked mirror did to a text (a file or standard input); any other text passes untouched.

    Example: luntan restore damaged.txt > original.txt
    """
    from crawler.ingest import read_file, read_stream
    from crawler.reader.decode import decode
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
        click.echo(json.dumps(asdict(restored), ensure_ascii=False, indent=2))
    else:
        click.echo(restored.text, nl=False)


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
        click.echo(f"Error: {problem}", err=True)
    if problems:
        sys.exit(1)


for command in (*COMMANDS, check_command):
    main.add_command(command)
