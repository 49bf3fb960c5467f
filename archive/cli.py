"""The archive's verbs; list and show are here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.connect import open_readonly
from archive.copies_cli import COPY_COMMANDS
from archive.export_cli import export_command
from archive.history import edits
from archive.history_cli import history_command
from archive.options import ARCHIVE, filter_options
from archive.output import json_text, output_options, print_rows
from archive.query import Filters, get_article, list_articles
from archive.runs_cli import runs_command
from archive.search_cli import search_command
from archive.serve_cli import serve_command
from archive.stats_cli import stats_command
from archive.visible import visible


@click.command("list")
@ARCHIVE
@filter_options
@output_options
def list_command(archive: Path, form: str | None, **filters: str | None) -> None:
    """List articles, newest first.

    Example: luntan list archive.db --author 郑业奇 -t
    """
    print_rows(list_articles(open_readonly(archive), Filters(**filters)), form)


@click.command("show")
@ARCHIVE
@click.argument("article", metavar="ID|URL")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with everything that is known.")
@click.option("--revisions", is_flag=True, help="Print what was edited, the latest edit first.")
def show_command(archive: Path, article: str, as_json: bool, revisions: bool) -> None:
    """Show one article, by its id or address.

    Example: luntan show archive.db 1
    """
    found = get_article(open_readonly(archive), article)
    if found is None:
        raise click.ClickException(f"{archive}: no article {article} - see: luntan list {archive}")
    if revisions:
        click.echo(visible("\n".join(edits(found))) or f"{found['url']}: no earlier text is known")
    else:
        click.echo(json_text(found, indent=2) if as_json else visible(_as_text(found)))


def _as_text(article: dict[str, Any]) -> str:
    facts = [
        ("author", article["author"]),
        ("editor", article["editor"]),
        ("source", article["source"]),
        ("published", article["published_at"]),
        ("column", article["column"]),
        ("address", article["url"]),
        ("seen", f"{article['first_seen_at']} to {article['last_seen_at']}, revision {article['revision']}"),
        ("gone", article["gone_at"]),
        ("restored", f"{article['restored']:.1%} of the characters" if article["restored"] else None),
        *(("copy", f"{copy['url']} ({copy['kind']})") for copy in article["copies"]),
        *(("image", f"{image['url']} {image['caption'] or ''}") for image in article["images"]),
    ]
    head = "\n".join(f"{name:>10}  {value}" for name, value in facts if value)
    title = "\n".join(filter(None, (article["title"], article["subtitle"])))
    return f"{title}\n\n{head}\n\n" + "\n\n".join(article["body"].split("\n"))


COMMANDS = (
    list_command,
    show_command,
    search_command,
    history_command,
    runs_command,
    export_command,
    stats_command,
    serve_command,
    *COPY_COMMANDS,
)
