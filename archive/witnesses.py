"""The pages that carry one article. Scholars of texts call them its witnesses.

The witness with the best claim is the article's row; each other one is a row of ``copies``. Both forms hold
all that the page said, so that one can become the other and nothing is lost: what has no column in
``copies`` is in its ``record``, as JSON.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from archive.rows import Row, Rows
from archive.similarity import is_copy, missing_paragraphs, similarity

COLUMNS = """
ALTER TABLE copies ADD COLUMN text_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE copies ADD COLUMN original_url TEXT;
ALTER TABLE copies ADD COLUMN gone_at TEXT;
ALTER TABLE copies ADD COLUMN missing TEXT NOT NULL DEFAULT '[]';
ALTER TABLE copies ADD COLUMN added TEXT NOT NULL DEFAULT '[]';
ALTER TABLE copies ADD COLUMN record TEXT NOT NULL DEFAULT '{}';
CREATE INDEX idx_copies_text_sha256 ON copies (text_sha256);
CREATE INDEX idx_copies_original_url ON copies (original_url) WHERE original_url IS NOT NULL;
"""

# What makes a new revision when it differs; the other columns are only brought up to date.
CONTENT = ("title", "subtitle", "author", "editor", "source", "published_at", "body")
FIELDS = (
    *("site", "column", "series", "title", "subtitle", "author", "editor", "source", "published_at"),
    *("body", "keywords", "script", "restored", "original_url", "body_sha256", "text_sha256", "provenance"),
)
SEEN = ("first_seen_at", "last_seen_at", "gone_at")
OWN = ("url", *FIELDS, *SEEN)
PARTS = {
    "bylines": ("role", "name", "affiliation", "words", "rule", "place"),
    "images": ("url", "caption"),
    "repairs": ("field", "kind", "start", "end", "before", "after", "confidence"),
}
# What a row of ``copies`` has no column for, and how it is when the page tells nothing.
RECORDED = {
    **dict.fromkeys(("column", "series", "subtitle", "script")),
    "keywords": "[]",
    "provenance": "{}",
}
COPIED = tuple(name for name in OWN if name not in RECORDED)

# The kinds of copies: another address of the page, the same words, much the same, a mirror's.
KINDS = ("address", "exact", "near", "mirror")
_TWIN_HOSTS = ("www.", "m.", "wap.", "mobile.", "3g.")

Witness = dict[str, Any]


class Place(NamedTuple):
    """Where a witness stands: as the article with this id, or as one of its copies."""

    article_id: int
    copy_id: int | None


def claim(witness: Row) -> tuple[int, float, str, str, str]:
    """How good a claim a witness has to be the article itself; less is better.

    A page of a site that is known by name comes before one of any other, that before a mirror; a text as
    printed before a restored one; then what was published, and seen, earlier. At last the address decides.
    """
    rank = 2 if is_mirror(witness) else int(witness["site"] is None)
    published_at = witness["published_at"] or "~"
    return rank, witness["restored"], published_at, witness["first_seen_at"], witness["url"]


def is_mirror(witness: Row) -> bool:
    """Whether the page re-serves another site's article: its path or its damage says so."""
    return witness["original_url"] not in (None, witness["url"]) or witness["restored"] > 0


def kind_of(copy: Row, article: Row) -> str:
    """Which of `KINDS` a copy of ``article`` is."""
    if is_mirror(copy):
        return "mirror"
    if copy["text_sha256"] != article["text_sha256"]:
        return "near"
    return "address" if _page_of(copy["url"]) == _page_of(article["url"]) else "exact"


def are_related(one: Row, other: Row) -> bool:
    """Whether two pages carry one article: the same words, the same original, or a copy of the text."""
    if one["text_sha256"] == other["text_sha256"] or _original(one) == _original(other):
        return True
    return is_copy(one["title"], one["body"], other["title"], other["body"])


def _original(witness: Row) -> str:
    return str(witness["original_url"] or witness["url"])


def _page_of(url: str) -> tuple[str, str]:
    """Host and path, without what serves the same page under several addresses.

    >>> _page_of("https://m.example.cn/a/1.html?from=share") == _page_of("http://www.example.cn/a/1.html")
    True
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return url, ""
    for prefix in _TWIN_HOSTS:
        host = host.removeprefix(prefix)
    return host, parts.path


class WitnessBook:
    """Reads and writes witnesses, as rows of ``articles`` with their parts and as rows of ``copies``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.rows = Rows(conn)
        self.conn = conn

    def find(self, url: str) -> Place | None:
        """Where the witness with this address stands."""
        found = self.conn.execute(
            "SELECT id, NULL FROM articles WHERE url = ?1"
            " UNION ALL SELECT article_id, id FROM copies WHERE url = ?1",
            (url,),
        ).fetchone()
        return Place(*found) if found else None

    def address(self, article_id: int) -> str:
        """The address of an article."""
        found = self.conn.execute("SELECT url FROM articles WHERE id = ?", (article_id,)).fetchone()
        return str(found[0])

    def text(self, place: Place) -> tuple[str, str]:
        """Title and body of a witness."""
        if place.copy_id is None:
            sql, key = "SELECT title, body FROM articles WHERE id = ?", place.article_id
        else:
            sql = (
                "SELECT c.title, coalesce(c.body, a.body) FROM copies AS c"
                " JOIN articles AS a ON a.id = c.article_id WHERE c.id = ?"
            )
            key = place.copy_id
        title, body = self.conn.execute(sql, (key,)).fetchone()
        return title, body

    def read(self, place: Place) -> Witness:
        """All that is known of a witness."""
        if place.copy_id is None:
            return self._article(place.article_id)
        (copy,) = self._copies("c.id = ?", place.copy_id)
        return copy

    def all(self, article_id: int) -> list[Witness]:
        """All witnesses of an article, the article itself first."""
        return [self._article(article_id), *self._copies("c.article_id = ?", article_id)]

    def insert_article(self, witness: Witness) -> int:
        """Make a witness a new article; gives its id."""
        article_id = self.rows.insert("articles", {name: witness[name] for name in OWN})
        for table in PARTS:
            self._replace_parts(article_id, table, _values(witness, table))
        return article_id

    def write_article(self, article_id: int, witness: Witness) -> None:
        """Make a witness the article with this id."""
        self.rows.set("articles", article_id, {name: witness[name] for name in OWN})
        self._write_parts(article_id, witness)

    def write_copy(self, article_id: int, witness: Witness, article: Row) -> None:
        """Make a witness a copy of the article with this id, which holds ``article``."""
        row = {name: witness[name] for name in COPIED}
        context = {
            "article_id": article_id,
            "kind": kind_of(witness, article),
            **_differences(witness, article),
        }
        if witness["body"] == article["body"]:
            row["body"] = None
        record = {name: witness[name] for name in RECORDED} | {table: witness[table] for table in PARTS}
        told = {name: value for name, value in record.items() if value and value != RECORDED.get(name)}
        row["record"] = json.dumps(told, ensure_ascii=False)
        self.rows.insert("copies", row | context)

    def drop_copy(self, place: Place) -> None:
        """Take a witness out of the copies."""
        self.conn.execute("DELETE FROM copies WHERE id = ?", (place.copy_id,))

    def drop_copies(self, article_id: int) -> None:
        """Take all witnesses but the article itself out."""
        self.conn.execute("DELETE FROM copies WHERE article_id = ?", (article_id,))

    def _article(self, article_id: int) -> Witness:
        found = self.rows.one("SELECT * FROM articles WHERE id = ?", article_id)
        assert found is not None
        witness = {name: found[name] for name in OWN}
        for table, columns in PARTS.items():
            witness[table] = [dict(zip(columns, part, strict=True)) for part in self._part(article_id, table)]
        return witness

    def _copies(self, condition: str, row_id: int) -> list[Witness]:
        sql = "SELECT c.*, a.body AS article_body FROM copies AS c JOIN articles AS a ON a.id = c.article_id"
        cursor = self.conn.execute(f"{sql} WHERE {condition} ORDER BY c.id", (row_id,))
        names = [column[0] for column in cursor.description]
        return [_witness_of_copy(dict(zip(names, row, strict=True))) for row in cursor]

    def _part(self, article_id: int, table: str) -> list[tuple[Any, ...]]:
        names = ", ".join(f'"{name}"' for name in PARTS[table])
        return self.conn.execute(
            f"SELECT {names} FROM {table} WHERE article_id = ? ORDER BY position", (article_id,)
        ).fetchall()

    def _write_parts(self, article_id: int, witness: Witness) -> None:
        for table in PARTS:
            wanted = _values(witness, table)
            if self._part(article_id, table) != wanted:
                self._replace_parts(article_id, table, wanted)

    def _replace_parts(self, article_id: int, table: str, parts: list[tuple[Any, ...]]) -> None:
        # A tool that knows no foreign keys may have left some of an article that had this id.
        self.conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
        if not parts:
            return
        names = ", ".join(f'"{name}"' for name in PARTS[table])
        self.conn.executemany(
            f"INSERT INTO {table} (article_id, position, {names}) VALUES (?, ?{', ?' * len(PARTS[table])})",
            ((article_id, position, *part) for position, part in enumerate(parts, 1)),
        )


def _values(witness: Witness, table: str) -> list[tuple[Any, ...]]:
    return [tuple(part[name] for name in PARTS[table]) for part in witness[table]]


def witness_of(article: Row, seen_at: str) -> Witness:
    """An item's row (``pipelines.items.Article``) as a witness seen at a time."""
    witness = {name: article[name] for name in ("url", *FIELDS)}
    for name in ("keywords", "provenance"):
        witness[name] = json.dumps(witness[name], ensure_ascii=False)
    for table, columns in PARTS.items():
        witness[table] = [{name: part[name] for name in columns} for part in article[table]]
    return witness | {"first_seen_at": seen_at, "last_seen_at": seen_at, "gone_at": None}


def _witness_of_copy(row: Row) -> Witness:
    witness = {name: row[name] for name in COPIED} | RECORDED | dict.fromkeys(PARTS, ())
    witness |= json.loads(row["record"])
    if row["body"] is None:
        witness["body"] = row["article_body"]
    return witness | {table: list(witness[table]) for table in PARTS}


def _differences(copy: Row, article: Row) -> Row:
    is_same = copy["text_sha256"] == article["text_sha256"]
    missing = [] if is_same else missing_paragraphs(article["body"], copy["body"])
    added = [] if is_same else missing_paragraphs(copy["body"], article["body"])
    return {
        "similarity": 1.0 if is_same else similarity(copy["body"], article["body"]),
        "differs": json.dumps([name for name in CONTENT if copy[name] != article[name]]),
        "missing": json.dumps(missing),
        "added": json.dumps(added),
    }
