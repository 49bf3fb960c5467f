"""The pages: what is asked of the archive, and with which template it is shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote

from sqlite_utils import Database

from archive.search import search
from archive.serve import reading
from archive.serve.difference import differences

Answer = TypeVar("Answer")

# Nothing of an article is ever run: no script at all, no picture or frame from elsewhere.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
FOUND = 50


async def front(request: Any, datasette: Any) -> Any:
    """Counts, the newest articles, the ways in."""
    return await _page(datasette, request, "luntan_front.html", await _ask(datasette, reading.front))


async def search_results(request: Any, datasette: Any) -> Any:
    """What a search finds, best or newest first."""
    query, newest = request.args.get("q") or "", request.args.get("order") == "newest"

    def find(db: Database) -> dict[str, Any]:
        return {"found": list(search(db, query, newest=newest, limit=FOUND)), "limit": FOUND}

    found = await _ask(datasette, find)
    return await _page(datasette, request, "luntan_search.html", found | {"query": query, "newest": newest})


async def article(request: Any, datasette: Any) -> Any:
    """One article with its people, copies and earlier texts."""
    found = await _ask(datasette, lambda db: reading.article(db, request.url_vars["id"]))
    if found is None:
        return await _not_found(datasette, request, f"no article {request.url_vars['id']}")
    edits = [(revision, differences(earlier, later)) for revision, earlier, later in reading.edits(found)]
    return await _page(datasette, request, "luntan_article.html", {"article": found, "edits": edits})


async def people(request: Any, datasette: Any) -> Any:
    """Who wrote and who edited most."""
    return await _page(datasette, request, "luntan_people.html", await _ask(datasette, reading.people))


async def person(request: Any, datasette: Any) -> Any:
    """An author's or editor's articles by year."""
    name = unquote(request.url_vars["name"])
    found = await _ask(datasette, lambda db: reading.person(db, name))
    if not found["roles"]:
        return await _not_found(datasette, request, f"nobody named {name}")
    return await _page(datasette, request, "luntan_person.html", found | {"name": name})


async def feed(request: Any, datasette: Any) -> Any:
    """The newest articles as Atom."""
    found = await _ask(datasette, reading.feed)
    address = f"http://{request.host}"
    kind = "application/atom+xml; charset=utf-8"
    return await _page(datasette, request, "luntan_feed.xml", found | {"address": address}, kind)


async def _ask(datasette: Any, question: Callable[[Database], Answer]) -> Answer:
    def ask(conn: sqlite3.Connection) -> Answer:
        return question(Database(conn, execute_plugins=False))

    answer: Answer = await datasette.get_database("archive").execute_fn(ask)
    return answer


async def _page(
    datasette: Any,
    request: Any,
    template: str,
    context: dict[str, Any],
    content_type: str = "text/html; charset=utf-8",
    status: int = 200,
) -> Any:
    from datasette.utils.asgi import Response

    body = await datasette.render_template(template, context, request=request)
    return Response(body, status=status, headers=HEADERS, content_type=content_type)


async def _not_found(datasette: Any, request: Any, words: str) -> Any:
    return await _page(datasette, request, "luntan_missing.html", {"words": words}, status=404)
