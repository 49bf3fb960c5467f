"""``luntan crawl --dry-run``: what would be fetched and why, without a request and without a byte written."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from crawler.demo.server import DemoServer
from tests.test_crawl import FAST, luntan, query
from tests.test_recrawl import make_due


def dry_run(server: DemoServer, archive: Path, *arguments: str) -> tuple[list[dict[str, Any]], str]:
    files = {path: path.read_bytes() for path in archive.parent.iterdir() if path.is_file()}
    server.requested.clear()
    code, out = luntan(server, "crawl", str(archive), "demo", "--dry-run", "--nl", *arguments)
    *rows, words = out.splitlines()
    assert code == 0, out
    assert server.requested == []
    after = {path: path.read_bytes() for path in archive.parent.iterdir() if path.is_file()}
    # A reader of a file in WAL mode has its shared memory beside it; the archive itself is as it was.
    assert {path: body for path, body in after.items() if path.suffix == ".db"} == {
        path: body for path, body in files.items() if path.suffix == ".db"
    }
    return [json.loads(row) for row in rows], words


def test_a_missing_archive_is_not_made(tmp_path: Path, server: DemoServer) -> None:
    rows, words = dry_run(server, tmp_path / "a.db")
    assert list(tmp_path.iterdir()) == []
    assert {row["why"] for row in rows} == {"first list page"} and len(rows) == 6
    assert "6 list pages and 0 articles" in words
    rows, _ = dry_run(server, tmp_path / "a.db", "--column", "yuedu")
    assert [row["url"] for row in rows] == [f"{server.url}/yuedu/"]


def test_it_says_what_the_next_crawl_then_fetches(tmp_path: Path, server: DemoServer) -> None:
    archive = tmp_path / "a.db"
    code, out = luntan(server, "crawl", str(archive), "demo", "--limit", "3", *FAST)
    assert code == 0, out
    rows, words = dry_run(server, archive)
    articles = {row["url"] for row in rows if row["kind"] == "article"}
    assert articles == {url for (url,) in query(archive, "SELECT url FROM pages WHERE state = 'found'"
                                                " AND kind = 'article'")}  # fmt: skip
    assert all(f"found on {server.url}" in row["why"] for row in rows if row["kind"] == "article")
    assert f"{len(articles)} articles" in words
    limited, _ = dry_run(server, archive, "--limit", "2")
    assert sum(row["kind"] == "article" for row in limited) == 2
    server.requested.clear()
    assert luntan(server, "crawl", str(archive), "demo", *FAST)[0] == 0
    assert {row["url"] for row in rows} <= set(server.requested)


def test_articles_due_again_and_pages_to_be_tried_again_say_since_when_and_why(
    tmp_path: Path, server: DemoServer
) -> None:
    archive = tmp_path / "a.db"
    luntan(server, "crawl", str(archive), "demo", *FAST)
    assert {row["kind"] for row in dry_run(server, archive)[0]} == {"list"}
    make_due(archive)
    with sqlite3.connect(archive) as conn:
        ((failed,),) = conn.execute(
            "SELECT url FROM pages WHERE state = 'stored' AND article_id NOT NULL LIMIT 1"
        ).fetchall()
        conn.execute(
            "UPDATE pages SET state = 'failed', reason = 'HTTP 500', article_id = NULL WHERE url = ?",
            (failed,),
        )
    rows, _ = dry_run(server, archive)
    why = {row["url"]: row["why"] for row in rows}
    assert why.pop(failed).endswith("tried again: HTTP 500")
    due = [words for words in why.values() if words != "first list page"]
    assert due and all("due since 2026-01-01T08:00:00+08:00" in words for words in due)


def test_how_it_prints_belongs_to_a_dry_run(tmp_path: Path, server: DemoServer) -> None:
    code, out = luntan(server, "crawl", str(tmp_path / "a.db"), "demo", "--nl")
    assert code == 2 and "--dry-run" in out
    code, out = luntan(server, "crawl", str(tmp_path / "a.db"), "demo", "--dry-run", "-t")
    assert code == 0 and "阅读" in out
