"""Several at work on one archive: crawls of different sites, and a reader, at the same time."""

from __future__ import annotations

import json
from pathlib import Path

from crawler.demo.server import DemoServer
from crawler.demo.truth import site_truth
from tests.test_crawl import FAST, luntan, query, start


def test_two_crawls_and_exports_at_the_same_time_lose_nothing_and_lock_nobody_out(
    tmp_path: Path, server: DemoServer
) -> None:
    archive = tmp_path / "a.db"
    crawls = [start(server, "crawl", str(archive), site, *FAST) for site in ("demo", "demo-mirror")]
    exports = []
    while any(process.poll() is None for process in crawls):
        if archive.exists():
            exports.append(luntan(server, "list", str(archive), "--nl"))
    for process in crawls:
        _, words = process.communicate(timeout=60)
        assert process.returncode == 0, words
        assert "locked" not in words
    for code, out in exports:
        # The file is there before its tables are.
        assert code == 0 or "not an archive" in out, out
        assert "locked" not in out
    code, out = luntan(server, "list", str(archive), "--nl")
    urls = {json.loads(line)["url"] for line in out.splitlines()}
    assert set(site_truth(server.url).articles) <= urls
    assert query(archive, "PRAGMA integrity_check") == [("ok",)]
    assert query(archive, "SELECT outcome FROM runs") == [("finished",), ("finished",)]
    assert not query(archive, "SELECT 1 FROM pages WHERE state = 'stored' AND capture_id IS NULL")


def test_a_clock_that_goes_back_loses_nothing(tmp_path: Path, server: DemoServer) -> None:
    archive = tmp_path / "a.db"
    code, out = luntan(server, "crawl", str(archive), "demo", "--column", "yuedu", *FAST)
    assert code == 0, out
    later = "'2099-01-01T08:00:00+08:00'"
    from archive.store import Archive

    with Archive.open(archive) as opened:
        opened.db.execute(f"UPDATE articles SET first_seen_at = {later}, last_seen_at = {later}")
        opened.db.execute(f"UPDATE pages SET found_at = {later}, fetched_at = {later}, next_at = {later}")
    before = query(archive, "SELECT id, body_sha256, last_seen_at FROM articles ORDER BY id")
    code, out = luntan(server, "crawl", str(archive), "demo", "--column", "yuedu", *FAST)
    assert code == 0, out
    assert f"{len(before)} unchanged" in out, "what the wrong clock said is due at once"
    assert query(archive, "SELECT id, body_sha256, last_seen_at FROM articles ORDER BY id") == before
    assert query(archive, "SELECT max(fetched_at) < '2099' FROM pages WHERE article_id NOT NULL") == [(1,)]
    server.requested.clear()
    code, out = luntan(server, "crawl", str(archive), "demo", "--column", "yuedu", *FAST)
    assert code == 0 and len(server.requested) == 2, out
