"""A crawl that is killed loses nothing; the full form is ``benchmarks/kill.py``."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

from benchmarks.crawl import local_site
from benchmarks.kill import check, crawl_and_kill, finish, start

PAGES = 120


def test_a_crawl_killed_again_and_again_loses_nothing_and_keeps_nothing_twice(tmp_path: Path) -> None:
    rng = random.Random(7)
    archive = tmp_path / "a.db"
    with local_site(PAGES) as port:
        killed = sum(crawl_and_kill(port, archive, rng.uniform(0.5, 3.0)) for _ in range(5))
        finish(port, archive)
        assert killed, "some of them were still at work"
        check(archive, PAGES)


def test_a_record_half_written_is_mended_by_the_next_crawl(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    with local_site(PAGES) as port:
        finish(port, archive)
        (path,) = (tmp_path / "a.warc").iterdir()
        # As a power cut leaves it: the run not ended, and after its last record the half of another one.
        with sqlite3.connect(archive) as conn:
            conn.execute("UPDATE runs SET outcome = 'running', finished_at = NULL")
            conn.execute("DELETE FROM articles WHERE id > 60")
            conn.execute("UPDATE pages SET state = 'found', article_id = NULL WHERE article_id IS NULL")
        whole = path.stat().st_size
        path.write_bytes(path.read_bytes() + path.read_bytes()[:700][300:])
        process = start(port, archive)
        _, words = process.communicate(timeout=120)
        assert process.returncode == 0 and "half written" in words
        assert path.stat().st_size == whole
        with sqlite3.connect(archive) as conn:
            assert conn.execute("SELECT outcome FROM runs ORDER BY id").fetchall() == [
                ("killed",),
                ("finished",),
            ]
