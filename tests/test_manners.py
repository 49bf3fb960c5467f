"""A crawl as a guest: what the server saw of it, by the server's own log."""

from __future__ import annotations

import re
import signal
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from archive.rows import BEIJING
from crawler.cli import main
from crawler.manners.hosts import Hosts
from crawler.manners.identity import known_contact
from crawler.manners.introduce import introduce
from crawler.sites import SITES
from tests.manners_site import ARTICLES, PATHS, Answer, MannersServer, crawl, serve, start
from tests.test_crawl import query

# A timer may ring a little early, and a request needs its time to reach the server's log.
SLACK = 0.05


def states(archive: Path) -> dict[str, int]:
    return dict(query(archive, "SELECT state, count(*) FROM pages WHERE kind = 'article' GROUP BY state"))


def is_robots(path: str) -> bool:
    return path == "/robots.txt"


def test_one_at_a_time_no_nearer_than_the_delay_and_not_by_the_clock(tmp_path: Path) -> None:
    with serve() as server:
        code, words = crawl(server, tmp_path / "a.db", "DOWNLOAD_DELAY=0.2", "HOST_DELAY_JITTER=0.5")
        gaps = server.gaps()
    assert code == 0, words
    assert len(gaps) == ARTICLES + 1
    assert min(gaps) >= 0.2 - SLACK
    assert len({round(gap, 2) for gap in gaps}) > 1, "a jitter"


def test_the_throttle_is_slower_than_the_delay_where_the_host_is_slow(tmp_path: Path) -> None:
    def slow(host: str, path: str, times: int) -> None:
        time.sleep(0.3)

    with serve(slow) as server:
        code, words = crawl(server, tmp_path / "a.db", "AUTOTHROTTLE_ENABLED=1")
        gaps = server.gaps()
    assert code == 0, words
    # Half a request at a time: the host rests as long as it worked.
    assert min(gaps[1:]) >= 0.6 - SLACK


@pytest.mark.parametrize("pace", ["Crawl-delay: 0.7", "Request-rate: 10/7"])
def test_the_pace_that_robots_txt_asks_for_is_kept(tmp_path: Path, pace: str) -> None:
    robots = Answer(200, f"User-agent: *\n{pace}\n".encode())
    with serve(lambda host, path, times: robots if is_robots(path) else None) as server:
        code, words = crawl(server, tmp_path / "a.db", "AUTOTHROTTLE_ENABLED=1")
        gaps = server.gaps()
    assert code == 0, words
    assert len(gaps) == ARTICLES + 1 and min(gaps) >= 0.7 - SLACK


def test_a_pace_beyond_all_measure_is_bounded(tmp_path: Path) -> None:
    robots = Answer(200, b"User-agent: luntan\nCrawl-delay: 86400\n")
    with serve(lambda host, path, times: robots if is_robots(path) else None) as server:
        code, words = crawl(server, tmp_path / "a.db", "CRAWL_DELAY_MAX=0.3")
        gaps = server.gaps()
    assert code == 0 and "asks for 86400 seconds between requests, it is given 0.3" in words
    assert min(gaps) >= 0.3 - SLACK and max(gaps) < 10


def in_seconds() -> str:
    return "2"


def as_a_date() -> str:
    # A date has whole seconds: two to three from now.
    return format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)


@pytest.mark.parametrize(("status", "words"), [(503, in_seconds), (429, as_a_date)])
def test_retry_after_pauses_the_whole_host_and_the_request_is_made_again(
    tmp_path: Path, status: int, words: object
) -> None:
    def script(host: str, path: str, times: int) -> Answer | None:
        if path in PATHS and len(server.asked("/2024")) == 2:
            return Answer(status, headers={"Retry-After": words()})  # type: ignore[operator]
        return None

    with serve(script) as server:
        code, said = crawl(server, tmp_path / "a.db")
        gaps = server.gaps("/2024")
    assert code == 0, said
    assert states(tmp_path / "a.db") == {"stored": ARTICLES}
    assert len(gaps) == ARTICLES, "each article once, and one of them once more"
    assert gaps[1] >= 2 - SLACK and sum(gap > 1 for gap in gaps) == 1


def test_without_retry_after_the_pauses_double(tmp_path: Path) -> None:
    def script(host: str, path: str, times: int) -> Answer | None:
        return Answer(429) if path in PATHS and len(server.asked("/2024")) in (1, 2, 3) else None

    with serve(script) as server:
        code, said = crawl(server, tmp_path / "a.db")
        gaps = server.gaps("/2024")
    assert code == 0, said
    assert states(tmp_path / "a.db") == {"stored": ARTICLES}
    for gap, pause in zip(gaps, (0.3, 0.6, 1.2), strict=False):
        assert pause - SLACK <= gap < pause + 2


def test_a_storm_of_429_ends_the_hosts_part_of_the_run_and_the_next_run_finishes(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    storm = True

    def script(host: str, path: str, times: int) -> Answer | None:
        return Answer(429) if storm and path in PATHS else None

    with serve(script) as server:
        code, said = crawl(server, archive, "HOST_PAUSE_START=0.05", "HOST_MAX_REFUSALS=4")
        assert code == 1
        assert "127.0.0.1 refused 4 pages in a row (HTTP 429) and was left alone" in said
        assert len(server.asked("/2024")) == 4, "asked no more than it refused"
        assert states(archive) == {"found": ARTICLES}
        assert query(archive, "SELECT outcome, pages, failed FROM runs") == [("refused", 1, 0)]
        storm = False
        code, said = crawl(server, archive)
    assert code == 0, said
    assert states(archive) == {"stored": ARTICLES}


def test_a_single_page_that_answers_503_for_ever_costs_only_itself(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    with serve(lambda host, path, times: Answer(503) if path == PATHS[1] else None) as server:
        code, said = crawl(server, archive, "HOST_PAUSE_START=0.05")
        assert len(server.asked(PATHS[1])) == 4
    assert code == 1 and "1 page(s) did not come" in said
    assert states(archive) == {"stored": ARTICLES - 1, "failed": 1}


@pytest.mark.parametrize("status", [403, 500])
def test_repeated_refusals_stop_the_host(tmp_path: Path, status: int) -> None:
    archive = tmp_path / "a.db"

    def script(host: str, path: str, times: int) -> Answer | None:
        return Answer(status) if path in PATHS else None

    with serve(script) as server:
        code, said = crawl(server, archive, "DOWNLOAD_DELAY=0.01", "HOST_MAX_REFUSALS=3")
        assert len(server.asked("/2024")) == 3, "others come before the same once more"
    assert code == 1 and f"refused 3 pages in a row (HTTP {status})" in said
    # A 500 would have been tried again, and so stays found; a 403 is an answer.
    assert states(archive) == ({"found": ARTICLES} if status == 500 else {"failed": 3, "found": ARTICLES - 3})


def test_pages_that_are_broken_for_good_stop_no_host(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    broken = PATHS[:3]
    with serve(lambda host, path, times: Answer(500) if path in broken else None) as server:
        for _ in range(4):
            code, said = crawl(server, archive, "DOWNLOAD_DELAY=0.01", "HOST_MAX_REFUSALS=4")
            assert code == 1 and "left alone" not in said
        server.log.clear()
        crawl(server, archive)
        assert not server.asked("/2024"), "asked for less and less"
    assert states(archive) == {"stored": 1, "failed": 3}
    assert query(archive, "SELECT DISTINCT outcome FROM runs") == [("finished",)]


def test_a_wall_before_the_pages_stops_the_host(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    wall = "<html><head><title>安全验证</title></head><body><p>请完成下方验证</p></body></html>".encode()
    html = {"Content-Type": "text/html; charset=utf-8"}
    with serve(lambda host, path, times: Answer(200, wall, html) if path in PATHS else None) as server:
        code, said = crawl(server, archive, "HOST_MAX_REFUSALS=2")
        assert len(server.asked("/2024")) == 2
    assert code == 1 and "refused 2 pages in a row (Challenge: " in said
    assert states(archive) == {"failed": 2, "found": ARTICLES - 2}


def test_who_asks_for_longer_than_a_run_waits_is_left_in_order_until_then(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"

    def script(host: str, path: str, times: int) -> Answer | None:
        busy = Answer(503, headers={"Retry-After": "3600"})
        return busy if path in PATHS and len(server.asked("/2024")) == 2 else None

    with serve(script) as server:
        code, said = crawl(server, archive)
        server.script = lambda host, path, times: None
        assert code == 0 and "127.0.0.1 asked not to be visited before " in said.splitlines()[-1]
        assert len(server.asked("/2024")) == 2
        assert states(archive) == {"stored": 1, "found": ARTICLES - 1}
        assert query(archive, "SELECT outcome FROM runs") == [("asked_to_wait",)]
        # The next run asks the host nothing, not even for its robots.txt.
        server.log.clear()
        code, said = crawl(server, archive)
        assert code == 0 and server.log == [] and "asked not to be visited" in said.splitlines()[-1]
        query(archive, "UPDATE hosts SET not_before = noted_at")
        code, said = crawl(server, archive)
    assert code == 0, said
    assert states(archive) == {"stored": ARTICLES}


def test_robots_txt_in_trouble_means_wait_then_go_on(tmp_path: Path) -> None:
    def script(host: str, path: str, times: int) -> Answer | None:
        return Answer((500, 503)[times - 1]) if is_robots(path) and times < 3 else None

    with serve(script) as server:
        code, said = crawl(server, tmp_path / "a.db", "DOWNLOAD_DELAY=0.1")
        assert [asked.path for asked in server.log[:4]] == ["/robots.txt"] * 3 + ["/list"]
        gaps = server.gaps()
    assert code == 0, said
    assert states(tmp_path / "a.db") == {"stored": ARTICLES}
    # The double of the delay for a 500; for a 503 the second of the pauses, which is 0.6 seconds.
    assert gaps[0] >= 0.2 - SLACK and gaps[1] >= 0.6 - SLACK


def test_robots_txt_never_to_be_had_means_nothing_is_fetched_and_nothing_lost(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    with serve(lambda host, path, times: Answer(502) if is_robots(path) else None) as server:
        code, said = crawl(server, archive, "HOST_MAX_REFUSALS=3")
        assert [asked.path for asked in server.log] == ["/robots.txt"] * 3
        assert code == 1 and "was left alone - its other pages wait" in said
        server.script = lambda host, path, times: None
        code, said = crawl(server, archive)
    assert code == 0, said
    assert states(archive) == {"stored": ARTICLES}


def test_a_robots_txt_is_read_over_redirects_to_another_host(tmp_path: Path) -> None:
    def script(host: str, path: str, times: int) -> Answer | None:
        if host == "127.0.0.1" and is_robots(path):
            return Answer(302, headers={"Location": f"http://localhost:{server.server_port}/rules"})
        forbidden = f"User-agent: *\nDisallow: {PATHS[0]}\n"
        return Answer(200, forbidden.encode()) if path == "/rules" else None

    with serve(script) as server:
        code, said = crawl(server, tmp_path / "a.db")
        assert not server.asked(PATHS[0]) and server.asked(PATHS[1])
    assert code == 0, said


def test_of_a_boundless_robots_txt_500_kib_are_read_and_obeyed(tmp_path: Path) -> None:
    rules = f"User-agent: *\nDisallow: {PATHS[0]}\n".encode() + b"# nothing\n" * 2_000_000
    with serve(lambda host, path, times: Answer(200, rules) if is_robots(path) else None) as server:
        code, said = crawl(server, tmp_path / "a.db")
        assert not server.asked(PATHS[0]) and server.asked(PATHS[1])
    assert code == 0, said


def test_while_one_host_is_paused_the_other_goes_on(tmp_path: Path) -> None:
    def script(host: str, path: str, times: int) -> Answer | None:
        busy = Answer(503, headers={"Retry-After": "3"})
        return busy if host == "127.0.0.1" and path == "/list" and times == 1 else None

    with serve(script) as server:
        # A single place in the downloader: the paused host must not hold it.
        code, said = crawl(server, tmp_path / "a.db", "CONCURRENT_REQUESTS=1", options=("--full",))
        paused_at = server.asked("/list")[0].at
        others = server.asked(host="localhost")
    assert code == 0, said
    assert states(tmp_path / "a.db") == {"stored": 2 * ARTICLES}
    assert server.gaps("/list")[0] >= 3 - SLACK
    assert max(asked.at for asked in others) < paused_at + 3


def test_ctrl_c_in_a_pause_ends_at_once(tmp_path: Path) -> None:
    busy = Answer(429, headers={"Retry-After": "60"})
    with serve(lambda host, path, times: busy if path in PATHS else None) as server:
        process = start(server, tmp_path / "a.db", "HOST_PAUSE_MAX=100")
        wait_until_asked(server, "/2024")
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, said = process.communicate(timeout=60)
        assert time.monotonic() - began < 10
    assert process.returncode == 1 and "run the same command again" in said
    assert states(tmp_path / "a.db") == {"found": ARTICLES}


def wait_until_asked(server: MannersServer, path: str) -> None:
    deadline = time.monotonic() + 60
    while not server.asked(path):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_contact_is_in_every_request_and_the_archive_remembers_it(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    with serve() as server:
        code, said = crawl(server, archive, options=("--contact", "owner@example.org", "--limit", "1"))
        assert code == 0, said
        # Another one, as a schedule makes it: no contact given.
        code, said = crawl(server, archive)
        assert code == 0, said
        assert server.asked("/robots.txt") and len(server.log) > ARTICLES
        for asked in server.log:
            assert asked.headers["user-agent"].startswith("luntan/")
            assert asked.headers["user-agent"].endswith("; owner@example.org)")
            assert asked.headers["from"] == "owner@example.org"
        server.log.clear()
        crawl(server, archive, options=("--contact", "https://example.org/crawler", "--full"))
        assert {asked.headers.get("from") for asked in server.log} == {None}
        assert all("; https://example.org/crawler)" in asked.headers["user-agent"] for asked in server.log)


@pytest.mark.parametrize(
    "contact",
    ["me", "me@example.org\r\nX-Evil: 1", "http://user:secret@example.org/", "a" * 300 + "@example.org"],
)
def test_what_is_no_contact_is_refused_before_anything_is_done(tmp_path: Path, contact: str) -> None:
    result = CliRunner().invoke(main, ["crawl", str(tmp_path / "a.db"), "rmlt", "--contact", contact])
    assert result.exit_code == 2 and "give a mail address or a web page" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_are_no_hours_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["crawl", str(tmp_path / "a.db"), "rmlt", "-s", "QUIET_HOURS=8-22"])
    assert result.exit_code == 2 and "give such as 08:00-22:00" in result.stderr
    assert list(tmp_path.iterdir()) == []


def ask(archive: Path, answers: str) -> str:
    command = click.Command("crawl", callback=lambda: introduce(archive, SITES["rmlt"], None))
    result = CliRunner().invoke(command, [], input=answers)
    assert result.exit_code == 0, result.output
    return result.stderr


@pytest.mark.parametrize("answer", ["owner@example.org", ""])
def test_the_contact_is_asked_for_once_and_only_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    archive = tmp_path / "a.db"
    assert ask(archive, "") == "", "no terminal, no question"
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr("crawler.manners.introduce.sys", SimpleNamespace(stdin=terminal, stderr=terminal))
    said = ask(archive, f"nonsense\n{answer}\n")
    assert "人民论坛网" in said and "give a mail address" in said
    assert known_contact(archive) == answer
    assert ask(archive, "") == "", "asked once"


# The first look at the clock of the day is at two seconds to eight.
CLOCK = """
import time
from types import SimpleNamespace
import crawler.manners.queue as queue
def now(begun=[]):
    if not begun:
        begun.append(time.time())
        print("begun at", time.monotonic(), file=sys.stderr)
    return 1772323198 + time.time() - begun[0]
queue.time = SimpleNamespace(time=now, monotonic=time.monotonic)
"""


def test_in_quiet_hours_no_request_starts_and_after_them_the_crawl_goes_on(tmp_path: Path) -> None:
    assert datetime.fromtimestamp(1772323198, BEIJING).isoformat() == "2026-03-01T07:59:58+08:00"
    with serve() as server:
        code, said = crawl(server, tmp_path / "a.db", "QUIET_HOURS=22:00-08:00", first=CLOCK)
    assert code == 0, said
    begun = float(re.search(r"begun at (\S+)", said)[1])  # type: ignore[index]
    assert server.log[0].at >= begun + 2 - SLACK
    assert states(tmp_path / "a.db") == {"stored": ARTICLES}


def patient_hosts(now: list[float]) -> Hosts:
    return Hosts(delay=1.0, pause_start=30.0, pause_max=900.0, max_refusals=3, clock=lambda: now[0])


def test_what_was_asked_before_a_pause_tells_nothing_new() -> None:
    now = [100.0]
    hosts = patient_hosts(now)
    for _ in range(8):
        hosts.pushed_back("h", "HTTP 429", None, is_first=True)
    assert (hosts.host("h").refusals, hosts.host("h").opens_at) == (1, 130.0)
    now[0] = 131.0
    hosts.pushed_back("h", "HTTP 429", None, is_first=True)
    assert (hosts.host("h").refusals, hosts.host("h").opens_at) == (2, 191.0)
    # A time that the server names counts also then.
    hosts.pushed_back("h", "HTTP 429", 300.0, is_first=True)
    assert hosts.host("h").refusals == 2 and hosts.host("h").opens_at == pytest.approx(431.0, abs=1)
    assert [host.name for host in hosts.paused()] == ["h"] and hosts.left() == []


def test_an_answer_in_between_makes_good_for_refusals() -> None:
    now = [0.0]
    hosts = patient_hosts(now)
    for _ in range(10):
        for _ in range(2):
            now[0] += 1000
            hosts.failed("h", "HTTP 500", is_first=True)
        hosts.answered("h")
    assert hosts.left() == []
    for _ in range(3):
        now[0] += 1000
        hosts.failed("h", "HTTP 500", is_first=True)
    assert [(host.name, host.why, host.not_before) for host in hosts.left()] == [("h", "HTTP 500", None)]


def test_a_page_asked_for_again_and_again_makes_pauses_longer_and_ends_no_run() -> None:
    now = [0.0]
    hosts = patient_hosts(now)
    pauses = []
    for number in range(8):
        hosts.pushed_back("h", "HTTP 503", None, is_first=number == 0)
        pauses.append(hosts.host("h").opens_at - now[0])
        now[0] = hosts.host("h").opens_at
    assert pauses == [30, 60, 120, 240, 480, 900, 900, 900]
    hosts.host("h").strain = 5_000
    hosts.failed("h", "HTTP 500", is_first=False)
    assert hosts.host("h").opens_at - now[0] == 900
    assert hosts.left() == [] and hosts.host("h").refusals == 1


def test_retry_after_0_is_no_leave_to_ask_as_fast_as_before() -> None:
    now = [0.0]
    hosts = patient_hosts(now)
    for expected in (2, 4, 8):
        hosts.pushed_back("h", "HTTP 429", 0.0, is_first=False)
        assert hosts.host("h").opens_at - now[0] == pytest.approx(expected, abs=0.1)
        now[0] = hosts.host("h").opens_at
