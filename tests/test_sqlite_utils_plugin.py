"""What stock sqlite-utils finds in an archive: with luntan installed beside it, and without."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.search_index import update_index
from archive.store import Archive
from tests.test_search import TEXTS, saved

# The program as it is where luntan is not installed: its plugins are not asked for.
BARE = "import sys; sys._called_from_test = True; from sqlite_utils.cli import cli; cli()"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "a.db") as archive:
        for number, text in enumerate(TEXTS):
            saved(archive, number, *text)
        archive.flush()
        update_index(archive.db.conn)
    return tmp_path / "a.db"


def sqlite_utils(*arguments: str | Path, bare: bool = False) -> subprocess.CompletedProcess[str]:
    start = ["-c", BARE] if bare else ["-m", "sqlite_utils"]
    return subprocess.run([sys.executable, *start, *map(str, arguments)], capture_output=True, text=True)


def titles(*arguments: str | Path, bare: bool = False) -> set[str]:
    result = sqlite_utils(*arguments, bare=bare)
    assert result.returncode == 0, result.stderr
    return {row["title"] for row in json.loads(result.stdout)}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("书", {"社区图书馆的清晨", "公園裏的讀書會", "图书"}),
        ("治理体系", {"图书"}),
        ("社區 步道", {"公園裏的讀書會"}),
        ("社区 author:林晓 editor:周远", {"老街早市", "图书"}),
        ('"', {text[0] for text in TEXTS}),
    ],
)
def test_search_reads_queries_as_luntan_does(path: Path, query: str, found: set[str]) -> None:
    assert titles("search", path, "articles", query) == found


def test_search_keeps_its_options(path: Path) -> None:
    rows = json.loads(
        sqlite_utils("search", path, "articles", "社区", "-c", "id", "-o", "id desc", "--limit", 2).stdout
    )
    assert rows == [{"id": 5}, {"id": 3}]
    assert titles("search", path, "articles", "a OR b", "--quote") == set()
    assert "articles_fts MATCH" in sqlite_utils("search", path, "articles", "社区", "--sql").stdout
    assert "no column 'nosuch'" in sqlite_utils("search", path, "articles", "社区", "-c", "nosuch").stderr


def test_search_finds_what_a_stock_tool_wrote_a_moment_ago(path: Path) -> None:
    assert sqlite_utils("query", path, "update articles set title = '温室' where id = 1").returncode == 0
    assert titles("search", path, "articles", "温室") == {"温室"}
    path.chmod(0o444)
    assert titles("search", path, "articles", "温室") == {"温室"}


def test_other_files_and_tables_are_searched_as_ever(path: Path, tmp_path: Path) -> None:
    db = Database(tmp_path / "other.db")
    db["articles"].insert({"title": "a library", "author": "x"})
    db["articles"].enable_fts(["title"])
    db.close()
    assert titles("search", tmp_path / "other.db", "articles", "library") == {"a library"}
    assert "does not exist" in sqlite_utils("search", path, "nosuch", "x").stderr


def test_functions_fold_script_and_width(path: Path) -> None:
    sql = "select luntan_fold('圖書ＡＩ') as title, luntan_fold(null) as none"
    assert json.loads(sqlite_utils("query", path, sql).stdout) == [{"title": "图书ai", "none": None}]
    found = "select rowid from articles_fts where articles_fts match luntan_match('治理體系')"
    sql = f"select title from articles where id in ({found})"
    assert titles("query", path, sql) == {"图书"}


def test_a_bare_sqlite_utils_finds_words_of_two_characters_and_phrases(path: Path) -> None:
    assert titles("search", path, "articles", "社区", bare=True) == {
        text[0] for text in TEXTS if text[0] != "菜园"
    }
    assert titles("search", path, "articles", "书", bare=True) == {
        "社区图书馆的清晨",
        "公園裏的讀書會",
        "图书",
    }
    assert titles("search", path, "articles", '"治理 理体 体系"', bare=True) == {"图书"}
    assert "no such function" in sqlite_utils("query", path, "select luntan_fold('a')", bare=True).stderr


def test_a_bare_tool_may_write(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        conn.execute("DELETE FROM articles WHERE id = 2")
    assert (
        sqlite_utils("query", path, "update articles set body = '花房' where id = 1", bare=True).returncode
        == 0
    )
    assert titles("search", path, "articles", "花房") == {TEXTS[0][0]}
