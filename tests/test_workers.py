"""Reading in processes of their own gives what reading in place gives, whatever becomes of the processes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import DropItem
from scrapy.settings import Settings

from benchmarks.crawl import local_site
from benchmarks.kill import check, finish, start
from benchmarks.local_site import article, article_paths, site
from crawler.crawling import crawl_settings
from crawler.readers import Readers, processes_for, refines_all
from crawler.reading import ArticleReader, Reading, Received
from crawler.sites.base import Site
from crawler.workers import WorkError, Workers, cores
from pipelines.coat import refusal_of
from pipelines.errors import NoBody, Refusal
from pipelines.items import Article, Page
from tests.test_crawl import wait_for_articles

ROOT = Path(__file__).parent.parent
SITE = site(80)
BROKEN = replace(SITE, layouts=tuple(replace(layout, gallery=5) for layout in SITE.layouts))  # type: ignore[arg-type]


def half(number: int) -> float:
    """A job: dies of 0, fails for what is odd."""
    if number == 0:
        os._exit(3)
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number / 2


def prepare(context: object) -> None:
    assert context == "context"


def received(number: int, body: bytes | None = None) -> Received:
    path = list(article_paths(number + 1))[number]
    url = f"http://127.0.0.1:80{path}"
    return Received(url, body or article(path).encode(), "text/html", 200, Page(url), SITE.columns[0])


def test_a_portion_keeps_its_order_and_an_error_brings_its_traceback() -> None:
    with Workers(2, prepare, "context") as workers:
        portions = [workers.submit(half, [number, number + 1]) for number in (2, 4, 6, 8)]
        outcomes = [portion.result() for portion in portions]
    assert [first for first, _ in outcomes] == [1, 2, 3, 4]
    assert all(isinstance(error, WorkError) for _, error in outcomes)
    assert "ValueError: 3 is odd" in str(outcomes[0][1]) and "in half" in str(outcomes[0][1])


def test_a_job_that_kills_its_worker_costs_no_other_job() -> None:
    with Workers(1, prepare, "context") as workers:
        outcomes = workers.submit(half, [2, 0, 4]).result()
        later = workers.submit(half, [6]).result()
    assert (outcomes[0], outcomes[2], later) == (1, 2, [3])
    assert "died of it (exit code 3)" in str(outcomes[1])


def test_what_can_not_be_handed_over_says_so_and_harms_no_other_work() -> None:
    with Workers(1, prepare, "context") as workers:
        assert workers.submit(half, [lambda: 0]).exception()
        assert workers.submit(half, [8]).result() == [4]


def test_a_worker_that_can_not_begin_says_so() -> None:
    with Workers(1, prepare, "another context") as workers, pytest.raises(WorkError, match="AssertionError"):
        workers.ready[0].result()


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_no_worker_outlives_a_killed_parent() -> None:
    program = (
        "import os, time\nfrom crawler.workers import Workers\nfrom tests.test_workers import prepare\n"
        "workers = Workers(2, prepare, 'context')\n[ready.result() for ready in workers.ready]\n"
        "print(*(worker._process.pid for worker in workers._workers), flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 30
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < deadline, "a worker is still there"
        time.sleep(0.05)
    assert len(pids) == 2


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # What nobody waited for is a zombie, and has ended.
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


async def read_all(readers: Readers, pages: list[Received], *, kill: bool = False) -> list[Any]:
    assert readers._workers is not None
    for ready in readers._workers.ready:
        await asyncio.wrap_future(ready)
    tasks = [asyncio.ensure_future(readers.read(page)) for page in pages]
    if kill:
        await asyncio.sleep(0.05)
        for worker in readers._workers._workers:
            worker._process.kill()
    return await asyncio.gather(*tasks, return_exceptions=True)


def in_place(site: Site, page: Received) -> Reading | Refusal:
    try:
        return ArticleReader(site).read(page)
    except Refusal as refusal:
        return refusal


@pytest.mark.parametrize("kill", (False, True))
def test_processes_read_what_is_read_in_place_also_when_they_are_killed(kill: bool) -> None:
    pages = [*(received(number) for number in range(60)), received(60, b"<html><title>x</title>")]
    readers = Readers(ArticleReader(SITE), 2)
    try:
        *readings, refusal = asyncio.run(read_all(readers, pages, kill=kill))
    finally:
        readers.close()
    assert readings == [in_place(SITE, page) for page in pages[:-1]]
    assert all(reading.parts[0].is_refined for reading in readings)
    expected = in_place(SITE, pages[-1])
    assert isinstance(refusal, Refusal) and isinstance(expected, Refusal)
    assert (type(refusal), refusal.reason, refusal.url) == (type(expected), expected.reason, expected.url)


def test_a_process_that_reads_knows_no_scrapy() -> None:
    code = "import sys, crawler.reading; sys.exit('scrapy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_an_error_of_the_reader_is_raised_with_the_traceback_of_its_process() -> None:
    readers = Readers(ArticleReader(BROKEN), 1)
    try:
        (error,) = asyncio.run(read_all(readers, [received(1)]))
    finally:
        readers.close()
    assert isinstance(error, WorkError)
    assert "Traceback" in str(error) and "gallery_images" in str(error)


def test_pages_are_read_in_place_where_no_process_can_begin() -> None:
    unknown = replace(SITE, query=(lambda: None,))  # type: ignore[arg-type]
    readers = Readers(ArticleReader(unknown), 1)
    assert readers._workers is not None
    with pytest.raises(Exception, match="pickle"):
        readers._workers.ready[0].result()
    reading = asyncio.run(readers.read(received(1)))
    assert reading.parts[0].author
    readers.close()


def settings(**values: Any) -> Settings:
    return crawl_settings(Path("a.db"), values)


def test_as_many_processes_as_pay() -> None:
    assert processes_for(settings()) == 0, "a polite crawl has time"
    assert processes_for(settings(DOWNLOAD_DELAY=0)) == min(cores() - 1, 4)
    assert processes_for(settings(READER_PROCESSES="3")) == 3
    assert processes_for(settings(DOWNLOAD_DELAY=0, READER_PROCESSES=0)) == 0


class Foreign:
    """A pipeline of a user's."""


def test_the_item_pipelines_are_the_stages_of_refine_and_a_foreign_one_among_them_finds_raw_articles() -> (
    None
):
    assert refines_all(settings())
    assert refines_all(settings(ITEM_PIPELINES={**settings()["ITEM_PIPELINES"], Foreign: 600}))
    assert not refines_all(settings(ITEM_PIPELINES={**settings()["ITEM_PIPELINES"], Foreign: 150}))
    without = {**settings()["ITEM_PIPELINES"], "pipelines.restoration.RestorePipeline": None}
    assert not refines_all(settings(ITEM_PIPELINES=without))


def test_a_coat_leaves_a_refined_article_alone_and_refines_a_raw_one() -> None:
    from pipelines.refine import PIPELINES

    raw = ArticleReader(SITE, refines=False).read(received(7)).parts[0]
    assert not raw.is_refined
    item: object = raw
    for pipeline in PIPELINES:
        item = pipeline().process_item(item)
    (refined,) = ArticleReader(SITE).read(received(7)).parts
    assert item == refined
    for pipeline in PIPELINES:
        assert pipeline().process_item(refined) is refined
    assert refined == item
    item = Article(url="http://127.0.0.1:80/", title="早市", body=" ")
    with pytest.raises(DropItem) as dropped:
        for pipeline in PIPELINES:
            item = pipeline().process_item(item)
    assert isinstance(refusal_of(dropped.value), NoBody)


def children_of(process: subprocess.Popen[str]) -> list[int]:
    try:
        return [
            int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        ]
    except OSError:
        return []


with_readers = pytest.mark.skipif(
    cores() < 2 or not Path("/proc/self/task").exists(), reason="wants two cores, and /proc"
)


@with_readers
def test_a_crawl_whose_readers_are_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    pages, killed = 400, 0
    archive = tmp_path / "a.db"
    with local_site(pages) as port:
        process = start(port, archive)
        while process.poll() is None:
            for pid in children_of(process):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
            time.sleep(1.0)
        _, words = process.communicate()
        assert process.returncode == 0, words
        assert killed
        check(archive, pages)


@with_readers
def test_ctrl_c_ends_the_readers_and_the_crawl_in_order(tmp_path: Path) -> None:
    pages = 400
    archive = tmp_path / "a.db"
    with local_site(pages) as port:
        process = start(port, archive)
        while process.poll() is None and not (readers := children_of(process)):
            time.sleep(0.05)
        wait_for_articles(archive, 1)
        process.send_signal(signal.SIGINT)
        _, words = process.communicate(timeout=60)
        assert "Traceback" not in words
        # A fast machine may have been done by then.
        assert process.returncode == 0 or "run the same command again" in words
        assert readers and not any(is_running(pid) for pid in readers)
        finish(port, archive)
        check(archive, pages)
