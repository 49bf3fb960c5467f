"""The full-text index ``articles_fts`` and how it is kept in step with ``articles``.

Triggers write down in ``search_queue`` which articles changed, whoever changes them, with the words that the
index still holds of them; `update_index` then takes out those words and puts in the new ones. So a writer
pays next to nothing an article, a stock tool needs none of our functions, and a kill loses nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from archive import triggers
from archive.fold import fold, terms

# One transaction: long enough to cost little, short enough that another writer never waits for seconds.
BATCH = 500

INDEXED = ("title", "subtitle", "body")

# ``content="articles"`` is how sqlite-utils and Datasette find the index of a table; nothing is read through
# it. The body stands first: in any other column each term takes two bytes more, a quarter of the index.
# A title counts ten times, a subtitle five times as much as the body. A batch fits into the hash and is
# written at once: less to merge.
TABLES = """
CREATE VIRTUAL TABLE articles_fts USING fts5(body, subtitle, title, content="articles", tokenize="ascii");
INSERT INTO articles_fts (articles_fts, rank) VALUES ('rank', 'bm25(1.0, 5.0, 10.0)');
INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', 16777216);
CREATE TABLE search_queue (
    article_id INTEGER PRIMARY KEY,
    title TEXT,
    subtitle TEXT,
    body TEXT
);
"""

# The first change since the last update decides what the index holds; a NULL title says: nothing. Conflicts
# are avoided, not ignored: the policy of an outer INSERT OR REPLACE would rule here too.
_NOT_QUEUED = "NOT EXISTS (SELECT 1 FROM search_queue WHERE article_id = {})"
_QUEUE_OLD = (
    "INSERT INTO search_queue SELECT OLD.id, OLD.title, OLD.subtitle, OLD.body WHERE "
    + _NOT_QUEUED.format("OLD.id")
)
_QUEUE_NEW = "INSERT INTO search_queue (article_id) SELECT NEW.id WHERE " + _NOT_QUEUED.format("NEW.id")
_CHANGED = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in ("id", *INDEXED))
TRIGGERS = {
    # INSERT OR REPLACE takes rows away without asking the DELETE trigger.
    "articles_search_replace": "BEFORE INSERT ON articles BEGIN INSERT INTO search_queue"
    " SELECT id, title, subtitle, body FROM articles WHERE (id = NEW.id OR url = NEW.url) AND "
    + _NOT_QUEUED.format("articles.id")
    + "; END",
    "articles_search_insert": f"AFTER INSERT ON articles BEGIN {_QUEUE_NEW}; END",
    "articles_search_update": f"AFTER UPDATE ON articles WHEN {_CHANGED}"
    f" BEGIN {_QUEUE_OLD}; {_QUEUE_NEW}; END",
    "articles_search_delete": f"AFTER DELETE ON articles BEGIN {_QUEUE_OLD}; END",
}


def create_index(conn: sqlite3.Connection) -> None:
    """Make the index, its queue and the triggers, in place of earlier ones; every article waits."""
    for table in ("articles_fts", "search_queue"):
        conn.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in TABLES.strip().split(";\n"):
        conn.execute(statement.removesuffix(";"))
    triggers.create(conn, TRIGGERS)
    conn.execute("INSERT INTO search_queue (article_id) SELECT id FROM articles")


def queue_length(conn: sqlite3.Connection) -> int:
    """How many articles changed since the index was last brought up to date."""
    length: int = conn.execute("SELECT count(*) FROM search_queue").fetchone()[0]
    return length


def update_index(conn: sqlite3.Connection, on_batch: Callable[[int], object] = lambda articles: None) -> None:
    """Bring the index up to date with all articles that wait in the queue, a transaction a batch.

    ``conn`` is in autocommit mode, with no transaction open. ``on_batch`` is told how many articles each did.
    """
    while done := _in_transaction(conn, _update_batch):
        on_batch(done)


def rebuild_index(conn: sqlite3.Connection) -> None:
    """Make the triggers anew and empty the index; all articles then wait in the queue for `update_index`."""
    _in_transaction(conn, _empty)


def index_problems(conn: sqlite3.Connection, ids: Iterable[int] | None = None) -> list[str]:
    """What is wrong between the index and the articles, one sentence each; `rebuild_index` mends all of it.

    Articles that wait in the queue are no problem. What triggers could not see is found: rows written while a
    tool had dropped them (``sqlite-utils transform``), and an index filled by another tool (``rebuild-fts``).
    With ``ids`` only these articles' words are compared with the index: reading all texts takes its time.
    """
    if missing := triggers.missing(conn, TRIGGERS):
        return [f"search index: triggers are missing ({', '.join(missing)})"]
    problems = []
    unknown = (
        "SELECT count(*) FROM {} WHERE id NOT IN (SELECT id FROM {})"
        " AND id NOT IN (SELECT article_id FROM search_queue)"
    )
    if count := conn.execute(unknown.format("articles", "articles_fts_docsize")).fetchone()[0]:
        problems.append(f"search index: {count} articles are not in it")
    if count := conn.execute(unknown.format("articles_fts_docsize", "articles")).fetchone()[0]:
        problems.append(f"search index: it holds {count} articles that are not in the archive")
    only = "" if ids is None else f" AND id IN ({','.join(map(str, ids))})"
    others = conn.execute(
        "SELECT body, subtitle, title, sz FROM articles JOIN articles_fts_docsize USING (id)"
        f" WHERE id NOT IN (SELECT article_id FROM search_queue){only}"
    )
    if count := sum(_sizes(row[:3]) != _varints(row[3]) for row in others):
        problems.append(f"search index: {count} articles have other words in it")
    return problems


def _in_transaction(conn: sqlite3.Connection, work: Callable[[sqlite3.Connection], int]) -> int:
    conn.execute("BEGIN IMMEDIATE")
    try:
        done = work(conn)
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    return done


def _update_batch(conn: sqlite3.Connection) -> int:
    queued = conn.execute(f"SELECT * FROM search_queue LIMIT {BATCH}").fetchall()
    for article_id, *indexed in queued:
        if indexed[0] is not None:
            conn.execute(
                "INSERT INTO articles_fts (articles_fts, rowid, title, subtitle, body)"
                " VALUES ('delete', ?, ?, ?, ?)",
                (article_id, *_columns_of_terms(indexed)),
            )
        words = conn.execute(
            "SELECT title, subtitle, body FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        if words is not None:
            conn.execute(
                "INSERT INTO articles_fts (rowid, title, subtitle, body) VALUES (?, ?, ?, ?)",
                (article_id, *_columns_of_terms(words)),
            )
        conn.execute("DELETE FROM search_queue WHERE article_id = ?", (article_id,))
    return len(queued)


def _columns_of_terms(words: Iterable[str | None]) -> list[str]:
    return [terms(text or "") for text in words]


def _empty(conn: sqlite3.Connection) -> int:
    triggers.create(conn, TRIGGERS)
    conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
    conn.execute("DELETE FROM search_queue")
    return conn.execute("INSERT INTO search_queue (article_id) SELECT id FROM articles").rowcount


def _sizes(words: Iterable[str | None]) -> list[int]:
    # How many terms `archive.fold.terms` gives; folding keeps the length.
    return [max(len(text) - 1, 0) + len(set(fold(text))) for text in (text or "" for text in words)]


def _varints(blob: bytes) -> list[int]:
    # articles_fts_docsize keeps the numbers of terms as variable-length integers.
    values, value = [], 0
    for byte in blob:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            values.append(value)
            value = 0
    return values
