"""A crawl of the hostile site, as a user runs it: it ends, it is bounded, and it keeps all that is good."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from answers import whole
from child import Crawl, crawl
from server import HostileServer, serving
from traps import FORMULA, HTML, SQL, Traps, hostile

from crawler.evidence.http import BadCapture
from crawler.evidence.reader import Place, read_place

# One host stands for many here, so that its refusals in a row mean nothing; a pause is a tenth of a second.
SETTINGS = {
    "DOWNLOAD_TIMEOUT": 2,
    "CRAWL_MAX_LIST_PAGES": 12,
    "HOST_MAX_REFUSALS": 1_000,
    "HOST_PAUSE_START": 0.1,
}


@dataclass(frozen=True)
class Visit:
    """What a crawl of the hostile site met, and what came of it."""

    traps: Traps
    site: HostileServer
    elsewhere: HostileServer
    crawl: Crawl


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    archive = tmp_path_factory.mktemp("hostile") / "a.db"
    with serving(lambda path: whole("you should not be here")) as elsewhere:
        traps = hostile(elsewhere.url())
        with serving(traps.routes) as site:
            columns = ",".join(traps.columns)
            crawled = crawl(archive, site.url(), columns, "--full", settings=SETTINGS)
            yield Visit(traps, site, elsewhere, crawled)


def test_the_crawl_ends_by_itself_and_says_that_somebody_must_act(visit: Visit) -> None:
    assert visit.crawl.code == 1
    assert "Traceback" not in visit.crawl.out, visit.crawl.out
    assert visit.crawl.rows("SELECT outcome FROM runs") == [("finished",)]


def test_the_memory_stays_bounded(visit: Visit) -> None:
    assert visit.crawl.megabytes < 300


def test_every_good_article_is_stored_and_nothing_else(visit: Visit) -> None:
    assert {f"/{path}" for path in visit.crawl.stored()} == visit.traps.good


def test_every_refusal_is_kept_with_its_reason(visit: Visit) -> None:
    wrong = {}
    for path, (state, words) in visit.traps.refused.items():
        found = visit.crawl.page(path)
        if found[0] != state or words not in found[1] or not found[1]:
            wrong[path] = found
    assert not wrong


def test_nothing_is_reached_that_should_not_be(visit: Visit) -> None:
    assert visit.elsewhere.connections == 0
    assert not [path for path in visit.site.asked if path.startswith("/2024/0909/")]


def test_list_pages_without_end_are_walked_within_bounds(visit: Visit) -> None:
    asked = visit.site.asked
    assert len([path for path in asked if path.startswith("/endless/")]) == 2
    assert len([path for path in asked if path.startswith("/calendar/")]) == 12
    assert visit.crawl.rows("SELECT url FROM pages WHERE kind = 'list' AND state = 'found'") == [
        (visit.site.url("/calendar/13/"),)
    ]
    assert asked.count("/loop/") == asked.count("/loop/2/") == 1
    assert len([path for path in asked if path.startswith("/2024/0101/90")]) == 50


def test_a_list_page_that_leads_away_says_where(visit: Visit) -> None:
    state, reason = visit.crawl.page("/away0/")
    assert state == "failed"
    assert "redirected to" in reason and "127.0.0.1 is a loopback address" in reason


def test_the_crawl_keeps_no_cookie_says_no_referer_and_opens_no_door(visit: Visit) -> None:
    assert {"user-agent", "accept-encoding"} <= visit.site.headers
    assert not {"cookie", "referer", "authorization"} & visit.site.headers
    assert not visit.crawl.listening


def test_what_a_page_states_is_stored_and_not_fetched(visit: Visit) -> None:
    (image,) = visit.crawl.rows("SELECT url FROM images")
    assert image == (f"{visit.traps.elsewhere}/a.jpg",)
    assert visit.elsewhere.asked == []


def test_words_that_try_everything_are_words(visit: Visit) -> None:
    ((title, body),) = visit.crawl.rows(
        "SELECT title, body FROM articles WHERE url LIKE '%/2024/0505/1.shtml'"
    )
    for attempt in (FORMULA, SQL, HTML):
        assert attempt in title and attempt in body


def test_the_evidence_lies_where_we_say_and_holds_what_was_answered(visit: Visit) -> None:
    folder = visit.crawl.archive.with_suffix(".warc")
    assert {path.parent for path in folder.rglob("*")} == {folder}
    places = "SELECT warc_file, warc_offset, warc_length, status FROM captures"
    for *place, status in visit.crawl.rows(places):
        # A bomb lies there as it came, and is as little unpacked as in the crawl.
        with suppress(BadCapture):
            assert read_place(folder, Place(*place)).status == status
    stored = visit.crawl.rows("SELECT warc_file, warc_offset, warc_length FROM pages WHERE state = 'stored'")
    assert len(stored) == len(visit.traps.good)
    assert all(read_place(folder, Place(*place)).status == 200 for place in stored)
