"""The tables, indexes and views of an archive, as the migrations create them.

Names are those of the item (``pipelines/items.py``). All times are ISO 8601 in Beijing time (+08:00), so
their order as text is their order in time; ``published_at`` has the precision that the page prints. Take a
month with ``substr(published_at, 1, 7)``: SQLite's own date functions would convert to UTC. Lists
and objects (``keywords``, ``provenance``, ``arguments``, ``differs``) are JSON text.
"""

from __future__ import annotations

# "lunt": tells our files from any other SQLite file (PRAGMA application_id).
APPLICATION_ID = 0x6C756E74

TABLES = """
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    site TEXT,
    "column" TEXT,
    series TEXT,
    title TEXT NOT NULL,
    subtitle TEXT,
    author TEXT,
    editor TEXT,
    source TEXT,
    published_at TEXT,
    body TEXT NOT NULL,
    keywords TEXT NOT NULL DEFAULT '[]',
    script TEXT,
    restored REAL NOT NULL DEFAULT 0,
    original_url TEXT,
    body_sha256 TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    gone_at TEXT,
    provenance TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX idx_articles_column ON articles (site, "column");
CREATE INDEX idx_articles_published_at ON articles (published_at);
CREATE INDEX idx_articles_text_sha256 ON articles (text_sha256);
CREATE INDEX idx_articles_original_url ON articles (original_url) WHERE original_url IS NOT NULL;

CREATE TABLE bylines (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    affiliation TEXT,
    words TEXT NOT NULL,
    rule TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (article_id, position)
) WITHOUT ROWID;
CREATE INDEX idx_bylines_name ON bylines (name, role);

CREATE TABLE images (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    caption TEXT,
    PRIMARY KEY (article_id, position)
) WITHOUT ROWID;

CREATE TABLE repairs (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    field TEXT NOT NULL,
    kind TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    "before" TEXT NOT NULL,
    "after" TEXT NOT NULL,
    confidence REAL NOT NULL,
    PRIMARY KEY (article_id, position)
) WITHOUT ROWID;

CREATE TABLE revisions (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    subtitle TEXT,
    author TEXT,
    editor TEXT,
    source TEXT,
    published_at TEXT,
    body TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    replaced_at TEXT NOT NULL,
    UNIQUE (article_id, revision)
);

CREATE TABLE copies (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    url TEXT NOT NULL UNIQUE,
    site TEXT,
    kind TEXT NOT NULL,
    similarity REAL,
    differs TEXT NOT NULL DEFAULT '[]',
    title TEXT NOT NULL,
    author TEXT,
    editor TEXT,
    source TEXT,
    published_at TEXT,
    body TEXT,
    body_sha256 TEXT NOT NULL,
    restored REAL NOT NULL DEFAULT 0,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL
);
CREATE INDEX idx_copies_article_id ON copies (article_id);

CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    site TEXT,
    "column" TEXT,
    found_on TEXT,
    found_at TEXT NOT NULL,
    fetched_at TEXT,
    next_at TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    status INTEGER,
    etag TEXT,
    last_modified TEXT,
    payload_sha256 TEXT,
    warc_file TEXT,
    warc_offset INTEGER,
    warc_length INTEGER,
    article_id INTEGER REFERENCES articles (id) ON DELETE SET NULL
);
CREATE INDEX idx_pages_state ON pages (site, state);
CREATE INDEX idx_pages_article_id ON pages (article_id) WHERE article_id IS NOT NULL;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    site TEXT,
    arguments TEXT NOT NULL DEFAULT '{}',
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome TEXT NOT NULL,
    pages INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    copies INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0
);
"""

VIEWS = """
CREATE VIEW people AS
SELECT b.name, b.role, count(DISTINCT b.article_id) AS articles,
       min(a.published_at) AS first_published_at, max(a.published_at) AS last_published_at
FROM bylines AS b JOIN articles AS a ON a.id = b.article_id
GROUP BY b.name, b.role;

CREATE VIEW editors_of_authors AS
SELECT author.name AS author, editor.name AS editor, count(DISTINCT author.article_id) AS articles
FROM bylines AS author JOIN bylines AS editor ON editor.article_id = author.article_id
WHERE author.role = 'author' AND editor.role = 'editor'
GROUP BY author.name, editor.name;

CREATE VIEW columns_by_month AS
SELECT site, "column", substr(published_at, 1, 7) AS month, count(*) AS articles
FROM articles
GROUP BY site, "column", month;
"""
