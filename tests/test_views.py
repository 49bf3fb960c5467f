"""The views and `luntan stats` against what the rows say, and that large archives answer from indexes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from archive.store import Archive
from crawler.cli import main
from tests.test_search import TEXTS, saved


@pytest.fixture
def db(tmp_path: Path) -> Database:
    with Archive.open(tmp_path / "a.db") as archive:
        for number, text in enumerate(TEXTS):
            saved(archive, number, *text)
    db = Database(tmp_path / "a.db")
    times = {
        "first_seen_at": "2026-01-02",
        "last_seen_at": "2026-01-03",
        "kind": "exact",
        "body_sha256": "",
        "title": "",
    }
    for number, (article, site) in enumerate([(1, "mirror"), (2, "mirror"), (2, "mirror"), (3, "example")]):
        db["copies"].insert({"article_id": article, "url": str(number), "site": site, **times})
    words = {"url": "x", "body_sha256": "", "seen_at": "2026-01-01", "body": "旧文。", "editor": "周平"}
    for revision, title, author in ((1, "旧题", None), (2, "社区图书馆的清晨", None)):
        row = {
            "article_id": 1,
            "revision": revision,
            "title": title,
            "author": author,
            "published_at": "2024-01-02",
        }
        db["revisions"].insert({**row, **words, "replaced_at": f"2026-02-0{revision}"})
    db["articles"].update(1, {"revision": 3})
    db["articles"].update(4, {"gone_at": "2026-05-01"})
    return db


def rows(db: Database, sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = db.conn.execute(sql).fetchall()
    return found


def test_people_and_who_edits_whom(db: Database) -> None:
    assert rows(db, "SELECT * FROM people WHERE name = '林晓'") == [
        ("林晓", "author", 3, "2022", "2024-02-03T09:12+08:00")
    ]
    assert rows(db, "SELECT name, articles FROM people WHERE role = 'editor' ORDER BY name") == [
        ("周平", 2),
        ("周远", 2),
    ]
    assert set(rows(db, "SELECT * FROM editors_of_authors")) == {
        ("林晓", "周平", 1),
        ("林晓", "周远", 2),
        ("陳靜", "周平", 1),
        ("王建国", "周远", 1),
    }


def test_reprints_edits_and_what_is_gone(db: Database) -> None:
    assert rows(db, "SELECT * FROM reprints") == [("example", "mirror", 2)]
    edits = rows(db, "SELECT article_id, revision, edited_at, title, fields FROM edits ORDER BY revision")
    assert edits == [
        (1, 2, "2026-02-01", "社区图书馆的清晨", "title"),
        (1, 3, "2026-02-02", "社区图书馆的清晨", "author body"),
    ]
    assert rows(db, "SELECT id, gone_at FROM gone") == [(4, "2026-05-01")]


@pytest.mark.parametrize("view", ["people", "editors_of_authors", "columns_by_month", "gone"])
def test_no_view_reads_all_articles_row_by_row(db: Database, view: str) -> None:
    plan = [row[3] for row in rows(db, f"EXPLAIN QUERY PLAN SELECT * FROM {view}")]
    assert [step for step in plan if "articles" in step and "INDEX" not in step] == []


def test_when_someone_wrote_is_not_looked_up_in_the_articles_own_rows(db: Database) -> None:
    plan = [row[3] for row in rows(db, "EXPLAIN QUERY PLAN SELECT * FROM people WHERE name = '林晓'")]
    assert plan[1:3] == [
        "SEARCH b USING COVERING INDEX idx_bylines_name (name=?)",
        "SEARCH a USING COVERING INDEX idx_articles_time (id=?)",
    ]


def stats(db: Database, *arguments: str) -> str:
    path = rows(db, "SELECT file FROM pragma_database_list")[0][0]
    result = CliRunner().invoke(main, ["stats", path, *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_stats_by_group(db: Database) -> None:
    (site,) = json.loads(stats(db, "--by", "site"))
    assert (site["site"], site["articles"], site["with_author"], site["with_editor"]) == (
        "example",
        5,
        0.8,
        0.8,
    )
    (column,) = json.loads(stats(db, "--by", "column"))
    assert (column["column"], column["first_published_at"]) == ("生活", "2022")
    years = [(row["year"], row["articles"]) for row in json.loads(stats(db, "--by", "year"))]
    assert years == [(None, 1), ("2022", 1), ("2023", 1), ("2024", 2)]


def test_stats_of_tables(db: Database) -> None:
    tables = {row["table"]: row for row in json.loads(stats(db))}
    assert tables["articles"]["rows"] == 5 and tables["articles"]["bytes"] > 0
    assert tables["articles_fts"]["bytes"] > 0 and not any(
        name.startswith("articles_fts_") for name in tables
    )


def test_stats_as_a_plot(db: Database) -> None:
    assert "2024     " + "█" * 50 + " 2" not in stats(db, "--plot")
    assert stats(db, "--plot", "--by", "year").splitlines()[-1] == "2024  " + "█" * 50 + " 2"
    assert len(stats(db, "--plot").splitlines()) == 5
