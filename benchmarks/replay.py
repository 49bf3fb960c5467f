"""How many captured pages a replay reads and stores a second and a core, and whether its memory stays flat.

    python benchmarks/replay.py [--pages 5000]

The sample site is crawled once; its evidence is then read again until so many pages are done, as
`luntan replay` does it. Asserted: every page is found unchanged and the archive's export the same byte for
byte; no less than 250 pages a second and a core; no more memory at the end than after a thousand pages.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from click.testing import CliRunner

from archive.captures import Visit
from archive.store import Archive
from crawler.cli import main as luntan
from crawler.crawling import crawl_settings, run_crawls
from crawler.demo.run import SETTINGS, registered
from crawler.demo.server import serve
from crawler.demo.site import demo_sites
from crawler.evidence.recorder import evidence_folder
from crawler.outcome import problems
from crawler.replay import reading_pool, readings
from crawler.sites import SITES
from crawler.workers import cores

TARGET = 250
WARM = 1_000
# What the allocators of all processes may keep; what grew with the pages would be several times that.
TARGET_GROWTH_MIB = 40


def exported(archive: Path) -> str:
    """The archive's export."""
    return CliRunner().invoke(luntan, ["export", str(archive)], catch_exceptions=False).stdout


def peak_mib() -> float:
    """The peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cpu_seconds() -> float:
    """The work of this process and of those it waited for: a shared machine can not change that."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def again_and_again(archive: Archive) -> Iterator[Visit]:
    """The archive's visits, from the beginning as often as they are wanted."""
    return cycle(list(archive.captures.visits()))


def measure(path: Path, pages: int) -> None:
    """Read the evidence again until ``pages`` are done; print and hold the figures."""
    began, busy, warm = time.perf_counter(), cpu_seconds(), 0.0
    with reading_pool() as pool, Archive.open(path) as reader, Archive.open(path) as archive:
        archive.begin_run("replay", None, {})
        found = readings(pool, evidence_folder(path), islice(again_and_again(reader), pages))
        for number, reading in enumerate(found, 1):
            if reading.article is not None and reading.page is not None:
                archive.save_reading(reading.article, reading.page)
            if number == WARM:
                warm = peak_mib()
        archive.flush()
        outcomes = archive.outcomes
    seconds, busy = time.perf_counter() - began, cpu_seconds() - busy
    speed = pages / busy
    growth = peak_mib() - warm
    print(f"{pages} pages in {seconds:.1f} s on {cores()} cores: {speed:.0f} pages a second of a core's work")
    print(f"peak memory {warm:.0f} MiB after {WARM} pages, {growth:.0f} MiB more at the end")
    assert outcomes["unchanged"] == outcomes["pages"], outcomes
    assert growth <= TARGET_GROWTH_MIB, f"more than {TARGET_GROWTH_MIB} MiB"
    assert speed >= TARGET, f"below {TARGET}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pages", type=int, default=5_000)
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as folder, serve() as server, registered(demo_sites(server.url)):
        path = Path(folder) / "a.db"
        for stats in run_crawls(crawl_settings(path, SETTINGS), [{"site": site} for site in SITES]):
            assert not problems(stats), problems(stats)
        before = exported(path)
        measure(path, pages)
        assert exported(path) == before


if __name__ == "__main__":
    main()
