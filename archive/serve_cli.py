"""The verb ``serve``."""

from __future__ import annotations

from pathlib import Path

import click

from archive.options import ARCHIVE
from archive.search_cli import open_searchable


@click.command("serve")
@ARCHIVE
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
def serve_command(archive: Path, port: int) -> None:
    """Show an archive in the browser: search, articles, people, tables; read-only, for this machine alone.

    Example: luntan serve archive.db
    """
    from archive.serve.app import run

    open_searchable(archive).close()
    click.echo(f"{archive}: http://127.0.0.1:{port}/ (Ctrl-C ends it)", err=True)
    run(archive, port)
