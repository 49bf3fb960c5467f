"""Reading an archive: which articles, and one article with all that belongs to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlite_utils import Database

from archive.fold import name_forms

LISTED = ("id", "published_at", "site", "column", "title", "author", "editor", "url")
JSON_COLUMNS = frozenset(("keywords", "provenance"))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles. ``author`` and ``editor`` are one person's name; ``column`` is a Chinese label or the
    slug the article was found under; ``since`` and ``until`` (inclusive) are days or times as archived."""

    site: str | None = None
    column: str | None = None
    author: str | None = None
    editor: str | None = None
    since: str | None = None
    until: str | None = None

    def where(self) -> tuple[str, dict[str, str]]:
        """The SQL condition on ``articles`` and its parameters."""
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        return where((name, value) for name, value in given if value)


# Names are looked for in both scripts: the parameter is a JSON list of their forms.
_PERSON = (
    "id IN (SELECT article_id FROM bylines WHERE role = '{role}'"
    " AND name IN (SELECT value FROM json_each(:{{parameter}})))"
)
_CONDITIONS = {
    "site": "site = :{parameter}",
    "column": 'id IN (SELECT id FROM articles WHERE "column" IN (SELECT value FROM json_each(:{parameter}))'
    " UNION SELECT article_id FROM pages WHERE article_id IS NOT NULL"
    ' AND "column" IN (SELECT value FROM json_each(:{parameter})))',
    "author": _PERSON.format(role="author"),
    "editor": _PERSON.format(role="editor"),
    "since": "published_at >= :{parameter}",
    # The day itself and every time in it: "2019-11-07" < "2019-11-07T09:12+08:00" < "2019-11-07~".
    "until": "published_at <= :{parameter} || '~'",
}
FIELDS = tuple(_CONDITIONS)
_NAMES = ("column", "author", "editor")


def where(given: Iterable[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """The SQL condition on ``articles`` that all the (field, value) pairs hold, and its parameters.

    The fields are those of `Filters`; one may be given several times.
    """
    conditions, parameters = [], {}
    for number, (name, value) in enumerate(given):
        parameter = f"{name}{number}"
        conditions.append(_CONDITIONS[name].format(parameter=parameter))
        parameters[parameter] = json.dumps(name_forms(value)) if name in _NAMES else value
    return " AND ".join(conditions) or "TRUE", parameters


def list_articles(db: Database, filters: Filters) -> Iterator[dict[str, Any]]:
    """The chosen articles without their bodies, newest first."""
    where, values = filters.where()
    names = ", ".join(f'"{name}"' for name in LISTED)
    yield from db.query(
        f"SELECT {names} FROM articles WHERE {where} ORDER BY published_at DESC NULLS LAST, id DESC", values
    )


def get_article(db: Database, key: str) -> dict[str, Any] | None:
    """One article by its id or one of its addresses, with its people, pictures, copies and repairs."""
    sql = "SELECT * FROM articles WHERE {} = ?"
    found = list(db.query(sql.format("id" if key.isdecimal() else "url"), [key]))
    if not found:
        found = list(db.query(sql.format("id"), [_id_of_copy(db, key)]))
    if not found:
        return None
    article = found[0]
    for name in JSON_COLUMNS:
        article[name] = json.loads(article[name])
    for table in ("bylines", "images", "copies", "revisions", "repairs"):
        article[table] = list(db.query(f"SELECT * FROM {table} WHERE article_id = ?", [article["id"]]))
        for row in article[table]:
            del row["article_id"]
    return article


def _id_of_copy(db: Database, url: str) -> int | None:
    row = db.conn.execute("SELECT article_id FROM copies WHERE url = ?", [url]).fetchone()
    return row[0] if row else None


def counts(db: Database) -> dict[str, int]:
    """How many rows each table of the archive holds."""
    names = ("articles", "bylines", "images", "copies", "revisions", "repairs", "pages", "runs")
    return {name: db.conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
