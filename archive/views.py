"""Views that answer the common questions, and the indexes that make them quick on a large archive.

``people``              who has which role, in how many articles, from when to when
``editors_of_authors``  who edits whom
``columns_by_month``    how much a column printed in a month
``reprints``            how many articles of one site another site holds copies of
``edits``               each edit of an article: which fields, and how long after publication
``gone``                articles that their site took away
``listing``             every article without its text, with its month
"""

from __future__ import annotations

import sqlite3

# A row of ``articles`` fills a page of the file: what many rows are asked for stands in indexes.
INDEXES = """
DROP INDEX IF EXISTS idx_articles_column;
CREATE INDEX idx_articles_column ON articles (site, "column", published_at, author, editor);
CREATE INDEX IF NOT EXISTS idx_articles_gone_at ON articles (gone_at) WHERE gone_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_articles_time ON articles (id, published_at);
CREATE INDEX IF NOT EXISTS idx_pages_column ON pages ("column", article_id) WHERE article_id IS NOT NULL;
"""

_EDITED = ("title", "subtitle", "author", "editor", "source", "published_at")
_TEXT = f"revision, {', '.join(_EDITED)}, body_sha256"
_FIELDS = " || ".join(
    f"iif(later.{column} IS earlier.{column}, '', ' {name}')"
    for name, column in (*zip(_EDITED, _EDITED, strict=True), ("body", "body_sha256"))
)
VIEWS = {
    # The planner would look up the time in the article's own row.
    "people": """
SELECT b.name, b.role, count(DISTINCT b.article_id) AS articles,
       min(a.published_at) AS first_published_at, max(a.published_at) AS last_published_at
FROM bylines AS b JOIN articles AS a INDEXED BY idx_articles_time ON a.id = b.article_id
GROUP BY b.name, b.role
""",
    # By articles, not by names: the rows of an article stand together.
    "editors_of_authors": """
SELECT author, editor, count(*) AS articles
FROM (
    SELECT DISTINCT author.article_id, author.name AS author, editor.name AS editor
    FROM bylines AS author NOT INDEXED
    CROSS JOIN bylines AS editor ON editor.article_id = author.article_id
    WHERE author.role = 'author' AND editor.role = 'editor'
)
GROUP BY author, editor
""",
    "reprints": """
SELECT a.site, c.site AS reprinted_by, count(DISTINCT a.id) AS articles
FROM copies AS c JOIN articles AS a ON a.id = c.article_id
WHERE c.site IS NOT a.site
GROUP BY a.site, c.site
""",
    "edits": f"""
WITH texts AS (
    SELECT article_id, replaced_at, {_TEXT} FROM revisions
    UNION ALL
    SELECT id, NULL, {_TEXT} FROM articles WHERE id IN (SELECT article_id FROM revisions)
)
SELECT later.article_id, later.revision, later.published_at, earlier.replaced_at AS edited_at,
       later.title, later.author, later.editor, ltrim({_FIELDS}) AS fields
FROM texts AS earlier JOIN texts AS later
ON later.article_id = earlier.article_id AND later.revision = earlier.revision + 1
""",
    "listing": """
SELECT id, substr(published_at, 1, 7) AS month, published_at, site, "column", title, author, editor, url
FROM articles
""",
    "gone": """
SELECT id, site, "column", title, author, editor, published_at, gone_at, url
FROM articles
WHERE gone_at IS NOT NULL
""",
}


def create_views(conn: sqlite3.Connection) -> None:
    """Make the views and indexes, in place of earlier ones of the same names."""
    for statement in INDEXES.strip().split(";\n"):
        conn.execute(statement.removesuffix(";"))
    for name, query in VIEWS.items():
        conn.execute(f"DROP VIEW IF EXISTS {name}")
        conn.execute(f"CREATE VIEW {name} AS{query.rstrip()}")
