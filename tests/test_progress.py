"""The view of a running crawl: in place, as wide as the terminal, never on a pipe, torn by nothing."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from scrapy.crawler import Crawler
from wcwidth import wcswidth

from archive.rows import BEIJING
from crawler.crawling import crawl_settings
from crawler.demo.pages import Response
from crawler.demo.server import DemoServer
from crawler.manners.hosts import Hosts
from crawler.progress import ProgressView, Snapshot, view
from crawler.screen import Screen, clipped
from tests.test_crawl import PROGRAM, ROOT, luntan

SLOW = ("-s", "DOWNLOAD_DELAY=0.05", "-s", "HTTPPROXY_ENABLED=0")


class Terminal:
    """As much of a terminal as the view needs: it wraps, goes up, erases downwards."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rows: list[str] = [""]
        self.at = 0

    def feed(self, text: str) -> None:
        for part in re.findall(r"\x1b\[\d*[A-Z]|\r|\n|[^\x1b\r\n]+", text):
            if part == "\n":
                self._down()
                self.rows[self.at] = ""
            elif part == "\r":
                self.is_at_start = True
            elif up := re.fullmatch(r"\x1b\[(\d+)A", part):
                self.at -= int(up[1])
                assert self.at >= 0, "never above where it began"
            elif part == "\x1b[J":
                del self.rows[self.at :]
                self.rows.append("")
            else:
                for character in part:
                    if wcswidth(self.rows[self.at] + character) > self.columns:
                        self._down()
                    self.rows[self.at] += character

    def _down(self) -> None:
        self.at += 1
        if self.at == len(self.rows):
            self.rows.append("")

    def narrow(self, columns: int) -> None:
        """Wrap all that stands there anew, as terminals do."""
        before, self.rows, self.at, self.columns = self.rows, [""], 0, columns
        for number, row in enumerate(before):
            self.feed(("\n" if number else "") + row)


class Sized(Screen):
    """A screen over a terminal of a known size."""

    def __init__(self, terminal: Terminal) -> None:
        self.written = io.StringIO()
        super().__init__(self.written)
        self.terminal = terminal

    def _size(self) -> tuple[int, int]:
        return self.terminal.columns, 24

    def look(self) -> list[str]:
        self.terminal.feed(self.written.getvalue())
        self.written.seek(0)
        self.written.truncate()
        return self.terminal.rows


def test_blocks_are_redrawn_in_place_and_other_lines_stand_above() -> None:
    screen = Sized(Terminal(40))
    screen.show("a", ["one", "two"])
    assert screen.look() == ["one", "two"]
    screen.show("b", ["three"])
    screen.show("a", ["一", "二"])
    assert screen.look() == ["一", "二", "three"]
    with screen.stood_aside():
        screen.written.write("2026 ERROR x: said\n")
    assert screen.look() == ["2026 ERROR x: said", "一", "二", "three"]
    screen.show("a", [])
    screen.show("b", [])
    assert screen.look() == ["2026 ERROR x: said", ""]


def test_nothing_is_written_before_something_is_shown_or_while_nothing_changes() -> None:
    screen = Sized(Terminal(40))
    with screen.stood_aside():
        pass
    assert screen.written.getvalue() == ""
    screen.show("a", ["same"])
    screen.look()
    screen.show("a", ["same"])
    assert screen.written.getvalue() == ""


def test_chinese_lines_are_cut_to_the_terminal_and_a_narrowed_terminal_is_cleaned() -> None:
    terminal = Terminal(40)
    screen = Sized(terminal)
    screen.show("a", ["人民论坛党建专栏" * 5, "x" * 100])
    assert screen.look() == ["人民论坛党建专栏人民论坛党建专栏人民论", "x" * 39]
    terminal.narrow(16)
    assert len(terminal.rows) == 6
    screen.show("a", ["人民论坛党建专栏" * 5, "x" * 100])
    assert screen.look() == ["人民论坛党建专", "x" * 15]


def test_a_terminal_of_no_size_and_characters_of_no_width_do_no_harm() -> None:
    assert clipped("e\u0301x", 1) == "e\u0301" and clipped("党", 1) == "" and clipped("", 5) == ""
    screen = Screen(io.StringIO())
    screen.show("a", ["x" * 500])
    screen.show("a", [])


def test_the_view_neutralises_what_it_shows() -> None:
    lines = view(Snapshot("x", 1, 0, 0.0, 0.0, 3, {}, ("host\x1b[2J: paused\n",)))
    assert len(lines) == 3 and all(line.isprintable() for line in lines)


class StubCrawler:
    """As much of a crawl as the view looks at; three requests wait."""

    crawling = True

    def __init__(self, **settings: Any) -> None:
        self.settings = crawl_settings(Path("a.db"), settings)
        self.stats = SimpleNamespace(get_value=lambda *_: 0)
        self.spider = SimpleNamespace(site=SimpleNamespace(name="x"), columns=[1])

    def get_item_pipeline(self, kind: type) -> None:
        return None


def reasons(crawler: StubCrawler, delays: dict[str, float]) -> tuple[str, ...]:
    """Why the requests wait, by the delays of the hosts."""
    slots = {name: SimpleNamespace(delay=delay, queue=[]) for name, delay in delays.items()}
    crawler.engine = SimpleNamespace(  # type: ignore[attr-defined]
        downloader=SimpleNamespace(slots=slots), scheduler=[1, 2, 3]
    )
    progress = ProgressView(cast(Crawler, crawler))
    progress._began = 0.0
    snapshot = progress.snapshot(10.0)
    assert snapshot.waiting == 3
    return snapshot.reasons


def test_why_requests_wait_is_said() -> None:
    crawler = StubCrawler()
    assert reasons(crawler, {"a.cn": 0.0}) == ()
    assert reasons(crawler, {"a.cn": 1.0}) == ("one request in 1 s to a.cn",)
    Hosts.of(cast(Crawler, crawler)).wait_until(
        "a.cn", "HTTP 429", datetime.now(BEIJING) + timedelta(seconds=90)
    )
    assert reasons(crawler, {"a.cn": 1.0, "b.cn": 2.5}) == (
        "a.cn is paused for 1m30s (HTTP 429)",
        "one request in 2.5 s to b.cn",
    )
    crawler.crawling = False
    assert "ending in order" in reasons(crawler, {"a.cn": 1.0})[0]


def test_quiet_hours_are_said() -> None:
    now = datetime.now(BEIJING)
    last = now + timedelta(minutes=31)
    (reason,) = reasons(StubCrawler(QUIET_HOURS=f"{now:%H:%M}-{last:%H:%M}"), {"a.cn": 1.0})
    assert re.fullmatch(r"quiet hours for (31m|30m(\d+s)?)", reason)


def watch(
    server: DemoServer, *arguments: str, columns: int = 80, term: str = "xterm"
) -> tuple[int, list[tuple[float, str]]]:
    """Run luntan on a pseudo-terminal; gives its exit code and what it wrote, and when."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, server.url, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        cwd=ROOT,
        env={**os.environ, "TERM": term},
    )
    os.close(follower)
    written = []
    deadline = time.monotonic() + 120
    with contextlib.suppress(OSError):
        while time.monotonic() < deadline and select.select([leader], [], [], 60)[0]:
            chunk = os.read(leader, 65536)
            if not chunk:
                break
            written.append((time.monotonic(), chunk.decode()))
    os.close(leader)
    return process.wait(timeout=60), written


def test_a_watched_crawl_shows_itself_in_place_and_leaves_the_summary(
    tmp_path: Path, server: DemoServer
) -> None:
    code, written = watch(server, "crawl", str(tmp_path / "a.db"), "demo", *SLOW, columns=150)
    text = "".join(part for _, part in written).replace("\r\n", "\n")
    assert code == 0, text
    for words in ("columns 6/6", " a second", "new ", "refused ", "waiting ", "one request in"):
        assert words in text, words
    views = text.count("columns ")
    seconds = written[-1][0] - written[0][0]
    # A view has three lines; a few redraws a second, whatever the number of pages.
    assert 3 < views <= seconds / 0.25 + 3
    terminal = Terminal(150)
    terminal.feed(text)
    assert len(terminal.rows) == 2 and terminal.rows[-1] == ""
    assert re.search(r"62 pages: 43 new, 1 gone, 2 refused", terminal.rows[0])


def test_a_host_that_asks_for_patience_is_seen_to_get_it(tmp_path: Path, server: DemoServer) -> None:
    pages = server.hosts["127.0.0.1"]
    assert isinstance(pages, dict)
    kept = pages["/yuedu/"]
    pages["/yuedu/"] = Response(429, {"Retry-After": "2"}, b"")
    try:
        _, written = watch(server, "crawl", str(tmp_path / "a.db"), "demo", "--column", "yuedu", *SLOW)
    finally:
        pages["/yuedu/"] = kept
    text = "".join(part for _, part in written)
    assert re.search(r"waiting \d+: 127\.0\.0\.1 is paused for [12]s \(HTTP 429\)", text), text


def test_an_error_stands_whole_above_the_view(tmp_path: Path, server: DemoServer) -> None:
    pages = server.hosts["127.0.0.1"]
    assert isinstance(pages, dict)
    kept = pages.pop("/yuedu/")
    try:
        code, written = watch(server, "crawl", str(tmp_path / "a.db"), "demo", *SLOW, columns=200)
    finally:
        pages["/yuedu/"] = kept
    terminal = Terminal(200)
    terminal.feed("".join(part for _, part in written).replace("\r\n", "\n"))
    assert code == 1
    assert re.match(r"\d{4}-\S+ ERROR column: demo/yuedu: \S+ gave no articles: ", terminal.rows[0])
    assert any(row.startswith("Error: 1 list page(s)") for row in terminal.rows)
    assert not any("columns " in row for row in terminal.rows)


def test_no_view_on_a_pipe_nor_on_a_dumb_terminal(tmp_path: Path, server: DemoServer) -> None:
    _, out = luntan(server, "crawl", str(tmp_path / "a.db"), "demo", "--column", "yuedu", *SLOW)
    assert "\x1b" not in out and "\r" not in out and "columns " not in out
    _, written = watch(
        server, "crawl", str(tmp_path / "b.db"), "demo", "--column", "yuedu", *SLOW, term="dumb"
    )
    text = "".join(part for _, part in written)
    assert "\x1b" not in text and "columns " not in text and " stored http" in text


def test_log_json_on_a_terminal_is_not_mixed_with_a_view(tmp_path: Path, server: DemoServer) -> None:
    _, written = watch(
        server, "crawl", str(tmp_path / "a.db"), "demo", "--column", "yuedu", "--log-json", *SLOW
    )
    text = "".join(part for _, part in written)
    assert "\x1b" not in text and all(line.startswith("{") for line in text.split("\r\n") if line)
