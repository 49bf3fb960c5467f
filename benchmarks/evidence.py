"""What writing evidence costs a crawl: the same crawl with and without it, in turn.

    python benchmarks/evidence.py [--pages 2000] [--rounds 5]

Each crawl is a process of its own and serves itself from the same local site. Asserted: every article is in
the archive with its author, editor and day, every response is in the evidence and reads back with its digest,
and the median loss of pages a second is at most a tenth.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.crawl import MAX_CONCURRENCY, check_archive, local_site

TARGET_LOSS = 0.10


def crawl(port: int, archive: Path, with_evidence: bool) -> float:
    """Crawl the local site into ``archive``; gives the seconds of the crawl."""
    from benchmarks.local_site import site
    from crawler.crawling import crawl_settings, run_crawls
    from crawler.demo.run import registered
    from crawler.outcome import problems

    settings = {
        "CONCURRENT_REQUESTS": MAX_CONCURRENCY,
        "CONCURRENT_REQUESTS_PER_DOMAIN": MAX_CONCURRENCY,
        "DOWNLOAD_DELAY": 0,
        "HTTPPROXY_ENABLED": False,
        "LOG_LEVEL": "WARNING",
        "EVIDENCE_ENABLED": with_evidence,
    }
    with registered((site(port),)):
        (stats,) = run_crawls(crawl_settings(archive, settings), [{"site": "local"}])
    assert not problems(stats), problems(stats)
    return float(stats["elapsed_time_seconds"])


def check_evidence(archive: Path, pages: int) -> None:
    """Assert that every article's response reads back as it was received."""
    from crawler.evidence.reader import Place, read_place
    from crawler.evidence.recorder import evidence_folder

    with sqlite3.connect(archive) as conn:
        rows = conn.execute(
            "SELECT payload_sha256, warc_file, warc_offset, warc_length FROM captures"
            " WHERE page_url LIKE '%.shtml' AND status = 200"
        ).fetchall()
    assert len(rows) == pages, f"{len(rows)} of {pages} pages have evidence"
    for digest, *place in rows:
        payload = read_place(evidence_folder(archive), Place(*place)).payload
        assert hashlib.sha256(payload).hexdigest() == digest


def run_child(port: int, archive: Path, with_evidence: bool) -> float:
    """One crawl in a process of its own; gives its seconds."""
    command = [sys.executable, __file__, "--child", str(port), str(archive), str(int(with_evidence))]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(json.loads(result.stdout.splitlines()[-1]))


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(crawl(int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] == "1")))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    pages, losses = arguments.pages, []
    with local_site(pages) as port, tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.rounds):
            without = run_child(port, Path(folder) / f"{number}-without.db", False)
            archive = Path(folder) / f"{number}.db"
            seconds = run_child(port, archive, True)
            check_archive(archive, pages)
            check_evidence(archive, pages)
            losses.append(1 - without / seconds)
            print(
                f"round {number + 1}: {pages / without:.0f} pages/s without evidence,"
                f" {pages / seconds:.0f} with, loss {losses[-1]:.1%}",
                flush=True,
            )
    print(f"{pages} pages, median loss {statistics.median(losses):.1%}")
    assert statistics.median(losses) <= TARGET_LOSS, f"more than {TARGET_LOSS:.0%}"


if __name__ == "__main__":
    main()
