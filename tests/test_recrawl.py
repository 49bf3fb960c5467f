"""A crawl after the first: it costs what is new, and no answer of a server harms what is kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.visits import recheck_days
from crawler.demo.pages import Response
from crawler.demo.server import HOST, DemoServer, serve
from tests.test_crawl import FAST, luntan, query

COLUMN = "yuedu"


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with serve() as running:
        running.hosts = {host: dict(pages) for host, pages in running.hosts.items()}
        yield running


@pytest.fixture
def archive(tmp_path: Path, server: DemoServer) -> Path:
    path = tmp_path / "a.db"
    crawl(path, server)
    return path


def crawl(archive: Path, server: DemoServer, *arguments: str, code: int = 0) -> str:
    server.requested.clear()
    found, out = luntan(server, "crawl", str(archive), "demo", "--column", COLUMN, *arguments, *FAST)
    assert found == code, out
    return out


def make_due(archive: Path) -> None:
    """As if the archive were ten days old."""
    with sqlite3.connect(archive) as conn:
        old = "'2026-01-01T08:00:00+08:00'"
        conn.execute(f"UPDATE pages SET found_at = {old}, next_at = {old} WHERE article_id IS NOT NULL")


def first_article(archive: Path) -> tuple[int, str]:
    found: tuple[int, str] = query(
        archive,
        "SELECT id, url FROM articles WHERE url IN (SELECT page_url FROM captures GROUP BY page_url"
        " HAVING max(part) = 1 AND max(status) = 200) ORDER BY id LIMIT 1",
    )[0]
    return found


def answer(server: DemoServer, url: str, response: Response | None) -> Response:
    pages = server.hosts[HOST]
    assert isinstance(pages, dict)
    path = url.removeprefix(server.url)
    before: Response = pages[path]
    if response is None:
        del pages[path]
    else:
        pages[path] = response
    return before


def article_requests(server: DemoServer) -> list[str]:
    return [url for url in server.requested if url.endswith(".shtml") and "/list_" not in url]


def test_an_unchanged_site_costs_one_request_a_column(archive: Path, server: DemoServer) -> None:
    crawl(archive, server)
    assert [url.removeprefix(server.url) for url in server.requested] == ["/robots.txt", f"/{COLUMN}/"]
    assert query(archive, "SELECT status FROM captures ORDER BY id DESC LIMIT 1") == [(304,)]
    assert query(archive, f"SELECT state FROM pages WHERE url LIKE '%/{COLUMN}/'") == [("fetched",)]


def test_full_walks_all_list_pages_though_nothing_changed(archive: Path, server: DemoServer) -> None:
    lists = query(archive, "SELECT count(*) FROM pages WHERE kind = 'list'")[0][0]
    crawl(archive, server, "--full")
    assert lists > 1 and len(server.requested) == lists + 1
    assert article_requests(server) == []
    # Found once more by a page with something new, and then unchanged: done, not unfinished for ever.
    with sqlite3.connect(archive) as conn:
        conn.execute("UPDATE pages SET state = 'found' WHERE kind = 'list'")
    crawl(archive, server)
    assert len(server.requested) == lists + 1
    assert query(archive, "SELECT DISTINCT state FROM pages WHERE kind = 'list'") == [("fetched",)]


def test_articles_are_looked_at_again_when_due_and_304_costs_no_text(
    archive: Path, server: DemoServer
) -> None:
    before = query(archive, "SELECT id, url, body_sha256, revision, provenance FROM articles ORDER BY id")
    crawl(archive, server)
    assert article_requests(server) == []
    make_due(archive)
    crawl(archive, server, "--limit", "1")
    assert article_requests(server) == [], "a run with a limit looks at no article again"
    out = crawl(archive, server)
    assert set(article_requests(server)) >= {row[1] for row in before}
    assert f"{len(before)} unchanged" in out
    assert (
        query(archive, "SELECT id, url, body_sha256, revision, provenance FROM articles ORDER BY id")
        == before
    )
    assert query(archive, "SELECT count(*) FROM captures WHERE status = 304")[0][0] > len(before) / 2
    # Thirty days and more have passed since January: the next look is the last one, or none is left.
    assert not query(
        archive, "SELECT 1 FROM pages WHERE article_id IS NOT NULL AND next_at <= datetime('now')"
    )
    crawl(archive, server)
    assert article_requests(server) == []


def test_never_means_never(archive: Path, server: DemoServer, tmp_path: Path) -> None:
    other = tmp_path / "never.db"
    crawl(other, server, "--recheck", "never")
    assert query(
        other, "SELECT count(*) FROM pages WHERE next_at IS NOT NULL AND article_id IS NOT NULL"
    ) == [(0,)]
    assert "whole days" in crawl(other, server, "--recheck", "soon", code=2)


def test_a_schedule_is_days_in_order() -> None:
    assert recheck_days(["7", "1", "7"]) == [1, 7]
    with pytest.raises(ValueError, match="from 1 to"):
        recheck_days([0])


def test_an_edit_is_a_revision_with_both_texts(archive: Path, server: DemoServer) -> None:
    article_id, url = first_article(archive)
    page = answer(server, url, Response(404, {}, b""))
    edited = page.body.replace("。".encode(), "。这里添了一句话。".encode(), 1)
    headers = {name: value for name, value in page.headers.items() if name not in ("ETag", "Last-Modified")}
    answer_page = replace(page, headers=headers, body=edited)
    server.hosts[HOST][url.removeprefix(server.url)] = answer_page  # type: ignore[index]
    ((earlier,),) = query(archive, f"SELECT body FROM articles WHERE id = {article_id}")
    make_due(archive)
    crawl(archive, server)
    ((now, revision),) = query(archive, f"SELECT body, revision FROM articles WHERE id = {article_id}")
    assert "这里添了一句话" in now and revision == 2
    assert query(archive, "SELECT article_id, body FROM revisions") == [(article_id, earlier)]
    # The same bytes once more, without validators: an equal payload is no edit and no reading.
    make_due(archive)
    crawl(archive, server)
    assert query(archive, "SELECT count(*) FROM revisions") == [(1,)]
    assert (
        query(archive, "SELECT count(*) FROM captures WHERE status = 200 AND refers_to NOT NULL")[0][0] >= 1
    )


SOFT_404 = Response(
    200,
    {"Content-Type": "text/html; charset=utf-8"},
    "<html><head><title>页面没有找到</title></head><body><p>您访问的页面不存在或已删除。</p></body></html>".encode(),
)


@pytest.mark.parametrize(
    "disappeared",
    [Response(404, {}, b""), Response(410, {}, b""), SOFT_404, Response(302, {"Location": "/"}, b"")],
    ids=["404", "410", "soft 404", "to the front page"],
)
def test_what_is_gone_keeps_its_last_text_and_may_come_back(
    archive: Path, server: DemoServer, disappeared: Response
) -> None:
    article_id, url = first_article(archive)
    sql = f"SELECT body, revision FROM articles WHERE id = {article_id}"
    before = query(archive, sql)
    evidence = query(archive, f"SELECT capture_id, payload_sha256 FROM pages WHERE url = '{url}'")
    page = answer(server, url, disappeared)
    make_due(archive)
    crawl(archive, server)
    assert query(archive, sql) == before
    assert query(archive, f"SELECT gone_at IS NOT NULL FROM articles WHERE id = {article_id}") == [(1,)]
    assert query(archive, f"SELECT state FROM pages WHERE url = '{url}'") == [("gone",)]
    assert query(archive, f"SELECT capture_id, payload_sha256 FROM pages WHERE url = '{url}'") == evidence
    make_due(archive)
    crawl(archive, server)
    # The sample site names one dead address from the first; what stays away is gone once.
    (*_, (gone,), (gone_again,)) = query(archive, "SELECT gone FROM runs ORDER BY id")
    assert (gone, gone_again) == (1, 0)
    answer(server, url, page)
    make_due(archive)
    crawl(archive, server)
    assert query(archive, sql) == before
    assert query(archive, f"SELECT gone_at FROM articles WHERE id = {article_id}") == [(None,)]
    assert query(archive, f"SELECT state FROM pages WHERE url = '{url}'") == [("stored",)]


def test_a_server_in_trouble_changes_nothing_but_the_next_time(archive: Path, server: DemoServer) -> None:
    _, url = first_article(archive)
    answer(server, url, Response(503, {}, b"later"))
    make_due(archive)
    rows = "SELECT {} FROM {} WHERE url = '" + url + "'"
    kept = "state, reason, status, etag, last_modified, payload_sha256, fetched_at, capture_id, article_id"
    article, page = query(archive, rows.format("*", "articles")), query(archive, rows.format(kept, "pages"))
    started = time.time()
    crawl(archive, server, "-s", "RETRY_TIMES=1", "-s", "RETRY_ENABLED=0")
    assert query(archive, rows.format("*", "articles")) == article
    assert query(archive, rows.format(kept, "pages")) == page
    ((due,),) = query(archive, rows.format("strftime('%s', next_at)", "pages"))
    assert 86_000 < int(due) - started < 87_000, "tomorrow"
