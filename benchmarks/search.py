"""CPU seconds of searches, beside a plain scan and other full-text indexes; and of README's questions.

    python benchmarks/search.py archive.db            an archive made by benchmarks/corpus.py
    python benchmarks/search.py --articles 2000       a small one of its own
    python benchmarks/search.py --indexes             what to index: size, time and speed of four kinds

Asserted: every search gives the articles that the plain scan gives; the targets, where the archive is large.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlite_utils import Database

from archive.connect import open_readonly
from archive.fold import phrase, terms
from archive.search import search, search_sql
from archive.stats import sizes
from archive.store import Archive
from benchmarks.corpus import body, build

LENGTHS = (1, 2, 3, 4, 6)
QUERIES = 40
LIMIT = 20
TARGETS = {"newest": 0.100, "ranked": 0.400, "question": 1.0, "size": 2.1, "opening": 0.100}
LARGE = 100_000
README = Path(__file__).parent.parent / "README.md"


def timed(work: Callable[[], object]) -> float:
    """The seconds of CPU that ``work`` takes: on a warm file all there is, and the same on a busy machine."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def queries(articles: int, length: int) -> list[str]:
    """Runs of characters from articles of the archive: what is frequent there is asked often."""
    rng = random.Random(length)
    found = []
    while len(found) < QUERIES:
        text = body(rng.randrange(articles))
        start = rng.randrange(len(text) - length)
        if text[start : start + length].isalnum():
            found.append(text[start : start + length])
    return found


def p95(seconds: list[float]) -> float:
    """The 95th percentile."""
    return sorted(seconds)[int(len(seconds) * 0.95)]


def compare_searches(db: Database, articles: int) -> None:
    """Print and hold to the targets: newest first and ranked, for each length of query."""
    for length in LENGTHS:
        asked = queries(articles, length)
        figures = {}
        for order in ("newest", "ranked"):
            seconds = [
                timed(
                    lambda word=word, order=order: list(
                        search(db, word, newest=order == "newest", limit=LIMIT)
                    )
                )
                for word in asked
            ]
            figures[order] = p95(seconds)
            print(
                f"{length} characters, {order}: median {statistics.median(seconds) * 1e3:.1f} ms,"
                f" p95 {figures[order] * 1e3:.1f} ms",
                flush=True,
            )
            if articles >= LARGE:
                assert figures[order] <= TARGETS[order], f"above {TARGETS[order]} s"


def compare_with_scan(db: Database, articles: int) -> None:
    """Print the seconds of a plain scan, and assert that it finds the same articles."""
    seconds = []
    for length in LENGTHS:
        word = queries(articles, length)[-1]
        like = "SELECT id FROM articles WHERE title LIKE :like OR subtitle LIKE :like OR body LIKE :like"
        begun = time.process_time()
        scanned = {row[0] for row in db.conn.execute(like, {"like": f"%{word}%"})}
        seconds.append(time.process_time() - begun)
        sql, parameters = search_sql(db.conn, word, ("id",), newest=True, limit=None)
        assert {row[0] for row in db.conn.execute(sql, parameters)} == scanned, word
    print(f"a plain scan (LIKE): {statistics.median(seconds) * 1e3:.0f} ms, the same articles", flush=True)


def compare_size(db: Database, articles: int) -> None:
    """Print the bytes of the index beside those of the text."""
    size = next(row["bytes"] for row in sizes(db) if row["table"] == "articles_fts")
    sample = "SELECT avg(length(CAST(title || body AS BLOB))) FROM articles WHERE id % 50 = 1"
    text = db.conn.execute(sample).fetchone()[0] * articles
    print(f"index: {size / articles / 1e3:.1f} KB an article, {size / text:.2f} of the text", flush=True)
    if articles >= LARGE:
        assert size / text <= TARGETS["size"]


def time_opening(path: Path) -> None:
    """Print the seconds of opening the archive as a crawl does, and hold them to the target."""
    opened: list[Archive] = []
    seconds = timed(lambda: opened.append(Archive.open(path, create=False)))
    opened[0].release()
    print(f"opening for a crawl: {seconds * 1e3:.1f} ms", flush=True)
    assert seconds <= TARGETS["opening"]


def compare_questions(db: Database, articles: int) -> None:
    """Print the seconds of each question of the README."""
    found = re.search(r"<!-- queries -->\n```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    for sql in re.findall(r'^sqlite-utils query archive.db "(.*)"', found[1], re.MULTILINE):
        seconds = timed(lambda sql=sql: db.conn.execute(sql).fetchall())
        print(f"{seconds * 1e3:6.0f} ms  {sql[:90]}", flush=True)
        if articles >= LARGE:
            assert seconds <= TARGETS["question"], sql


KINDS: dict[str, tuple[str, Callable[[str], str], Callable[[str], str]]] = {
    "neighbours and characters": ("ascii", terms, lambda word: phrase(word).strip('"')),
    "characters": ("ascii", " ".join, " ".join),
    "trigram": ("trigram", str, str),
    "unicode61": ("unicode61", str, str),
}


def compare_indexes(articles: int) -> None:
    """Print size, time and speed of what could be indexed, and how many of the articles each finds."""
    texts = [body(number) for number in range(articles)]
    size = sum(len(text.encode()) for text in texts)
    for kind, (tokenizer, indexed, asked) in KINDS.items():
        with tempfile.TemporaryDirectory() as folder:
            conn = sqlite3.connect(Path(folder) / "a.db")
            conn.execute(f"CREATE VIRTUAL TABLE fts USING fts5(body, content='', tokenize='{tokenizer}')")
            begun = time.process_time()
            conn.executemany("INSERT INTO fts (rowid, body) VALUES (?, ?)", enumerate(map(indexed, texts)))
            conn.commit()
            seconds = time.process_time() - begun
            bytes_ = conn.execute("SELECT sum(pgsize) FROM dbstat").fetchone()[0]
            print(f"{kind}: {seconds / articles * 1e3:.2f} ms an article, {bytes_ / size:.2f} of the text")
            for length in LENGTHS:
                found = wanted = 0
                taken = []
                for word in queries(articles, length)[:10]:
                    match = f'"{word if len(word) == 1 else asked(word)}"'
                    sql = "SELECT rowid FROM fts WHERE fts MATCH ?"
                    begun = time.perf_counter()
                    hits = {row[0] for row in conn.execute(sql, (match,))}
                    taken.append(time.perf_counter() - begun)
                    right = {number for number, text in enumerate(texts) if word in text}
                    assert hits <= right
                    found, wanted = found + len(hits), wanted + len(right)
                print(
                    f"  {length} characters: {found / wanted:.0%} found, p95 {p95(taken) * 1e3:.2f} ms",
                    flush=True,
                )
            conn.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path, nargs="?")
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--indexes", action="store_true")
    arguments = parser.parse_args()
    if arguments.indexes:
        compare_indexes(arguments.articles)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.archive or Path(folder) / "archive.db"
        if not arguments.archive:
            figures = build(path, arguments.articles)
            print({name: f"{seconds * 1e3:.2f} ms an article" for name, seconds in figures.items()})
        time_opening(path)
        db = open_readonly(path)
        articles = db["articles"].count
        print(f"{articles} articles", flush=True)
        compare_searches(db, articles)
        compare_size(db, articles)
        compare_questions(db, articles)
        compare_with_scan(db, articles)


if __name__ == "__main__":
    main()
