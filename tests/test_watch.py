"""``luntan watch``: crawls again and again in one process, ends in order, and goes on after a failure."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archive.rows import BEIJING
from archive.store import Archive
from crawler.demo.server import DemoServer
from crawler.watch import last_start, next_start
from tests.test_cli import run
from tests.test_crawl import FAST, PROGRAM, ROOT, query
from tests.test_logs import LINE

# As a user's luntan, but for the sample site, which the crawls that it starts must know too.
WATCH = (
    "import sys\nimport crawler.schedule_cli\n"
    f"crawler.schedule_cli.luntan_program = lambda: (sys.executable, '-c', {PROGRAM!r}, sys.argv[1])\n"
    f"{PROGRAM}"
)
SLOW = ("-s", "DOWNLOAD_DELAY=0.5", "-s", "HTTPPROXY_ENABLED=0")


@pytest.fixture
def watching(tmp_path: Path, server: DemoServer) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        # To a file: nobody reads a pipe while the test looks at the archive.
        with (tmp_path / "log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", WATCH, server.url, "watch", str(tmp_path / "a.db"), *arguments],
                stdout=log,
                stderr=log,
                text=True,
                cwd=ROOT,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=60)


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if is_so():
                return
        except sqlite3.OperationalError:
            pass
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def runs(archive: Path) -> list[tuple[str, str]]:
    return query(archive, "SELECT site, outcome FROM runs ORDER BY id") if archive.exists() else []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_sites_are_crawled_in_turn_again_and_again_until_asked_to_stop(
    tmp_path: Path, watching: Callable[..., subprocess.Popen[str]], number: signal.Signals
) -> None:
    archive = tmp_path / "a.db"
    process = watching("demo", "demo-mirror", "--every", "1s", "--jitter", "1s", *FAST)
    assert process.wait(timeout=60) == 2, "a jitter as long as the interval is refused"
    process = watching("demo", "demo-mirror", "--every", "2s", "--jitter", "1s", *FAST)
    wait_until(lambda: len(runs(archive)) >= 4, process, tmp_path / "log")
    process.send_signal(number)
    assert process.wait(timeout=60) == 0
    found = runs(archive)
    assert [site for site, _ in found[:4]] == ["demo", "demo-mirror"] * 2
    assert {outcome for _, outcome in found[:3]} == {"finished"}
    log = (tmp_path / "log").read_text()
    assert all(LINE.fullmatch(line) for line in log.splitlines()), log
    assert log.count("the next crawl begins at") >= 4 and "INFO luntan: stopped" in log
    assert " 43 new" in log and query(archive, "PRAGMA integrity_check") == [("ok",)]


def test_a_crawl_at_work_is_ended_in_order_and_taken_up_at_once_by_the_next_watch(
    tmp_path: Path, watching: Callable[..., subprocess.Popen[str]]
) -> None:
    archive = tmp_path / "a.db"
    process = watching("demo", "--every", "6h", *SLOW)
    wait_until(lambda: bool(query(archive, "SELECT 1 FROM articles")), process, tmp_path / "log")
    began = time.monotonic()
    process.terminate()
    assert process.wait(timeout=60) == 0
    assert time.monotonic() - began < 30
    assert runs(archive) == [("demo", "shutdown")]
    assert "Traceback" not in (tmp_path / "log").read_text()
    process = watching("demo", "--every", "6h", *FAST)
    wait_until(lambda: ("demo", "finished") in runs(archive), process, tmp_path / "log")
    process.terminate()
    assert process.wait(timeout=60) == 0
    # Now all is done: a watch that begins again waits for its time.
    process = watching("demo", "--every", "6h", "--jitter", "1s", "--log-json", *FAST)
    wait_until(lambda: "next crawl" in (tmp_path / "log").read_text(), process, tmp_path / "log")
    time.sleep(1)
    process.terminate()
    assert process.wait(timeout=60) == 0
    assert len(runs(archive)) == 2
    assert all(line.startswith('{"time"') for line in (tmp_path / "log").read_text().splitlines())


def test_a_crawl_that_fails_is_told_and_the_next_one_goes_on(
    tmp_path: Path, server: DemoServer, watching: Callable[..., subprocess.Popen[str]]
) -> None:
    archive = tmp_path / "a.db"
    pages = server.hosts["127.0.0.1"]
    assert isinstance(pages, dict)
    kept = pages.pop("/yuedu/")
    process = watching("demo", "--column", "yuedu", "--every", "2s", "--jitter", "1s", *FAST)
    log = tmp_path / "log"
    wait_until(lambda: "demo: the crawl ended with exit code 1" in log.read_text(), process, log)
    pages["/yuedu/"] = kept
    wait_until(lambda: bool(query(archive, "SELECT 1 FROM articles")), process, log)


def test_wrong_usage_ends_the_watch(tmp_path: Path, watching: Callable[..., subprocess.Popen[str]]) -> None:
    process = watching("demo", "--every", "2s", "-s", "NOVALUE")
    assert process.wait(timeout=60) == 2
    assert "NAME=VALUE" in (tmp_path / "log").read_text()


def test_the_next_start_is_reckoned_from_the_last_one() -> None:
    last = datetime(2026, 3, 1, 8, tzinfo=BEIJING)
    hour = timedelta(hours=1)
    assert next_start(last, last + hour, 6 * hour, timedelta(0)) == last + 6 * hour
    assert next_start(last, last + 2 * hour, hour, timedelta(0)) == last + 2 * hour, "late: at once"
    # A clock that went back must not keep the crawls away for longer than an interval and its jitter.
    assert next_start(last + 99 * hour, last, 6 * hour, hour) <= last + 7 * hour


def test_the_last_start_is_that_of_a_crawl_which_did_its_work(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert last_start(path, "rmlt") is None
    (tmp_path / "empty.db").touch()
    assert last_start(tmp_path / "empty.db", "rmlt") is None
    for command, site, outcome in (
        ("crawl", "rmlt", "finished"),
        ("crawl", "other", "finished"),
        ("ingest", None, "finished"),
    ):
        with Archive.open(path) as archive:
            archive.end_run(archive.begin_run(command, site, {}), outcome)
    found = last_start(path, "rmlt")
    assert found is not None and datetime.now(BEIJING) - found < timedelta(minutes=1)
    with Archive.open(path) as archive:
        archive.end_run(archive.begin_run("crawl", "rmlt", {}), "shutdown")
    assert last_start(path, "rmlt") is None
    with Archive.open(path) as archive:
        archive.db.execute("UPDATE runs SET outcome = 'running' WHERE outcome = 'shutdown'")
    assert last_start(path, "rmlt") is None, "it was killed"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("a.db", "rmtl", "--every", "6h"), 2, "did you mean rmlt?"),
        (("a.db", "--every", "6h"), 2, "SITE"),
        (("a.db", "rmlt", "rmlt", "--every", "6h", "--column", "dangjian"), 2, "one site"),
        (("words.db", "rmlt", "--every", "6h"), 1, "not an SQLite file"),
    ],
)
def test_a_mistake_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.db").write_text("only words, and more of them, and no database at all")
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    result = run("watch", *arguments)
    assert result.exit_code == code and words in result.stderr, result.stderr
