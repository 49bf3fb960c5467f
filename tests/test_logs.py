"""What a crawl says when nobody watches: a line an event, in words or as JSON, whatever a page put there."""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path

import pytest
from scrapy.exceptions import DropItem

from archive.errors import SiteBusy
from archive.store import Archive
from archive.visible import visible_line
from crawler.demo.server import DemoServer
from crawler.demo.truth import site_truth
from crawler.logs import JsonFormatter, LineFormatter, LogFormatter, tell
from pipelines.items import Article, Page
from pipelines.validate import ValidatePipeline
from tests.test_crawl import FAST, luntan, query, start
from tests.test_runs import at_work, kill

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00 (INFO|WARNING|ERROR) [\w.]+: \S.*")
HOSTILE = "第一行\n2026-01-01 INFO x: forged\x1b[2J\x9b31m\u202egnp.exe\u2028\x00\r\ud800"


def record(words: str, *values: object, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("crawler.x", level, "", 0, words, values, None)


def test_a_line_stays_one_line_and_can_not_steer_a_terminal() -> None:
    for formatter in (LineFormatter(), JsonFormatter()):
        line = formatter.format(record("%s", HOSTILE))
        assert line.isprintable() and len(line.splitlines()) == 1, line
        assert "\x1b" not in line and "\u202e" not in line
        line.encode()
    assert json.loads(JsonFormatter().format(record("%s", HOSTILE)))["message"] == HOSTILE
    assert LINE.fullmatch(LineFormatter().format(record("%s", HOSTILE)))


def test_a_traceback_is_part_of_the_line() -> None:
    try:
        raise ValueError("坏了")
    except ValueError:
        failed = record("it broke", level=logging.ERROR)
        failed.exc_info = sys.exc_info()
    line = LineFormatter().format(failed)
    assert LINE.fullmatch(line) and r"it broke\nTraceback" in line and line.endswith("ValueError: 坏了")
    assert json.loads(JsonFormatter().format(failed))["traceback"].endswith("ValueError: 坏了")


def test_the_line_of_a_page_names_its_address_its_state_and_why() -> None:
    page = Page("http://x.cn/1", state="stored", status=200)
    article = Article(page.url, "题", "", page=page)
    with pytest.raises(DropItem) as dropped:
        ValidatePipeline().process_item(article)
    # By which Scrapy counts it.
    assert type(dropped.value).__name__ == "NoBody"
    reason = "NoBody: no text is left once bylines and notices are removed"
    formatter = LogFormatter()
    for said, expected in (
        (formatter.scraped(article, None, None), ("stored", 200, None)),  # type: ignore[arg-type]
        (
            formatter.dropped(article, dropped.value, None, None),  # type: ignore[arg-type]
            ("refused", 200, reason),
        ),
    ):
        line = json.loads(JsonFormatter().format(record(said["msg"], said["args"])))
        assert (line["state"], line["status"], line["reason"]) == expected
        assert line["url"] == page.url and page.url in line["message"]


def test_what_is_said_to_a_person_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    tell("sentence", logging.ERROR, "100% wrong\x1b[2J")
    tell("line", logging.INFO, "%(archive)s: done", {"archive": "a.db"})
    tell("json", logging.INFO, "%(archive)s: done", {"archive": "a.db"})
    sentence, line, as_json = capsys.readouterr().err.splitlines()
    assert sentence == r"Error: 100% wrong\x1b[2J"
    assert LINE.fullmatch(line) and line.endswith("INFO luntan: a.db: done")
    assert json.loads(as_json)["archive"] == "a.db"


def test_an_unwatched_crawl_says_each_page_in_a_line_and_the_outcome_in_the_last(
    tmp_path: Path, server: DemoServer
) -> None:
    archive = tmp_path / "a.db"
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    lines = out.splitlines()
    assert code == 0 and all(LINE.fullmatch(line) for line in lines), out
    stored = len(site_truth(server.url).articles)
    assert sum(" stored http" in line for line in lines) == stored
    ((refused,),) = query(archive, "SELECT count(*) FROM pages WHERE state = 'refused'")
    assert sum(" refused http" in line for line in lines) == refused > 0
    assert f"{stored} new, 1 gone" in lines[-1] and re.search(r"; 0\.[1-9] MB in ", lines[-1])


def test_log_json_is_json_from_the_first_line_to_the_last(tmp_path: Path, server: DemoServer) -> None:
    archive = tmp_path / "a.db"
    code, out = luntan(server, "crawl", str(archive), "demo", "--log-json", *FAST)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and all({"time", "level", "logger", "message"} <= set(line) for line in lines)
    told = {line["url"]: (line["state"], line["status"], line["reason"]) for line in lines if "url" in line}
    rows = query(archive, "SELECT url, state, status, reason FROM pages WHERE kind = 'article'")
    assert rows and all(told[url] == tuple(rest) for url, *rest in rows)
    ((pages, new, gone),) = query(archive, "SELECT pages, new, gone FROM runs")
    counts = lines[-1]["counts"]
    assert (counts["pages"], counts["new"], counts["gone"]) == (pages, new, gone)


def test_what_keeps_a_crawl_from_beginning_is_json_too(tmp_path: Path, server: DemoServer) -> None:
    (tmp_path / "words.db").write_text("only words, and more of them, and no database at all")
    code, out = luntan(server, "crawl", str(tmp_path / "words.db"), "demo", "--log-json")
    (line,) = map(json.loads, out.splitlines())
    assert code == 1 and line["level"] == "ERROR" and "not an SQLite file" in line["message"]


@pytest.mark.parametrize(
    ("setting", "words"), [("LOG_FILE=/nowhere/x", "/nowhere/x"), ("LOG_LEVEL=LOUD", "LOUD")]
)
def test_a_log_that_can_not_be_is_wrong_usage(
    tmp_path: Path, server: DemoServer, setting: str, words: str
) -> None:
    code, out = luntan(server, "crawl", str(tmp_path / "a.db"), "demo", "-s", setting)
    assert code == 2 and words in out and "Traceback" not in out


def test_a_log_file_holds_the_lines_and_the_last_word_is_said_aloud(
    tmp_path: Path, server: DemoServer
) -> None:
    log = tmp_path / "crawl.log"
    code, out = luntan(
        server, "crawl", str(tmp_path / "a.db"), "demo", "--column", "yuedu", "-s", f"LOG_FILE={log}", *FAST
    )
    assert code == 0 and len(out.splitlines()) == 1 and " new" in out
    lines = log.read_text(encoding="utf-8").splitlines()
    assert all(LINE.fullmatch(line) for line in lines) and any(" stored http" in line for line in lines)


def test_an_overlapping_crawl_fails_leaves_or_waits_with_a_clear_word(
    tmp_path: Path, server: DemoServer
) -> None:
    archive = tmp_path / "a.db"
    first = at_work(archive, "crawl", "demo")
    waiting = start(server, "crawl", str(archive), "demo", "--busy", "wait", *FAST)
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 1 and "is being crawled already by process" in out and "wait until it ends" in out
    code, out = luntan(server, "crawl", str(archive), "demo", "--busy", "skip", *FAST)
    assert code == 0 and f"by process {first.pid}" in out and "left to it" in out
    assert "Traceback" not in out and len(out.splitlines()) == 1
    assert waiting.poll() is None, "it is still there"
    kill(first)
    _, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 0 and err.count("waiting until it ends") == 1
    assert query(archive, "SELECT outcome FROM runs") == [("killed",), ("finished",)]


def test_a_busy_site_is_named_with_the_way_out(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db") as holder, Archive.open(tmp_path / "a.db") as other:
        holder.begin_run("crawl", "rmlt", {})
        with pytest.raises(SiteBusy, match="wait until it ends") as caught:
            other.check_free("rmlt")
        assert "rmlt is being crawled already" in caught.value.words


def test_printable_leaves_words_alone() -> None:
    words = "人民论坛 “引号” — café 🙂"
    assert visible_line(words) == words
