"""Our part of Datasette: routes of our own, and a search that finds short Chinese words."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import pluggy

from archive import plugin as sqlite_utils_plugin
from archive.search_query import parse
from archive.serve import pages

hookimpl = pluggy.HookimplMarker("datasette")

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Our functions; and Datasette's own way to ask the full-text index, by our terms."""
    sqlite_utils_plugin.prepare_connection(conn)
    conn.create_function("escape_fts", 1, lambda text: parse(str(text)).match or '""', deterministic=True)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """The pages of `archive.serve.pages`."""
    return [
        (r"^/$", pages.front),
        (r"^/search$", pages.search_results),
        (r"^/article/(?P<id>\d{1,18})$", pages.article),
        (r"^/people$", pages.people),
        (r"^/person/(?P<name>[^/]+)$", pages.person),
        (r"^/feed\.atom$", pages.feed),
    ]


@hookimpl
def render_cell(value: Any, column: str, table: str | None, row: Any) -> Any:
    """Titles in Datasette's tables lead to our article page."""
    if column == "title" and table == "listing" and value:
        from markupsafe import Markup

        return Markup('<a href="/article/{}">{}</a>').format(row["id"], value)
    return None


@hookimpl
def asgi_wrapper() -> Callable[[Any], Any]:
    """Answer only to names of this machine: no other site may read the archive by a name of its own."""

    def wrap(app: Any) -> Any:
        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
                if host.rpartition(":")[0] not in LOOPBACK and host not in LOOPBACK:
                    await send({"type": "http.response.start", "status": 421, "headers": []})
                    await send(
                        {"type": "http.response.body", "body": b"this server answers to 127.0.0.1 only"}
                    )
                    return
            await app(scope, receive, send)

        return guarded

    return wrap
