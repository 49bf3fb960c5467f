"""luntan in sqlite-utils: ``sqlite-utils search archive.db articles …`` as ``luntan search`` understands it.

SQL functions, in every connection that sqlite-utils opens:

``luntan_fold(text)``    one script, one width, small letters
``luntan_match(query)``  the words of a query for full text: ``articles_fts MATCH luntan_match('治理')``
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import click
import sqlite_utils

from archive.errors import ArchiveError
from archive.fold import fold
from archive.schema import APPLICATION_ID
from archive.search import finds, search_sql
from archive.search_cli import open_searchable
from archive.search_query import parse


@sqlite_utils.hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Make the SQL functions known to a connection."""
    conn.create_function("luntan_fold", 1, _fold, deterministic=True)
    conn.create_function("luntan_match", 1, _match, deterministic=True)
    conn.create_function("luntan_finds", 4, finds, deterministic=True)


@sqlite_utils.hookimpl
def register_commands(cli: click.Group) -> None:
    """Let the command ``search`` read queries of archives; other files and tables it searches as ever."""
    command = cli.commands["search"]
    stock = command.callback
    assert stock is not None

    # The stock command is handed the context by itself.
    def search(path: str, dbtable: str, **options: Any) -> None:
        if dbtable == "articles" and _is_archive(path):
            _search_archive(cli, path, **options)
        else:
            stock(path=path, dbtable=dbtable, **options)

    command.callback = search


def _search_archive(
    cli: click.Group,
    path: str,
    *,
    q: str,
    order: str | None,
    show_sql: bool,
    quote: bool,
    column: tuple[str, ...],
    limit: int | None,
    **output: Any,
) -> None:
    try:
        db = open_searchable(Path(path))
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    with contextlib.closing(db.conn):
        known = db["articles"].columns_dict
        if unknown := [name for name in column if name not in known]:
            raise click.ClickException(f"Table 'articles' has no column '{unknown[0]}'")
        sql, parameters = search_sql(
            db.conn, f'"{q}"' if quote else q, column or tuple(known), newest=False, limit=limit
        )
    if order:
        parameters["limit"] = -1
        sql = f"SELECT * FROM ({sql}) ORDER BY {order} LIMIT {-1 if limit is None else limit}"
    if show_sql:
        click.echo(sql)
        return
    parameters = {name: str(value) for name, value in parameters.items()}
    click.get_current_context().invoke(
        cli.commands["query"], path=path, sql=sql, param=list(parameters.items()), **output
    )


def _is_archive(path: str) -> bool:
    try:
        with contextlib.closing(
            sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
        ) as conn:
            found: tuple[int] = conn.execute("PRAGMA application_id").fetchone()
    except sqlite3.Error:
        return False
    return found[0] == APPLICATION_ID


def _fold(text: object) -> str | None:
    return None if text is None else fold(str(text))


def _match(query: object) -> str:
    return parse(str(query)).match
