"""How long `luntan check` takes on a large archive, beside SQLite's quick_check alone, and in what memory.

    python benchmarks/check.py [--articles 200000] [--length 2500] [--archive FILE]

The archive is that of `benchmarks/corpus.py` (an existing one is taken by --archive) with a page and a
capture for every article, in 40 columns, over 15 years. Asserted: a sound archive has no finding, a defect
planted in it is found, and no more memory is taken than a small archive takes.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive.check.finding import Finding
from archive.connect import open_database
from benchmarks.corpus import LENGTH, build
from crawler.check import check
from crawler.evidence.recorder import evidence_folder
from pipelines.fingerprint import text_sha256

SINCE, NOW = "2026-12-01T00:00:00+08:00", "2026-12-08T00:00:00+08:00"
FILE = "crawl-20260101T080000-000001-00001.warc.gz"
RECORD = 1_000
MOST_MIB = 150


def prepare(path: Path) -> None:
    """Give every article a page and a capture in a file that is long enough, and its digest."""
    db = open_database(path, create=False)
    db.conn.create_function("text_sha256", 2, text_sha256, deterministic=True)
    articles = db.conn.execute("SELECT count(*) FROM articles").fetchone()[0]
    db.conn.execute("BEGIN")
    db.conn.execute("UPDATE articles SET text_sha256 = text_sha256(title, body)")
    db.conn.execute(
        "INSERT INTO captures (id, url, page_url, fetched_at, status, payload_sha256, warc_file, warc_offset,"
        " warc_length) SELECT id, url, url, first_seen_at, 200, body_sha256, ?1, id * ?2, ?2 FROM articles",
        (FILE, RECORD),
    )
    db.conn.execute(
        'INSERT INTO pages (url, kind, state, site, "column", found_at, fetched_at, status, warc_file,'
        " warc_offset, warc_length, capture_id, article_id)"
        " SELECT url, 'article', 'stored', site, site || id % 10, substr(published_at, 1, 10) ||"
        " 'T20:00:00+08:00', last_seen_at, 200, ?1, id * ?2, ?2, id, id FROM articles",
        (FILE, RECORD),
    )
    db.conn.execute("UPDATE articles SET gone_at = NULL")
    db.conn.execute("COMMIT")
    db.close()
    folder = evidence_folder(path)
    folder.mkdir(exist_ok=True)
    with (folder / FILE).open("wb") as file:
        file.truncate((articles + 1) * RECORD)


def timed(path: Path) -> tuple[list[Finding], float]:
    """What the check finds, and its seconds of CPU."""
    db = open_database(path, create=False)
    begun = time.process_time()
    findings = check(db.conn, path, SINCE, NOW, is_deep=False, is_watched=False)
    seconds = time.process_time() - begun
    db.close()
    return findings, seconds


def baseline(path: Path) -> float:
    """The seconds of CPU of SQLite's own check alone."""
    with closing(sqlite3.connect(path)) as conn:
        begun = time.process_time()
        assert conn.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        return time.process_time() - begun


def peak_mib() -> float:
    """The peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(path: Path) -> Iterator[str]:
    prepare(path)
    before = peak_mib()
    timed(path)
    alone = baseline(path)
    findings, seconds = timed(path)
    assert [finding for finding in findings if finding.needs_somebody] == [], findings
    yield f"{seconds:.1f} s of CPU; quick_check alone {alone:.1f} s, {seconds / alone:.2f} of it"
    yield f"peak memory {peak_mib():.0f} MiB, {peak_mib() - before:.0f} more than before"
    assert peak_mib() < MOST_MIB, f"more than {MOST_MIB} MiB"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("DELETE FROM pages WHERE id = 7")
        conn.commit()
    (finding,) = timed(path)[0]
    assert finding.kind == "references" and finding.what.startswith("1 articles come from no page")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--length", type=int, default=LENGTH, help="characters an article")
    parser.add_argument("--archive", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.archive or Path(folder) / "a.db"
        if not arguments.archive:
            build(path, arguments.articles, arguments.length)
        for line in run(path):
            print(line, flush=True)


if __name__ == "__main__":
    main()
