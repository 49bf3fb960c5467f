"""What the pages show, read from an archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from archive.query import Filters, counts, get_article, list_articles

NEWEST = 30
PEOPLE = 60
WORKS = 500

# What XML 1.0 can not hold.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def front(db: Database) -> dict[str, Any]:
    """Counts, the sites and columns with their articles, the newest articles."""
    columns = db.query(
        'SELECT site, "column", count(*) AS articles, max(published_at) AS newest FROM articles'
        ' GROUP BY site, "column" ORDER BY articles DESC LIMIT 40'
    )
    return {"counts": counts(db), "columns": list(columns), "newest": _newest(db)}


def article(db: Database, article_id: str) -> dict[str, Any] | None:
    """One article with all its parts, its text as paragraphs; None where there is none."""
    found = get_article(db, article_id)
    if found is not None:
        found["paragraphs"] = found["body"].split("\n")
    return found


def edits(article: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each earlier text of an article, latest first, with the words before and after it was replaced."""
    revisions = sorted(article["revisions"], key=lambda revision: revision["revision"])
    for earlier, later in reversed(list(zip(revisions, [*revisions[1:], article], strict=False))):
        yield earlier, _words(earlier), _words(later)


def people(db: Database) -> dict[str, Any]:
    """The authors and the editors with most articles."""
    sql = (
        "SELECT name, count(*) AS articles FROM bylines WHERE role = ?"
        f" GROUP BY name ORDER BY articles DESC, name LIMIT {PEOPLE}"
    )
    return {role: list(db.query(sql, [role])) for role in ("author", "editor")}


def person(db: Database, name: str) -> dict[str, Any]:
    """What someone did: articles by role and year (all years from the first to the last), and the newest."""
    # Times are taken from an index of their own: whoever edited much has a row in every page of the file.
    signed = (
        "FROM bylines AS b JOIN articles AS a INDEXED BY idx_articles_time ON a.id = b.article_id"
        " WHERE b.name = ?"
    )
    counted = db.conn.execute(
        f"SELECT role, substr(published_at, 1, 4), count(DISTINCT article_id) {signed} GROUP BY 1, 2", [name]
    ).fetchall()
    newest = (
        f"SELECT article_id, published_at AS at, group_concat(DISTINCT role) AS roles {signed}"
        f" GROUP BY article_id ORDER BY at DESC, article_id DESC LIMIT {WORKS}"
    )
    works = db.query(
        f"SELECT id, title, published_at, site, \"column\", replace(roles, ',', ', ') AS roles"
        f" FROM ({newest}) JOIN articles ON id = article_id ORDER BY at DESC, id DESC",
        [name],
    )
    total = db.conn.execute("SELECT count(DISTINCT article_id) FROM bylines WHERE name = ?", [name])
    return {
        "roles": {role: _by_year(counted, role) for role in dict.fromkeys(row[0] for row in counted)},
        "most": max((count for _, _, count in counted), default=1),
        "works": list(works),
        "total": total.fetchone()[0],
    }


def _by_year(counted: list[tuple[str, str | None, int]], role: str) -> dict[str, int]:
    known = {year: count for by, year, count in counted if by == role}
    undated = known.pop(None, 0)
    dated = {int(year): count for year, count in known.items() if year and year.isdecimal()}
    years = range(min(dated), max(dated) + 1) if dated else ()
    return {str(year): dated.get(year, 0) for year in years} | ({"—": undated} if undated else {})


def feed(db: Database) -> dict[str, Any]:
    """The newest articles with their first words, as XML can hold them."""
    rows = []
    for row in _newest(db):
        body = db.conn.execute(
            "SELECT substr(body, 1, 300) FROM articles WHERE id = ?", [row["id"]]
        ).fetchone()[0]
        words = {name: _NO_XML.sub("", str(value)) for name, value in row.items() if value is not None}
        rows.append({**words, "summary": _NO_XML.sub("", body), "at": moment(row["published_at"])})
    return {"articles": rows, "updated": max((row["at"] for row in rows), default=moment(None))}


def moment(time: str | None) -> str:
    """A printed time as RFC 3339 wants it, whole.

    >>> moment("2019-11-07"), moment("2019-11-07T09:12+08:00")
    ('2019-11-07T00:00:00+08:00', '2019-11-07T09:12:00+08:00')
    >>> moment(None), moment("2019")
    ('1970-01-01T00:00:00+08:00', '1970-01-01T00:00:00+08:00')
    """
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?\+08:00)?", time or "")
    if not found:
        return "1970-01-01T00:00:00+08:00"
    return f"{found[1]}T{found[2] or '00:00'}{found[3] or ':00'}+08:00"


def _newest(db: Database) -> list[dict[str, Any]]:
    newest = list_articles(db, Filters())
    return [row for row, _ in zip(newest, range(NEWEST), strict=False)]


def _words(text: dict[str, Any]) -> str:
    return "\n".join(filter(None, (text["title"], text["subtitle"], text["author"], text["body"])))
