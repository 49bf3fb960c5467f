"""Archives of any size to measure on: articles of 2,500 characters with words spread as in Chinese prose.

    python benchmarks/corpus.py archive.db 1000000      a smaller one of its own grows

The words are made of common characters by a seeded generator, and an article repeats its own topics: about
590 different characters and 1,860 different pairs of neighbours stand in one (in real commentary of that
length 470 to 680 and 1,410 to 1,900). The rows are written without the store, the index by `update_index`.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlite_utils import Database

from archive.connect import open_database
from archive.search_index import update_index

LENGTH = 2_500
SITES = ("east", "west", "north", "south")
COLUMNS = ("社区", "阅读", "早市", "公园", "手艺", "菜园", "步道", "书店", "老街", "博物馆")
SURNAMES = "林周陈王李张赵吴郑孙钱冯蒋沈韩杨朱秦许何吕施"
GIVEN = [first + second for first in "晓平静安远青禾明志文" for second in ("", *"岚川然宁舟")]
MARKS = "，，，，，。。。、；"


def _characters() -> list[str]:
    cells = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return [character for cell in cells if (character := cell.decode("gb2312", "ignore"))]


def _vocabulary() -> tuple[list[str], list[float]]:
    rng = random.Random(7)
    characters = _characters()
    rng.shuffle(characters)
    frequencies = list(itertools.accumulate((rank + 12) ** -1.15 for rank in range(len(characters))))
    words = dict.fromkeys(characters[:40])
    while len(words) < 40_000:
        (length,) = rng.choices((1, 2, 3, 4), (6, 74, 12, 8))
        words["".join(rng.choices(characters, cum_weights=frequencies, k=length))] = None
    return list(words), list(itertools.accumulate((rank + 2.7) ** -1.02 for rank in range(len(words))))


WORDS, FREQUENCIES = _vocabulary()


def body(number: int, length: int = LENGTH) -> str:
    """The text of an article: the same for the same number."""
    rng = random.Random(number)
    count = int(length / 1.9)
    topics = rng.choices(WORDS, cum_weights=FREQUENCIES, k=120)
    words = rng.choices(WORDS, cum_weights=FREQUENCIES, k=count)
    for place in rng.sample(range(count), count * 2 // 5):
        words[place] = topics[int(len(topics) * rng.random() ** 2)]
    parts: list[str] = []
    start = 0
    while start < count:
        stop = start + rng.randrange(3, 9)
        parts += (*words[start:stop], rng.choice(MARKS), "\n" if rng.random() < 0.025 else "")
        start = stop
    return "".join(parts)[:length].strip()


def article(number: int, length: int = LENGTH) -> dict[str, object]:
    """A row of ``articles``."""
    rng = random.Random(-number - 1)
    text = body(number, length)
    day = f"{rng.randrange(2012, 2027)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    names = [name for _, name in people(number)]
    return {
        "id": number + 1,
        "url": f"http://www.{SITES[number % 4]}.example/{day.replace('-', '/')}/{number}.shtml",
        "site": SITES[number % 4],
        "column": COLUMNS[number % 7 + number % 3],
        "title": text[3:21].replace("\n", ""),
        "subtitle": None,
        "author": names[0],
        "editor": names[1],
        "source": "本地日报",
        "published_at": f"{day}T{rng.randrange(24):02}:{rng.randrange(60):02}+08:00",
        "body": text,
        "keywords": json.dumps([text[5:7], text[9:11]], ensure_ascii=False),
        "script": "hans",
        "body_sha256": digest,
        "text_sha256": digest[::-1],
        "first_seen_at": "2026-01-01T08:00:00+08:00",
        "last_seen_at": "2026-06-01T08:00:00+08:00",
        "gone_at": "2026-05-01T08:00:00+08:00" if number % 50 == 0 else None,
        "revision": 2 if number % 20 == 0 else 1,
    }


def people(number: int) -> list[tuple[str, str]]:
    """The author and the editor of an article: some write much, most write little."""
    rng = random.Random(number * 31 + 5)
    pick = [int(len(SURNAMES) * len(GIVEN) * rng.random() ** 3), int(60 * rng.random() ** 2)]
    names = [SURNAMES[one % len(SURNAMES)] + GIVEN[one // len(SURNAMES)] for one in pick]
    return list(zip(("author", "editor"), names, strict=True))


def build(path: Path, articles: int, length: int = LENGTH) -> dict[str, float]:
    """Make the archive at ``path``, or let it grow; gives the seconds of CPU an article of both works."""
    db = open_database(path, create=True)
    known = db["articles"].count
    writing = indexing = 0.0
    for start in range(known, articles, 2_000):
        rows = [article(number, length) for number in range(start, min(start + 2_000, articles))]
        begun = time.process_time()
        write_rows(db, rows)
        between = time.process_time()
        update_index(db.conn)
        writing += between - begun
        indexing += time.process_time() - between
    db.close()
    written = max(articles - known, 1)
    return {"writing": writing / written, "indexing": indexing / written}


def write_rows(db: Database, rows: list[dict[str, object]]) -> None:
    """Write rows of ``articles`` with their people; some have a copy, some an earlier text."""
    names = ", ".join(f'"{name}"' for name in rows[0])
    db.conn.execute("BEGIN IMMEDIATE")
    db.conn.executemany(
        f"INSERT INTO articles ({names}) VALUES ({', '.join('?' * len(rows[0]))})",
        (tuple(row.values()) for row in rows),
    )
    db.conn.executemany(
        "INSERT INTO bylines (article_id, position, role, name, words, rule, place)"
        " VALUES (?, ?, ?, ?, '', 'label', 'tail')",
        _bylines(rows),
    )
    db.conn.executemany(
        "INSERT INTO copies (article_id, url, site, kind, title, body_sha256, first_seen_at, last_seen_at)"
        " SELECT id, url || '?copy', ?, 'exact', title, body_sha256, first_seen_at, last_seen_at"
        " FROM articles WHERE id = ?",
        ((SITES[(number(row) + 1) % 4], row["id"]) for row in rows if number(row) % 10 == 0),
    )
    db.conn.executemany(
        "INSERT INTO revisions (article_id, revision, url, title, body, body_sha256, seen_at, replaced_at)"
        " SELECT id, 1, url, title, body, body_sha256, first_seen_at, '2026-03-01T08:00:00+08:00'"
        " FROM articles WHERE id = ?",
        ((row["id"],) for row in rows if row["revision"] == 2),
    )
    db.conn.execute("COMMIT")


def number(row: dict[str, object]) -> int:
    """The number of an article's row."""
    return int(str(row["id"])) - 1


def _bylines(rows: list[dict[str, object]]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        for position, (role, name) in enumerate(people(number(row)), 1):
            yield row["id"], position, role, name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("articles", type=int)
    parser.add_argument("--length", type=int, default=LENGTH, help="characters of an article")
    arguments = parser.parse_args()
    figures = build(arguments.archive, arguments.articles, arguments.length)
    print({name: f"{seconds * 1e3:.2f} ms" for name, seconds in figures.items()})


if __name__ == "__main__":
    main()
