"""Replay: the same evidence read again gives the same archive, or a better one; history stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.errors import ArchiveUnusable
from crawler.cli import main
from crawler.demo.run import registered
from crawler.demo.server import DemoServer, serve
from crawler.demo.site import demo_sites
from crawler.replay import replay
from tests.test_crawl import FAST, luntan, query


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with serve() as running, registered(demo_sites(running.url)):
        yield running


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, server: DemoServer) -> Path:
    archive = tmp_path_factory.mktemp("crawled") / "a.db"
    for site in ("demo", "demo-mirror"):
        code, out = luntan(server, "crawl", str(archive), site, *FAST)
        assert code == 0, out
    return archive


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    shutil.copytree(crawled.parent, tmp_path / "copy")
    return tmp_path / "copy" / "a.db"


def change(archive: Path, *statements: str) -> None:
    from archive.store import Archive

    with Archive.open(archive) as opened:
        for statement in statements:
            opened.db.execute(statement)


def exported(archive: Path) -> str:
    result = CliRunner().invoke(main, ["export", str(archive)])
    assert result.exit_code == 0 and result.stdout.count("\n") > 20
    return result.stdout


TABLES = ("articles", "bylines", "images", "repairs", "copies", "revisions", "pages", "captures")


def everything(archive: Path) -> dict[str, list[Any]]:
    return {table: query(archive, f"SELECT * FROM {table}") for table in TABLES}


def test_unchanged_evidence_read_by_unchanged_code_changes_no_byte(archive: Path, server: DemoServer) -> None:
    before, rows = exported(archive), everything(archive)
    server.requested.clear()
    report = replay(archive, is_watched=False)
    assert report.problems == []
    assert exported(archive) == before
    assert everything(archive) == rows
    assert server.requested == [], "replay asks nobody"
    stored = len([row for row in query(archive, "SELECT 1 FROM pages WHERE article_id IS NOT NULL")])
    assert report.summary.startswith(f"{stored} pages: {stored} unchanged")
    assert query(archive, "SELECT command, outcome FROM runs ORDER BY id DESC LIMIT 1") == [
        ("replay", "finished")
    ]


def test_what_is_read_better_is_updated_without_a_revision(archive: Path, server: DemoServer) -> None:
    before = exported(archive)
    revisions = query(archive, "SELECT count(*) FROM revisions")
    change(archive, "UPDATE articles SET author = '读错了'", "DELETE FROM bylines")
    report = replay(archive, is_watched=False)
    assert report.problems == []
    assert exported(archive) == before
    assert query(archive, "SELECT count(*) FROM bylines")[0][0] > 0
    assert query(archive, "SELECT count(*) FROM revisions") == revisions


def test_what_is_gone_stays_gone(archive: Path, server: DemoServer) -> None:
    url = query(archive, "SELECT url FROM articles ORDER BY id LIMIT 1")[0][0]
    change(
        archive,
        f"UPDATE articles SET gone_at = '2026-01-01T08:00:00+08:00', editor = '读错了' WHERE url = '{url}'",
        f"UPDATE pages SET state = 'gone' WHERE url = '{url}'",
    )
    replay(archive, is_watched=False)
    assert query(archive, f"SELECT gone_at FROM articles WHERE url = '{url}'") == [
        ("2026-01-01T08:00:00+08:00",)
    ]
    assert not query(archive, "SELECT 1 FROM articles WHERE editor = '读错了'")
    assert query(archive, f"SELECT state FROM pages WHERE url = '{url}'") == [("gone",)]


def test_a_page_refused_earlier_becomes_an_article_when_it_can_be_read(
    archive: Path, server: DemoServer
) -> None:
    # The last article, so that the others' ids stay.
    ((article_id, url),) = query(archive, "SELECT max(id), url FROM articles")
    count = query(archive, "SELECT count(*) FROM articles")
    change(
        archive,
        f"UPDATE pages SET state = 'refused', reason = 'NoBody: x', article_id = NULL WHERE url = '{url}'",
        f"DELETE FROM articles WHERE id = {article_id}",
    )
    assert replay(archive, is_watched=False).problems == []
    assert query(archive, "SELECT count(*) FROM articles") == count
    assert query(archive, f"SELECT state, reason FROM pages WHERE url = '{url}'") == [("stored", None)]


def test_evidence_that_is_missing_or_damaged_is_told_and_costs_no_article(
    archive: Path, server: DemoServer
) -> None:
    before = exported(archive)
    largest = max(archive.with_suffix(".warc").iterdir(), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    largest.write_bytes(data[:-3000])
    report = replay(archive, is_watched=False)
    assert report.problems and all("http" in problem for problem in report.problems)
    assert exported(archive) == before


def test_an_archive_copied_without_its_evidence_says_what_to_do(archive: Path, server: DemoServer) -> None:
    shutil.rmtree(archive.with_suffix(".warc"))
    with pytest.raises(ArchiveUnusable, match="copy it beside the archive"):
        replay(archive, is_watched=False)


def test_a_row_that_points_out_of_the_folder_reads_nothing(archive: Path, server: DemoServer) -> None:
    change(archive, "UPDATE captures SET warc_file = '../a.db'")
    report = replay(archive, is_watched=False)
    assert len(report.problems) == 21, "twenty pages and how many more"
    assert "no name of an evidence file" in report.problems[0]
