"""The evidence beside the archive: every file that a row names is there and long enough, and none is unknown.

What the records say is read by `crawler.evidence.verify`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from archive.check.finding import Finding

_RUN = re.compile(r"-(\d{6,})-\d{5,}\.warc\.gz")
_COPY = "copy it from where the archive was made, or from a backup"


def evidence_findings(conn: sqlite3.Connection, folder: Path) -> Iterator[Finding]:
    """What is wrong between ``captures`` and the WARC files of ``folder``, without opening them."""
    names = [name for (name,) in conn.execute("SELECT DISTINCT warc_file FROM captures")]
    if names and not folder.is_dir():
        captures = conn.execute("SELECT count(*) FROM captures").fetchone()[0]
        what = f"{folder} is not there: nothing proves the archive's {captures} captures"
        yield Finding("evidence", "error", what, f"copy the folder beside the archive: {_COPY}")
        return
    for name in names:
        if finding := _of_file(conn, folder, name):
            yield finding
    yield from _unknown_files(conn, folder, set(names))
    yield from _pages_without(conn)


def _of_file(conn: sqlite3.Connection, folder: Path, name: str) -> Finding | None:
    try:
        size = (folder / name).stat().st_size if Path(name).name == name else -1
    except OSError:
        size = -1
    count, example = conn.execute(
        "SELECT count(*), min(url) FROM captures WHERE warc_file = ? AND warc_offset + warc_length > ?",
        (name, size),
    ).fetchone()
    if not count:
        return None
    if size < 0:
        what = f"{name} is not there: the evidence of {count} captures"
    else:
        what = f"{name} has {size} bytes and lacks the evidence of {count} captures"
    return Finding("evidence", "error", what, _COPY, field=name, example=example)


def _unknown_files(conn: sqlite3.Connection, folder: Path, known: set[str]) -> Iterator[Finding]:
    # A run that is at work, or was killed, has written what no row points to yet.
    unsettled = {
        run_id for (run_id,) in conn.execute("SELECT id FROM runs WHERE outcome IN ('running', 'killed')")
    }
    for path in sorted(folder.glob("*.warc.gz")) if folder.is_dir() else ():
        run = _RUN.search(path.name)
        if path.name not in known and not (run and int(run[1]) in unsettled):
            what = f"no row knows {path.name}"
            todo = f"it belongs to another archive, or to a later state of this one: see luntan ingest {path}"
            yield Finding("evidence", "warning", what, todo, field=path.name)


def _pages_without(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Pages that a run with evidence fetched, and that have none.

    Times are whole seconds: a page may seem to be of two runs that follow each other.
    """
    for site, count, example in conn.execute(
        "SELECT pages.site, count(DISTINCT pages.id), min(pages.url)"
        " FROM pages JOIN runs ON runs.command = 'crawl'"
        " AND runs.site = pages.site AND pages.fetched_at BETWEEN runs.started_at AND runs.finished_at"
        " WHERE pages.kind = 'article' AND pages.state = 'stored' AND pages.capture_id IS NULL"
        " AND pages.status NOT NULL AND runs.id IN (SELECT run_id FROM captures)"
        " AND NOT EXISTS (SELECT 1 FROM captures WHERE page_url = pages.url)"
        " GROUP BY pages.site"
    ):
        what = f"{count} articles have no evidence although their crawl kept it"
        todo = "another tool took out their captures: see pages with capture_id NULL"
        yield Finding("evidence", "error", what, todo, site, None, "pages", example)
