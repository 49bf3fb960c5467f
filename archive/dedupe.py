"""Tell copies apart over a whole archive once more: after merging two, or by a better rule.

First every text gets its fingerprint, then every article is looked at for relatives. Both go through the
articles in the order of their ids, and the row of the run says how far they came: a run that was cut off
goes on there. The reading and comparing is done by worker processes, the writing by this one.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from archive.articles import ArticleWriter
from archive.bands import TABLES, BandIndex
from archive.connect import explained, open_database, open_readonly
from archive.rows import Rows, now
from archive.similarity import fingerprint
from archive.witnesses import Witness, are_related

T = TypeVar("T")

# So many ids are looked at in one go.
STEP = 200
PHASES = ("fingerprints", "relatives")


class Finding(NamedTuple):
    """What is not as it should be: two articles that are one, or a copy of an article that is none."""

    action: Literal["unite", "part"]
    url: str
    other_url: str


class Fingerprint(NamedTuple):
    """What the index holds of one text."""

    url: str
    text_sha256: str
    bands: tuple[int, ...]


class Progress(Protocol):
    """Told of the articles done, as a progress bar is."""

    def update(self, n_steps: int) -> None: ...


def dedupe(path: Path, workers: int, begin: Callable[[int], Progress]) -> Iterator[Finding]:
    """Put right what is not as it should be, and give it. ``begin`` is told how many steps there are.

    Raises the errors of `archive.connect.open_database`.
    """
    db = open_database(path, create=False)
    with contextlib.closing(db), explained(path), _Crew(path, workers) as crew:
        yield from _Rerun(db.conn, crew).run(begin)


def review(path: Path, begin: Callable[[int], Progress]) -> Iterator[Finding]:
    """What `dedupe` would find; the archive is only read. Raises the errors of `open_readonly`."""
    db = open_readonly(path)
    with contextlib.closing(db), explained(path):
        # A temporary table is found before the archive's own of the same name.
        for statement in TABLES.replace("CREATE TABLE", "CREATE TEMP TABLE").split(";\n")[:-1]:
            db.conn.execute(statement)
        bar = begin(len(PHASES) * _last_id(db.conn))
        index = BandIndex(db.conn)
        for low, high in _steps(db.conn, 0):
            for text in fingerprints(db.conn, low, high):
                index.put(text.url, text.bands)
            bar.update(high - low)
        leaders: dict[int, int] = {}
        for low, high in _steps(db.conn, 0):
            for finding in findings(db.conn, low, high):
                if finding.action == "part" or _join(leaders, db.conn, finding):
                    yield finding
            bar.update(high - low)


def fingerprints(conn: sqlite3.Connection, low: int, high: int) -> list[Fingerprint]:
    """The fingerprints of all texts of the articles with ``low`` < id <= ``high``."""
    texts = conn.execute(
        "SELECT url, title, body FROM articles WHERE id > ?1 AND id <= ?2 UNION ALL"
        " SELECT c.url, c.title, coalesce(c.body, a.body) FROM copies AS c"
        " JOIN articles AS a ON a.id = c.article_id WHERE c.article_id > ?1 AND c.article_id <= ?2",
        (low, high),
    )
    return [Fingerprint(url, *fingerprint(title, body)) for url, title, body in texts]


def findings(conn: sqlite3.Connection, low: int, high: int) -> list[Finding]:
    """What is not as it should be with the articles with ``low`` < id <= ``high``."""
    writer = ArticleWriter(conn)
    found = []
    ids = conn.execute("SELECT id FROM articles WHERE id > ? AND id <= ? ORDER BY id", (low, high)).fetchall()
    for (article_id,) in ids:
        article, *copies = writer.witnesses.all(article_id)
        for witness in (article, *copies):
            witness["text_sha256"], bands = fingerprint(witness["title"], witness["body"])
            others = writer.related(witness, bands)
            urls = [writer.witnesses.address(other) for other in others if other > article_id]
            found += [Finding("unite", article["url"], url) for url in urls]
        strangers = _strangers(article, copies, writer.earlier(article_id)) if copies else []
        found += [Finding("part", stranger["url"], article["url"]) for stranger in strangers]
    return found


def _strangers(article: Witness, copies: list[Witness], earlier: list[Witness]) -> list[Witness]:
    """The copies that are related neither to the article, nor to its earlier texts, nor to another copy."""
    related, strangers = [article, *earlier], copies
    while True:
        still = [copy for copy in strangers if not any(are_related(copy, other) for other in related)]
        if len(still) == len(strangers):
            return strangers
        related, strangers = [copy for copy in strangers if copy not in still], still


def _last_id(conn: sqlite3.Connection) -> int:
    last: int = conn.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    return last


def _steps(conn: sqlite3.Connection, after: int) -> list[tuple[int, int]]:
    last = _last_id(conn)
    return [(low, min(low + STEP, last)) for low in range(after, last, STEP)]


def _join(leaders: dict[int, int], conn: sqlite3.Connection, finding: Finding) -> bool:
    """Whether the two articles of a finding were not yet found to be one, through others."""
    first, second = sorted(_leader(leaders, conn, url) for url in (finding.url, finding.other_url))
    leaders[second] = first
    return first != second


def _leader(leaders: dict[int, int], conn: sqlite3.Connection, url: str) -> int:
    leader: int = conn.execute("SELECT id FROM articles WHERE url = ?", (url,)).fetchone()[0]
    while leaders.get(leader, leader) != leader:
        leader = leaders[leader]
    return leader


class _Rerun:
    """One run over an archive, in the two `PHASES`."""

    def __init__(self, conn: sqlite3.Connection, crew: _Crew) -> None:
        self.conn = conn
        self.rows = Rows(conn)
        self.writer = ArticleWriter(conn)
        self.crew = crew
        self.run_id, self.phase, self.after = self._resume()

    def run(self, begin: Callable[[int], Progress]) -> Iterator[Finding]:
        last = _last_id(self.conn)
        bar = begin(len(PHASES) * last)
        bar.update(self.phase * last + self.after)
        if self.phase == 0:
            for step, texts in self.crew.map(fingerprints, _steps(self.conn, self.after)):
                with self._transaction(step):
                    self._put(texts)
                bar.update(step[1] - step[0])
            self.phase, self.after = 1, 0
        for step, found in self.crew.map(findings, _steps(self.conn, self.after)):
            with self._transaction(step):
                done = [finding for finding in found if self._put_right(finding)]
            yield from done
            bar.update(step[1] - step[0])
        self.rows.set("runs", self.run_id, {"outcome": "finished", "finished_at": now()})

    def _resume(self) -> tuple[int, int, int]:
        latest = self.rows.one("SELECT * FROM runs WHERE command = 'dedupe' ORDER BY id DESC LIMIT 1")
        if latest and latest["outcome"] == "running":
            come = json.loads(latest["arguments"])
            return latest["id"], PHASES.index(come["phase"]), come["after"]
        row = {"command": "dedupe", "arguments": self._come(0, 0), "started_at": now(), "outcome": "running"}
        return self.rows.insert("runs", row), 0, 0

    def _come(self, phase: int, after: int) -> str:
        return json.dumps({"phase": PHASES[phase], "after": after})

    @contextlib.contextmanager
    def _transaction(self, step: tuple[int, int]) -> Iterator[None]:
        self.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.rows.set("runs", self.run_id, {"arguments": self._come(self.phase, step[1])})
            self.conn.execute("COMMIT")
        except BaseException:
            self.conn.execute("ROLLBACK")
            raise

    def _put(self, texts: list[Fingerprint]) -> None:
        for table in ("articles", "copies"):
            self.conn.executemany(
                f"UPDATE {table} SET text_sha256 = ?1 WHERE url = ?2 AND text_sha256 != ?1",
                [(text.text_sha256, text.url) for text in texts],
            )
        for text in texts:
            self.writer.bands.put(text.url, text.bands)

    def _put_right(self, finding: Finding) -> bool:
        places = [self.writer.witnesses.find(url) for url in (finding.url, finding.other_url)]
        ids = sorted({place.article_id for place in places if place})
        if finding.action == "unite":
            if len(ids) == 2:
                self.writer.unite(ids)
            return len(ids) == 2
        place = places[0]
        if place is None or place.copy_id is None:
            return False
        self.writer.part(place)
        return True


class _Crew:
    """Worker processes, each with the archive open for reading."""

    def __init__(self, path: Path, workers: int) -> None:
        # Spawned: a connection to SQLite must not be carried over a fork.
        self._pool = ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_open, initargs=(path,)
        )
        self._ahead = 2 * workers

    def map(
        self, work: Callable[[sqlite3.Connection, int, int], T], steps: list[tuple[int, int]]
    ) -> Iterator[tuple[tuple[int, int], T]]:
        """Do the work for each step, in their order, and never far ahead of who takes the results."""
        waiting: deque[tuple[tuple[int, int], Future[T]]] = deque()
        for step in steps:
            waiting.append((step, self._pool.submit(_work, work, *step)))
            if len(waiting) > self._ahead:
                first, future = waiting.popleft()
                yield first, future.result()
        for step, future in waiting:
            yield step, future.result()

    def __enter__(self) -> _Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)


_worker: dict[str, sqlite3.Connection] = {}


def _open(path: Path) -> None:
    _worker["conn"] = open_readonly(path).conn


def _work(work: Callable[[sqlite3.Connection, int, int], Any], low: int, high: int) -> Any:
    # One view of the archive for the whole step, whatever is written meanwhile.
    _worker["conn"].execute("BEGIN")
    try:
        return work(_worker["conn"], low, high)
    finally:
        _worker["conn"].rollback()
