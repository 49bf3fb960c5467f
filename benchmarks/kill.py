"""Kill a crawl at random moments, run it again each time, and hold the archive to having lost nothing.

    python benchmarks/kill.py [--kills 100] [--pages 500] [--seed 1]

Every archive is crawled by processes that die by SIGKILL at a random moment, several times, and then by
one that may finish. Asserted at the end of each: every article once, with its author, editor and day;
`integrity_check` ok; every WARC file whole and readable; every stored page's evidence in its place; no run
left "running".
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.crawl import check_archive, local_site

ROOT = Path(__file__).parent.parent
KILLS_AN_ARCHIVE = 5
PROGRAM = """
import sys
from benchmarks.local_site import site
from crawler.cli import main
from crawler.demo.run import registered
with registered((site(int(sys.argv[1])),)):
    main(["crawl", sys.argv[2], "local", "-s", "DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16",
          "-s", "HTTPPROXY_ENABLED=0", "-s", "LOG_LEVEL=WARNING"])
"""


def start(port: int, archive: Path) -> subprocess.Popen[str]:
    """A crawl of the local site in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port), str(archive)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def crawl_and_kill(port: int, archive: Path, seconds: float) -> bool:
    """Crawl, and kill the crawl after so many seconds; whether it was still at work then."""
    process = start(port, archive)
    try:
        process.communicate(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True


def finish(port: int, archive: Path) -> float:
    """Crawl until the end; gives the seconds."""
    began = time.monotonic()
    process = start(port, archive)
    _, words = process.communicate(timeout=600)
    assert process.returncode == 0, words
    return time.monotonic() - began


def check(archive: Path, pages: int) -> None:
    """Assert that nothing was lost, nothing is there twice, and all evidence is in its place."""
    from crawler.evidence.foreign import Damage, foreign_pages
    from crawler.evidence.mend import whole_until
    from crawler.evidence.reader import Place, read_place
    from crawler.evidence.recorder import evidence_folder

    check_archive(archive, pages)
    folder = evidence_folder(archive)
    with sqlite3.connect(archive) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("SELECT count(*), count(DISTINCT url) FROM articles").fetchone() == (pages, pages)
        assert conn.execute("SELECT count(*) FROM runs WHERE outcome = 'running'").fetchone() == (0,)
        stored = conn.execute(
            "SELECT payload_sha256, warc_file, warc_offset, warc_length FROM pages WHERE state = 'stored'"
        ).fetchall()
        captures = conn.execute("SELECT warc_file, warc_offset, warc_length FROM captures").fetchall()
    assert len(stored) == pages, f"{len(stored)} pages are stored"
    for digest, *place in stored:
        payload = read_place(folder, Place(*place)).payload
        assert hashlib.sha256(payload).hexdigest() == digest
    for place in captures:
        read_place(folder, Place(*place))
    for path in folder.iterdir():
        assert whole_until(path) == path.stat().st_size, f"{path.name} is not whole"
        assert not [found for found in foreign_pages(path, lambda url: True) if isinstance(found, Damage)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    kills = archives = 0
    with local_site(arguments.pages) as port, tempfile.TemporaryDirectory() as folder:
        # The shorter of two: kills should meet crawls at work, also where the machine is shared.
        whole = min(finish(port, Path(folder) / f"whole-{number}.db") for number in range(2))
        check(Path(folder) / "whole-0.db", arguments.pages)
        print(f"an undisturbed crawl takes {whole:.1f} s", flush=True)
        while kills < arguments.kills:
            archive = Path(folder) / f"{archives}.db"
            for _ in range(KILLS_AN_ARCHIVE):
                kills += crawl_and_kill(port, archive, rng.uniform(0.3, whole))
            finish(port, archive)
            check(archive, arguments.pages)
            archives += 1
            print(f"{kills} kills, {archives} archives whole", flush=True)


if __name__ == "__main__":
    main()
