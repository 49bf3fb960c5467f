"""`luntan check` notices a crawl that goes wrong, and stays silent while a site only varies."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.check.chance import fisher_less, has_fallen, longest_usual_gap, mann_whitney_less
from archive.check.columns import History, silence
from archive.check.crawls import gone_findings, page_findings, robots_findings, run_findings
from archive.check.finding import Finding
from benchmarks.alarms import DEFECTS, FIRST_DAY, SITE, Habits, Simulation, columns, false_alarms

NOW = "2024-06-08T12:00:00+08:00"
SINCE = "2024-06-01T12:00:00+08:00"
DAILY = Habits("daily", lambda day, rng: 2.0, 0.95, 1.0, 1200)


@pytest.fixture
def archive() -> Simulation:
    return Simulation(1)


def test_a_year_of_varied_columns_is_no_alarm() -> None:
    habits = list(columns(6, random.Random(3)))
    alarms = false_alarms(Simulation(3), habits, 365, every=3)
    assert sum(alarms.values()) == 0, alarms


@pytest.mark.parametrize("kind", DEFECTS)
def test_a_defect_is_told_with_its_place_an_example_and_what_to_do(archive: Simulation, kind: str) -> None:
    other = replace(DAILY, slug="other")
    for number in range(120):
        archive.live(FIRST_DAY + timedelta(number), [DAILY, other])
    day = FIRST_DAY + timedelta(119)
    assert archive.findings(day) == []
    broken = DEFECTS[kind](DAILY)
    told: list[Finding] = []
    while not told and day < FIRST_DAY + timedelta(150):
        day += timedelta(1)
        archive.live(day, [broken, other])
        told = [one for one in archive.findings(day) if one.kind == kind]
    (finding,) = told
    assert finding.site == SITE and finding.todo and finding.needs_somebody
    assert finding.column == (None if kind == "refusals" else "daily")
    assert (finding.example is None) == (kind == "silent")


def test_a_silence_is_measured_to_the_last_crawl_of_the_column() -> None:
    history = History(SITE, "daily")
    history.days.extend((date(2024, 1, 1) + timedelta(number)).isoformat() for number in range(120))
    assert list(silence(history, date(2024, 5, 8))) == []
    (finding,) = silence(history, date(2024, 6, 8))
    assert "nothing new since 2024-04-29: 40 days" in finding.what


@given(st.lists(st.integers(1, 400), min_size=12, max_size=400))
def test_a_gap_like_those_before_is_never_a_silence(gaps: list[int]) -> None:
    usual = longest_usual_gap(gaps)
    assert usual is not None and usual > max(gaps)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
def test_fishers_test_is_a_probability_and_grows_with_what_is_there(
    had: int, earlier: int, has: int, now: int
) -> None:
    had, has = min(had, earlier), min(has, now)
    chance = fisher_less((had, earlier), (has, now))
    assert -1e-9 <= chance <= 1 + 1e-9
    if has < now:
        assert chance <= fisher_less((had, earlier), (has + 1, now)) + 1e-9
    assert not has_fallen((had, earlier), (now, now))


def test_what_stays_the_same_is_no_fall() -> None:
    assert mann_whitney_less([5, 6, 7, 8] * 10, [5, 6, 7, 8]) > 0.4


def run(archive: Simulation, at: str, outcome: str = "finished", site: str = SITE) -> None:
    row = {"command": "crawl", "site": site, "arguments": "{}", "started_at": at, "outcome": outcome}
    archive.rows.insert("runs", row)


def runs(archive: Simulation, *held: str) -> list[Finding]:
    return list(run_findings(archive.conn, SINCE, NOW, lambda site: site in held))


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("running", "was killed"), ("killed", "was killed"), ("refused", "did not end in order (refused)")],
)
def test_a_latest_crawl_that_ended_badly_is_told(archive: Simulation, outcome: str, words: str) -> None:
    run(archive, "2024-06-08T08:00:00+08:00", outcome)
    (finding,) = runs(archive)
    assert words in finding.what and finding.site == SITE
    assert (runs(archive, SITE) == []) == (outcome == "running"), "who holds its lock is at work"


@pytest.mark.parametrize("outcome", ["shutdown", "asked_to_wait"])
def test_a_crawl_that_was_ended_or_asked_to_wait_is_no_alarm(archive: Simulation, outcome: str) -> None:
    run(archive, "2024-06-08T08:00:00+08:00", outcome)
    assert runs(archive) == []


def test_many_crawls_broken_off_are_told_although_the_latest_ended_well(archive: Simulation) -> None:
    for day, outcome in ((3, "killed"), (4, "finished"), (5, "killed"), (6, "shutdown"), (7, "finished")):
        run(archive, f"2024-06-0{day}T08:00:00+08:00", outcome)
    (finding,) = runs(archive)
    assert finding.what.startswith("3 crawls were killed")
    run(archive, "2024-01-01T08:00:00+08:00", "finished", "other")
    assert len(runs(archive)) == 1


def test_a_crawl_that_did_not_come_is_late_by_its_own_rhythm(archive: Simulation) -> None:
    for number in range(40):
        begun = date(2024, 5, 1) + timedelta(number // 2)
        run(archive, f"{begun}T{8 + 10 * (number % 2):02}:00:00+08:00")
    (finding,) = runs(archive)
    assert finding.kind == "late" and "no crawl since 2024-05-20T18:00:00+08:00" in finding.what
    run(archive, "2024-06-07T08:00:00+08:00")
    # One pause of weeks is now part of the rhythm, and this one is short.
    assert runs(archive) == []


def page(archive: Simulation, number: int, **values: object) -> None:
    row = {"url": f"http://www.example.cn/{number}.shtml", "kind": "article", "site": SITE, "column": "a"}
    row |= {"found_at": "2024-05-20T08:00:00+08:00", "fetched_at": NOW, "state": "stored"}
    archive.rows.insert("pages", row | values)


def test_list_pages_without_articles_and_pages_that_do_not_come_are_told(archive: Simulation) -> None:
    page(archive, 1, kind="list", state="failed", reason="NoLinks: the page names no article")
    page(archive, 2, state="failed", reason="HTTP 503", tries=2)
    page(archive, 3, state="failed", reason="HTTP 500", tries=3)
    lists, failed = page_findings(archive.conn, SINCE)
    assert (lists.kind, lists.column, lists.severity) == ("list", "a", "error") and "NoLinks" in lists.what
    assert failed.example == "http://www.example.cn/3.shtml" and "HTTP 500" in failed.what


def test_soft_404s_that_become_more_are_told_and_a_usual_share_is_not(archive: Simulation) -> None:
    for number in range(300):
        is_refused = number % 20 == 0 or number >= 260
        state = "refused" if is_refused else "stored"
        reason = "SoftNotFound: the page says that the article is gone" if is_refused else None
        found_at = "2024-06-03T08:00:00+08:00" if number >= 240 else "2024-05-03T08:00:00+08:00"
        page(archive, number, state=state, reason=reason, found_at=found_at)
    (finding,) = page_findings(archive.conn, SINCE)
    assert (finding.kind, finding.field) == ("refusals", "SoftNotFound")
    assert finding.what == "41 of 60 new pages: SoftNotFound; before 12 of 240"
    assert list(page_findings(archive.conn, "2024-06-07T08:00:00+08:00")) == []


def test_many_articles_gone_at_once_are_told(archive: Simulation) -> None:
    for _ in range(200):
        archive.page(date(2024, 5, 20), replace(DAILY, refused=0))
    archive.conn.execute("UPDATE articles SET gone_at = '2024-05-25T08:00:00+08:00' WHERE id <= 3")
    archive.conn.execute(
        "UPDATE articles SET gone_at = '2024-06-05T08:00:00+08:00' WHERE id BETWEEN 10 AND 14"
    )
    assert list(gone_findings(archive.conn, SINCE, NOW)) == []
    archive.conn.execute(
        "UPDATE articles SET gone_at = '2024-06-05T08:00:00+08:00' WHERE id BETWEEN 10 AND 39"
    )
    (finding,) = gone_findings(archive.conn, SINCE, NOW)
    assert finding.what.startswith("30 articles are gone") and "never more than 3 before" in finding.what


def robots(
    archive: Simulation, at: str, digest: str, status: int = 200, host: str = "www.example.cn"
) -> None:
    archive.number += 1
    row = {"url": f"http://{host}/robots.txt", "fetched_at": at, "status": status, "payload_sha256": digest}
    place = {"warc_file": digest, "warc_offset": archive.number, "warc_length": 1}
    archive.rows.insert("captures", row | place)


def text(warc_file: str, offset: int, length: int) -> str | None:
    return {"old": "Allow: /", "packed": "Allow: /", "new": "Disallow: /a"}.get(warc_file)


def test_a_robots_txt_that_changed_in_the_time_asked_is_told(archive: Simulation) -> None:
    for host in ("www.example.cn", "news.example.cn"):
        robots(archive, "2024-05-01T08:00:00+08:00", "old", host=host)
    robots(archive, "2024-05-20T08:00:00+08:00", "older change", host="news.example.cn")
    robots(archive, "2024-06-02T08:00:00+08:00", "older change", host="news.example.cn")
    robots(archive, "2024-06-02T08:00:00+08:00", "new")
    robots(archive, "2024-06-03T08:00:00+08:00", "new")
    (finding,) = robots_findings(archive.conn, SINCE, text)
    assert finding.example == "http://www.example.cn/robots.txt"
    assert finding.what.endswith("2024-06-02T08:00:00+08:00: - Allow: /, + Disallow: /a")
    robots(archive, "2024-06-04T08:00:00+08:00", "", 503)
    (finding,) = robots_findings(archive.conn, SINCE, text)
    assert "HTTP 503" in finding.what


def test_a_robots_txt_that_only_came_in_another_encoding_did_not_change(archive: Simulation) -> None:
    robots(archive, "2024-06-01T20:00:00+08:00", "old")
    robots(archive, "2024-06-02T08:00:00+08:00", "packed")
    assert list(robots_findings(archive.conn, SINCE, text)) == []
    robots(archive, "2024-06-03T08:00:00+08:00", "unreadable")
    (finding,) = robots_findings(archive.conn, SINCE, text)
    assert finding.what == "was changed, as seen at 2024-06-03T08:00:00+08:00"
