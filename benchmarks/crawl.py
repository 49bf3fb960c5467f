"""Pages a second of a whole crawl, beside a bare Scrapy spider that only downloads the same pages.

    python benchmarks/crawl.py [--pages 2000] [--rounds 3]
    python benchmarks/crawl.py --memory            memory of a crawl of 1,000 and of 20,000 articles

Both crawl the same local server, each in a process of its own, in turn: bare, luntan, bare, luntan … The bare
spider has Scrapy's default settings, no delay, 32 requests at once. Asserted: every article is in the
archive with its author, its editor and its day; the bare spider received every page. Printed: the
median of the ratios of the rounds (these machines are shared: single figures mean little).
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.local_site import COLUMNS, article_paths

MAX_CONCURRENCY = 32
TARGET_RATIO = 0.75
# Resident memory may differ by what the allocator keeps, not by what grows with the articles.
TARGET_GROWTH_MIB = 40


@contextmanager
def local_site(pages: int) -> Iterator[int]:
    """Serve ``pages`` articles in a process of its own; gives the port."""
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "local_site.py"), str(pages)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()


def run_child(kind: str, port: int, pages: int, archive: Path) -> dict[str, float]:
    """One crawl in a process of its own; gives its seconds, its CPU seconds and its peak MiB.

    The seconds are the crawl's alone. The CPU time also holds the start of Python and, for luntan, the
    search index, which is brought up to date when the crawl has ended. CPU time and memory are those
    of the process and of the processes that read for it.
    """
    result = subprocess.run(
        [sys.executable, __file__, "--child", kind, str(port), str(pages), str(archive)],
        check=True,
        capture_output=True,
        text=True,
    )
    figures: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return figures


def used_by_all() -> dict[str, float]:
    """What this process and its children took: the largest child's peak counts for each of them."""
    # Not above: the bare spider's process holds nothing of luntan's.
    from crawler.readers import MAX_PROCESSES
    from crawler.workers import cores

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in used)
    children = min(cores() - 1, MAX_PROCESSES)
    return {"cpu": cpu, "mib": (used[0].ru_maxrss + children * used[1].ru_maxrss) / 1024}


def crawl_bare(port: int, pages: int) -> float:
    """Download every article with a bare spider; gives the seconds of the crawl."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess

    class BareSpider(Spider):
        name = "bare"
        received = 0

        async def start(self):  # type: ignore[no-untyped-def]
            for path in article_paths(pages):
                yield Request(f"http://127.0.0.1:{port}{path}")

        def parse(self, response):  # type: ignore[no-untyped-def]
            BareSpider.received += response.status == 200

    settings = {
        "CONCURRENT_REQUESTS": MAX_CONCURRENCY,
        "CONCURRENT_REQUESTS_PER_DOMAIN": MAX_CONCURRENCY,
        "LOG_LEVEL": "WARNING",
    }
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler)
    process.start()
    assert BareSpider.received == pages, BareSpider.received
    return float(crawler.stats.get_value("elapsed_time_seconds"))


def crawl_luntan(port: int, pages: int, archive: Path) -> float:
    """Crawl all columns into ``archive`` as `luntan crawl` does; gives the seconds of the crawl."""
    from benchmarks.local_site import site
    from crawler.crawling import crawl_settings, run_crawls
    from crawler.demo.run import registered
    from crawler.outcome import problems

    settings = {
        "CONCURRENT_REQUESTS": MAX_CONCURRENCY,
        "CONCURRENT_REQUESTS_PER_DOMAIN": MAX_CONCURRENCY,
        "DOWNLOAD_DELAY": 0,
        "LOG_LEVEL": "WARNING",
    }
    with registered((site(port),)):
        (stats,) = run_crawls(crawl_settings(archive, settings), [{"site": "local"}])
    assert not problems(stats), problems(stats)
    return float(stats["elapsed_time_seconds"])


def check_archive(archive: Path, pages: int) -> None:
    """Assert that every article arrived with its author, its editor and its day."""
    with sqlite3.connect(archive) as conn:
        whole = conn.execute(
            "SELECT count(*) FROM articles WHERE author LIKE '林%' AND editor LIKE '周%'"
            " AND published_at LIKE '2024-%' AND length(body) > 2000"
        ).fetchone()[0]
    assert whole == pages, f"{whole} of {pages} articles are whole"


def compare(pages: int, rounds: int) -> None:
    """Print the ratio of luntan's pages a second to the bare spider's."""
    ratios, cpu_ratios = [], []
    with local_site(pages) as port, tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            archive = Path(folder) / f"{number}.db"
            bare = run_child("bare", port, pages, archive)
            luntan = run_child("luntan", port, pages, archive)
            check_archive(archive, pages)
            ratios.append(bare["seconds"] / luntan["seconds"])
            cpu_ratios.append(bare["cpu"] / luntan["cpu"])
            print(
                f"round {number + 1}: bare {_rate(bare, pages)}, luntan {_rate(luntan, pages)},"
                f" ratio {ratios[-1]:.2f} (of CPU time {cpu_ratios[-1]:.2f})",
                flush=True,
            )
    print(
        f"{pages} pages in {COLUMNS} columns, median ratio {statistics.median(ratios):.2f}"
        f" (of CPU time {statistics.median(cpu_ratios):.2f})"
    )
    assert statistics.median(ratios) >= TARGET_RATIO, f"below {TARGET_RATIO}"


def _rate(figures: dict[str, float], pages: int) -> str:
    return f"{pages / figures['seconds']:.0f} pages/s"


def compare_memory() -> None:
    """Print the peak memory of a small and of a large crawl."""
    peaks = []
    for pages in (1_000, 20_000):
        with local_site(pages) as port, tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "a.db"
            peaks.append(run_child("luntan", port, pages, archive)["mib"])
            check_archive(archive, pages)
        print(f"{pages} articles: peak {peaks[-1]:.0f} MiB", flush=True)
    growth = peaks[1] - peaks[0]
    print(f"growth {growth:.0f} MiB, ratio {peaks[1] / peaks[0]:.2f}")
    assert growth <= TARGET_GROWTH_MIB, f"more than {TARGET_GROWTH_MIB} MiB"


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        kind, port, pages, archive = sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5])
        seconds = crawl_bare(port, pages) if kind == "bare" else crawl_luntan(port, pages, archive)
        print(json.dumps({"seconds": seconds, **used_by_all()}))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    arguments = parser.parse_args()
    if arguments.memory:
        compare_memory()
    else:
        compare(arguments.pages, arguments.rounds)


if __name__ == "__main__":
    main()
