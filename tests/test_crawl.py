"""Whole crawls of the sample site, each in a process of its own, as a user runs them."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from archive.lock import RunLock
from crawler.demo.server import DemoServer, serve
from crawler.demo.truth import site_truth

ROOT = Path(__file__).parent.parent

# What a user would run, with the sample site known by the name of "demo".
PROGRAM = """
import sys
from crawler.cli import main
from crawler.demo.run import registered
from crawler.demo.site import demo_sites
with registered(demo_sites(sys.argv[1])):
    main(sys.argv[2:], prog_name="luntan")
"""
FAST = (
    *("-s", "DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "-s", "HTTPPROXY_ENABLED=0"),
    *("-s", "HOST_PAUSE_START=0.05"),
)


def start(server: DemoServer, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, server.url, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def luntan(server: DemoServer, *arguments: str) -> tuple[int, str]:
    process = start(server, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


def wait_for_articles(archive: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if query(archive, "SELECT count(*) FROM articles")[0][0] >= count:
                return
        except sqlite3.OperationalError:
            pass  # the archive is only being made
        time.sleep(0.1)
    raise AssertionError(f"no {count} articles within a minute")


def query(archive: Path, sql: str) -> list[Any]:
    with sqlite3.connect(archive) as conn:
        return conn.execute(sql).fetchall()


def test_the_demo_finds_all_that_the_sample_site_holds(tmp_path: Path) -> None:
    archive = tmp_path / "demo.db"
    result = subprocess.run(
        [sys.executable, "-m", "crawler", "demo", str(archive)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )
    # The demo itself compares every field of every article with what the site holds.
    assert result.returncode == 0, result.stderr
    queries = [line.strip() for line in result.stdout.splitlines() if "sqlite-utils query" in line]
    assert len(queries) == 3
    for command in queries:
        sql = command.split('"')[1]
        assert query(archive, sql), sql


def test_a_second_crawl_fetches_no_article_again_and_exits_0(tmp_path: Path, server: DemoServer) -> None:
    archive = tmp_path / "a.db"
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 0, out
    before = query(archive, "SELECT * FROM articles ORDER BY id")
    assert len(before) == len(site_truth(server.url).articles)
    server.requested.clear()
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 0, out
    assert query(archive, "SELECT * FROM articles ORDER BY id") == before
    articles = site_truth(server.url).articles
    assert not [url for url in server.requested if url in articles]
    assert query(archive, "SELECT outcome, new FROM runs") == [("finished", len(before)), ("finished", 0)]


def test_one_column_a_few_pages_and_a_limit(tmp_path: Path, server: DemoServer) -> None:
    archive = tmp_path / "a.db"
    code, out = luntan(server, "crawl", str(archive), "demo", "--column", "yuedu", "--pages", "1", *FAST)
    assert code == 0, out
    (first,) = query(archive, "SELECT count(*) FROM articles")[0]
    assert query(archive, "SELECT count(*) FROM pages WHERE kind = 'list'") == [(1,)]
    code, out = luntan(server, "crawl", str(archive), "demo", "--column", "阅读", "--limit", "2", *FAST)
    assert code in (0, 2), out
    assert first > 1


def test_limit_bounds_the_articles_and_the_next_crawl_takes_up_the_rest(
    tmp_path: Path, server: DemoServer
) -> None:
    archive = tmp_path / "a.db"
    luntan(server, "crawl", str(archive), "demo", "--limit", "3", *FAST)
    (few,) = query(archive, "SELECT count(*) FROM articles")[0]
    assert 1 <= few <= 3
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 0, out
    assert query(archive, "SELECT count(*) FROM articles") == [(len(site_truth(server.url).articles),)]


def test_ctrl_c_loses_nothing_and_the_same_command_goes_on(tmp_path: Path, server: DemoServer) -> None:
    archive = tmp_path / "a.db"
    slow = ("-s", "DOWNLOAD_DELAY=0.1", "-s", "HTTPPROXY_ENABLED=0")
    process = start(server, "crawl", str(archive), "demo", *slow)
    wait_for_articles(archive, 3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "run the same command again" in err
    assert "Traceback" not in err
    assert query(archive, "PRAGMA integrity_check") == [("ok",)]
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 0, out
    assert query(archive, "SELECT count(*) FROM articles") == [(len(site_truth(server.url).articles),)]


def scrapy_crawl(server: DemoServer, archive: Path) -> subprocess.CompletedProcess[str]:
    program = PROGRAM.replace(
        'main(sys.argv[2:], prog_name="luntan")',
        "from scrapy.cmdline import execute; execute(['scrapy', *sys.argv[2:]])",
    ).replace("from crawler.cli import main\n", "")
    arguments = ["crawl", "column", "-a", "site=demo", "-a", "column=yuedu", "-s", f"ARCHIVE_PATH={archive}"]
    return subprocess.run(
        [sys.executable, "-c", program, server.url, *arguments, *FAST],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )


def test_scrapy_crawl_does_the_same(tmp_path: Path, server: DemoServer) -> None:
    archive = tmp_path / "a.db"
    result = scrapy_crawl(server, archive)
    assert result.returncode == 0, result.stderr
    expected = [
        url for url, article in site_truth(server.url).articles.items() if _found_in(server, url, "yuedu")
    ]
    assert {url for (url,) in query(archive, "SELECT url FROM articles")} == set(expected)


def test_scrapy_crawl_of_a_busy_site_or_a_foreign_file_says_so_and_fetches_nothing(
    tmp_path: Path, server: DemoServer
) -> None:
    archive = tmp_path / "a.db"
    foreign = tmp_path / "foreign.db"
    foreign.write_text("not an archive " * 100)
    server.requested.clear()
    lock = RunLock(archive, "demo")
    try:
        busy = scrapy_crawl(server, archive)
    finally:
        lock.release()
    unusable = scrapy_crawl(server, foreign)
    assert "demo is being crawled already by process" in busy.stderr
    assert "not an SQLite file" in unusable.stderr
    for result in (busy, unusable):
        assert "Traceback" not in result.stderr and "archive_unusable" in result.stderr
    assert server.requested == [] and foreign.read_text().startswith("not an archive")


def test_an_error_in_the_reader_is_told_and_leaves_its_pages_to_the_next_crawl(
    tmp_path: Path, server: DemoServer
) -> None:
    archive = tmp_path / "a.db"
    broken = PROGRAM.replace(
        "from crawler.demo.site import demo_sites",
        "from crawler.demo import site\nfrom dataclasses import replace\n"
        "def demo_sites(url):\n"
        "    return tuple(replace(s, layouts=tuple(replace(l, gallery=5) for l in s.layouts))"
        " for s in site.demo_sites(url))",
    )
    for processes in ("0", "1"):
        arguments = ["crawl", str(archive), "demo", *FAST, "-s", f"READER_PROCESSES={processes}"]
        result = subprocess.run(
            [sys.executable, "-c", broken, server.url, *arguments],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=120,
        )
        assert result.returncode == 1
        assert "met an error in luntan itself" in result.stderr and "in gallery_images" in result.stderr
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 0, out
    assert query(archive, "SELECT count(*) FROM articles") == [(len(site_truth(server.url).articles),)]


def _found_in(server: DemoServer, url: str, slug: str) -> bool:
    path = url.removeprefix(server.url)
    pages = server.hosts["127.0.0.1"]
    return any(path.encode() in answer.body for name, answer in pages.items() if name.startswith(f"/{slug}/"))


def test_a_site_that_does_not_answer_is_a_failed_crawl(tmp_path: Path) -> None:
    with serve() as gone:
        pass
    archive = tmp_path / "a.db"
    code, out = luntan(gone, "crawl", str(archive), "demo", *FAST, "-s", "RETRY_ENABLED=0")
    assert code == 1
    assert "robots.txt" in out and "was left alone" in out
    assert query(archive, "SELECT count(*) FROM articles") == [(0,)]


def test_a_disk_that_fills_stops_the_crawl_and_keeps_the_archive_whole(
    tmp_path: Path, server: DemoServer
) -> None:
    archive = tmp_path / "a.db"
    # A limit on the size of a file is how a full disk looks to SQLite.
    limited = PROGRAM.replace(
        "import sys",
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (180_000, 180_000))",
        1,
    )
    result = subprocess.run(
        [sys.executable, "-c", limited, server.url, "crawl", str(archive), "demo", *FAST],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )
    assert result.returncode == 1, result.stderr
    assert "a.db" in result.stderr and "Traceback" not in result.stderr
    assert query(archive, "PRAGMA integrity_check") == [("ok",)]
    assert os.path.getsize(archive) <= 180_000
