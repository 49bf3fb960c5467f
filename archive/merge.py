"""Take over another archive: two machines' crawls become one.

Every page of the other archive is written as if it were met now: a known address is brought up to date where
the other archive saw it later, and keeps its text where not; the text that gives way is a revision. Then come
the other's revisions, its runs and captures, and what it knows of each address. Taken over twice, nothing
changes. The WARC files stay where they are; `Merged.warc_files` says which belong beside this archive now.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from archive.articles import ArticleWriter
from archive.connect import explained, open_database, open_readonly
from archive.errors import ArchiveUnusable
from archive.migrations import migrations
from archive.rows import Row, Rows
from archive.similarity import fingerprint
from archive.witnesses import CONTENT, Witness, WitnessBook

# So many articles, captures or pages are taken over in one transaction.
BATCH = 200

REVISION = ("url", *CONTENT, "body_sha256", "seen_at", "replaced_at")
# What tells one run from another, whatever its number.
RUN = ("command", "site", "arguments", "started_at")


class Progress(Protocol):
    """Told of the rows done, as a progress bar is."""

    def update(self, n_steps: int) -> None: ...


class Merged(NamedTuple):
    """How many rows of each table were taken over, and which files of evidence they point to."""

    counts: Counter[str]
    warc_files: list[str]


def merge(path: Path, other: Path, begin: Callable[[int], Progress]) -> Merged:
    """Take over the archive ``other`` into the one at ``path``, which is made if it does not exist.

    Raises the errors of `archive.connect.open_database`, and `ArchiveUnusable` where both are one file,
    the other one is older than this program, or both have different evidence under one name.
    """
    if path.exists() and path.samefile(other):
        raise ArchiveUnusable(f"{other}: an archive can not be merged into itself - give two archives")
    with contextlib.closing(open_readonly(other)) as theirs:
        if migrations.pending(theirs):
            raise ArchiveUnusable(f"{other}: written by an older luntan - run: luntan dedupe {other}")
        theirs.conn.execute("BEGIN")
        with contextlib.closing(open_database(path, create=True)) as mine, explained(path):
            return _Merge(mine.conn, theirs.conn, other).run(begin)


class _Merge:
    def __init__(self, mine: sqlite3.Connection, theirs: sqlite3.Connection, other: Path) -> None:
        self.mine, self.theirs, self.other = mine, theirs, other
        self.rows = Rows(mine)
        self.writer = ArticleWriter(mine)
        self.counts: Counter[str] = Counter()
        self.run_ids: dict[int, int] = {}

    def run(self, begin: Callable[[int], Progress]) -> Merged:
        tables = ("articles", "runs", "captures", "pages")
        bar = begin(sum(self._count(table) for table in tables))
        takers = (self._take_article, self._take_run, self._take_capture, self._take_page)
        for table, take in zip(tables, takers, strict=True):
            for rows in _batches(_rows(self.theirs, f"SELECT * FROM {table} ORDER BY id")):
                with _transaction(self.mine):
                    for row in rows:
                        take(row)
                bar.update(len(rows))
        files = self.theirs.execute("SELECT DISTINCT warc_file FROM captures ORDER BY warc_file")
        return Merged(self.counts, [name for (name,) in files])

    def _count(self, table: str) -> int:
        count: int = self.theirs.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return count

    def _take_article(self, row: Row) -> None:
        for witness in WitnessBook(self.theirs).all(row["id"]):
            outcome = self._take_witness(witness)
            self.counts[outcome] += 1
        for revision in _rows(self.theirs, "SELECT * FROM revisions WHERE article_id = ?", row["id"]):
            place = self.writer.witnesses.find(revision["url"]) or self.writer.witnesses.find(row["url"])
            assert place is not None
            self.writer.add_revision(place.article_id, {name: revision[name] for name in REVISION})

    def _take_witness(self, witness: Witness) -> str:
        witness["text_sha256"], bands = fingerprint(witness["title"], witness["body"])
        place = self.writer.witnesses.find(witness["url"])
        if place is None:
            return self.writer.place(witness, bands).outcome
        known = self.writer.witnesses.read(place)
        if _order(witness) < _order(known):
            return self.writer.add_earlier(place, known, witness).outcome
        return self.writer.update(place, known, witness, bands, is_edit=True).outcome

    def _take_run(self, row: Row) -> None:
        known = self.rows.one(
            f"SELECT id, finished_at FROM runs WHERE {' AND '.join(f'{name} IS ?' for name in RUN)}",
            *(row[name] for name in RUN),
        )
        taken = _without_id(row)
        if row["outcome"] == "running":
            # Whatever goes on there: no crawl of this archive, and none that it could take up.
            taken["outcome"] = "killed"
        if known is None:
            self.counts["runs"] += 1
            known = {"id": self.rows.insert("runs", taken)}
        elif known["finished_at"] is None and row["finished_at"] is not None:
            self.rows.set("runs", known["id"], taken)
        self.run_ids[row["id"]] = known["id"]

    def _take_capture(self, row: Row) -> None:
        known = self._capture(row)
        if known is not None:
            if (known["url"], known["payload_sha256"]) != (row["url"], row["payload_sha256"]):
                raise ArchiveUnusable(
                    f"{self.other}: its evidence file {row['warc_file']} is another one than this archive's"
                    " of the same name - rename it there, in the folder and in the table captures"
                )
            return
        taken = _without_id(row) | {"run_id": self.run_ids.get(row["run_id"])}
        if row["refers_to"] is not None:
            taken["refers_to"] = self._capture_id(row["refers_to"])
        self.rows.insert("captures", taken)
        self.counts["captures"] += 1

    def _take_page(self, row: Row) -> None:
        known = self.rows.one("SELECT * FROM pages WHERE url = ?", row["url"])
        if known and row["found_at"] < known["found_at"]:
            self.rows.set("pages", known["id"], {"found_at": row["found_at"]})
        if known and (known["fetched_at"] or "") >= (row["fetched_at"] or ""):
            return
        place = self.writer.witnesses.find(row["url"])
        taken = _without_id(row) | {"article_id": place.article_id if place else None}
        if row["capture_id"] is not None:
            taken["capture_id"] = self._capture_id(row["capture_id"])
        if known:
            found_at = min(known["found_at"], row["found_at"])
            self.rows.set("pages", known["id"], taken | {"found_at": found_at})
        else:
            self.rows.insert("pages", taken)
        self.counts["pages"] += 1

    def _capture(self, row: Row) -> dict[str, Any] | None:
        return self.rows.one(
            "SELECT * FROM captures WHERE warc_file = ? AND warc_offset = ?",
            row["warc_file"],
            row["warc_offset"],
        )

    def _capture_id(self, their_id: int) -> int | None:
        (row,) = _rows(self.theirs, "SELECT * FROM captures WHERE id = ?", their_id)
        capture = self._capture(row)
        return capture["id"] if capture else None


def _order(witness: Witness) -> tuple[str, str]:
    # Of two texts seen in the same second, both archives must choose the same one.
    return witness["last_seen_at"], witness["body_sha256"]


def _without_id(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _rows(conn: sqlite3.Connection, sql: str, *values: Any) -> Iterator[dict[str, Any]]:
    cursor = conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@contextlib.contextmanager
def _transaction(conn: sqlite3.Connection) -> Iterator[None]:
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
