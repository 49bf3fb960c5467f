"""The archive's own file: whole, its rows in step with one another, its digests those of its texts."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from sqlite_utils import Database

from archive.check.finding import Finding
from archive.migrations import migrations
from archive.similarity import text_sha256

# So many articles, spread evenly, stand for all where not all are read.
SAMPLE = 200
_MOST_PROBLEMS = 10


def integrity_findings(conn: sqlite3.Connection, *, is_deep: bool) -> Iterator[Finding]:
    """What SQLite itself finds damaged. Deep: indexes are compared with their tables."""
    check = "integrity_check" if is_deep else "quick_check"
    try:
        found = [words for (words,) in conn.execute(f"PRAGMA {check}({_MOST_PROBLEMS})")]
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found != ["ok"]:
        # The first word is a heading where SQLite found it in one tree of the file.
        what = f"the file is damaged: {'; '.join(' '.join(words.split()) for words in found)}"
        todo = "restore it from a copy, or save what can be read: sqlite3 ARCHIVE .recover | sqlite3 NEW"
        yield Finding("integrity", "error", what, todo)


def schema_findings(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Tables, views and indexes that a tool dropped; what holds no data of its own is made anew."""
    there = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        migrations.apply(Database(fresh, execute_plugins=False))
        made = fresh.execute("SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
    for kind, name, sql in made:
        if name in there or kind == "trigger":
            continue
        what = f"{kind} {name} is missing"
        if kind == "table":
            yield Finding("schema", "error", what, "restore the archive from a copy", field=name)
        else:
            conn.execute(sql)
            yield Finding("schema", "mended", f"{what}, and was made anew", "", field=name)


def reference_findings(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Rows that point to rows which are not there, articles and pages that do not know of each other."""
    missing: dict[tuple[str, str], int] = {}
    for table, _, parent, _ in conn.execute("PRAGMA foreign_key_check"):
        missing[table, parent] = missing.get((table, parent), 0) + 1
    for (table, parent), count in missing.items():
        what = f"{count} rows of {table} point to rows of {parent} that are not there"
        todo = f"a tool deleted them without PRAGMA foreign_keys = ON: see PRAGMA foreign_key_check({table})"
        yield Finding("references", "error", what, todo, field=table)
    count, example = conn.execute(
        "SELECT count(*), min(url) FROM pages"
        " WHERE kind = 'article' AND state = 'stored' AND article_id IS NULL"
    ).fetchone()
    if count:
        what = f"{count} pages are told to be stored and have no article"
        yield Finding(
            "references", "error", what, "read them again: luntan replay", None, None, "pages", example
        )
    count, example = conn.execute(
        "SELECT count(*), min(url) FROM articles"
        " WHERE id NOT IN (SELECT article_id FROM pages WHERE article_id NOT NULL)"
    ).fetchone()
    if count:
        what = f"{count} articles come from no page that the archive knows"
        todo = "another tool wrote them: nothing proves them, and nothing looks at them again"
        yield Finding("references", "warning", what, todo, field="articles", example=example)


def digest_findings(conn: sqlite3.Connection, *, is_deep: bool) -> Iterator[Finding]:
    """Articles whose digests are not those of their words: of `SAMPLE` of them, or deep of all.

    The digest by which copies are known also goes by the title, which somebody may mend: it is made anew.
    """
    sql = "SELECT id, url, title, body, body_sha256, text_sha256 FROM articles"
    if not is_deep:
        sql += f" WHERE id IN ({','.join(map(str, spread_ids(conn, SAMPLE)))})"
    looked_at, wrong, stale = 0, list[str](), list[tuple[str, int]]()
    for article_id, url, title, body, body_sha256, digest in conn.execute(sql):
        looked_at += 1
        if hashlib.sha256(body.encode()).hexdigest() != body_sha256:
            wrong.append(url)
        elif (right := text_sha256(title, body)) != digest:
            stale.append((right, article_id))
    if wrong:
        what = f"{len(wrong)} of {looked_at} articles have another digest than their body"
        todo = "another tool changed their text; luntan replay reads it again from the evidence"
        yield Finding("digests", "error", what, todo, example=wrong[0])
    if stale:
        conn.executemany("UPDATE articles SET text_sha256 = ? WHERE id = ?", stale)
        what = f"{len(stale)} of {looked_at} articles had a stale digest of their words"
        yield Finding("digests", "mended", what, "")


def spread_ids(conn: sqlite3.Connection, count: int) -> list[int]:
    """The ids of so many articles, spread evenly; of all, where there are no more."""
    low, high = conn.execute("SELECT min(id), max(id) FROM articles").fetchone()
    if low is None:
        return []
    step = max(1, (high - low) // count)
    found = (
        conn.execute("SELECT min(id) FROM articles WHERE id >= ?", (start,)).fetchone()[0]
        for start in range(low, high + 1, step)
    )
    return list(dict.fromkeys(found))
