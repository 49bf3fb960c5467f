"""Counting an archive: articles by site, column, month or year and who of them names people; sizes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from sqlite_utils import Database

# How the articles can be grouped: what stands in a row's first columns.
GROUPS = {
    "site": ("site",),
    "column": ("site", "column"),
    "month": ("substr(published_at, 1, 7) AS month",),
    "year": ("substr(published_at, 1, 4) AS year",),
}
BAR = 50
_EIGHTHS = " ▏▎▍▌▋▊▉"


def stats(db: Database, by: str) -> Iterator[dict[str, Any]]:
    """Articles by ``site``, ``column``, ``month`` or ``year`` (the keys of `GROUPS`), in that order.

    ``with_author`` and ``with_editor`` are the shares that name one. The group of articles without a value
    (a printed time, a column) is NULL.
    """
    names = [f'"{name}"' if " " not in name else name for name in GROUPS[by]]
    groups = ", ".join(str(number) for number in range(1, len(names) + 1))
    yield from db.query(
        f"SELECT {', '.join(names)}, count(*) AS articles, round(avg(author IS NOT NULL), 3) AS with_author,"
        " round(avg(editor IS NOT NULL), 3) AS with_editor, min(published_at) AS first_published_at,"
        f" max(published_at) AS last_published_at FROM articles GROUP BY {groups} ORDER BY {groups}"
    )


def sizes(db: Database) -> Iterator[dict[str, Any]]:
    """Rows and bytes (indexes included) of each table; ``articles_fts`` is the full-text index.

    ``bytes`` is None where this SQLite can not tell.
    """
    tables = [name for name in db.table_names() if not name.startswith(("sqlite_", "_", "articles_fts_"))]
    measured = _bytes(db.conn)
    for name in tables:
        count = (
            db.conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            if name != "articles_fts"
            else None
        )
        yield {"table": name, "rows": count, "bytes": measured.get(name)}


def _bytes(conn: sqlite3.Connection) -> dict[str, int]:
    owner = "CASE WHEN tbl_name LIKE 'articles\\_fts\\_%' ESCAPE '\\' THEN 'articles_fts' ELSE tbl_name END"
    try:
        # Not the sum of pgsize: dbstat's own sums end at 2 GB.
        found = conn.execute(
            f"SELECT {owner}, sum(pageno) * (SELECT page_size FROM pragma_page_size)"
            " FROM dbstat JOIN sqlite_master USING (name) WHERE aggregate = TRUE GROUP BY 1"
        )
        return dict(found.fetchall())
    except sqlite3.OperationalError:
        return {}


def plot(rows: Iterable[dict[str, Any]], by: str) -> Iterator[str]:
    """One bar a group, as long as its number of articles.

    >>> for line in plot([{"year": "2024", "articles": 4}, {"year": None, "articles": 1}], "year"):
    ...     print(line)
    2024  ██████████████████████████████████████████████████ 4
    -     ████████████▌ 1
    """
    bars = [(_label(row, by), row["articles"]) for row in rows]
    width = max((_width(label) for label, _ in bars), default=0)
    most = max((articles for _, articles in bars), default=1)
    for label, articles in bars:
        eighths = round(articles * BAR * 8 / most)
        bar = "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
        yield f"{label}{' ' * (width - _width(label))}  {bar} {articles}"


def _label(row: dict[str, Any], by: str) -> str:
    names = ("site", "column") if by == "column" else (by,)
    return " ".join(row[name] or "-" for name in names)


def _width(text: str) -> int:
    return sum(2 if character >= "\u1100" else 1 for character in text)
