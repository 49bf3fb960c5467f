"""`luntan check` finds what stock tools left out of step, and mends it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from sqlite_utils import Database

from archive.store import Archive
from crawler.cli import main
from tests.test_search import TEXTS, saved


def check(path: Path) -> str:
    result = CliRunner().invoke(main, ["check", str(path)])
    assert result.exit_code == 0, result.output
    return result.stdout


def found(path: Path, word: str) -> list[int]:
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?"
    with Database(path).conn as conn:
        return [row[0] for row in conn.execute(sql, (word,))]


def test_what_stock_tools_left_out_of_step_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive.open(path) as archive:
        for number, text in enumerate(TEXTS):
            saved(archive, number, *text)
    assert "5 changed articles indexed" in check(path)
    assert check(path) == ""
    db = Database(path)
    db["articles"].update(2, {"title": "温室"})
    assert "1 changed articles indexed" in check(path)
    assert found(path, "温室") == [2]
    db["articles"].transform(column_order=["id", "title"])
    db["articles"].update(2, {"title": "花房"})
    output = check(path)
    assert "search index: triggers are missing" in output and "changes: triggers are missing" in output
    assert (found(path, "温室"), found(path, "花房")) == ([], [2])
    db["articles"].rebuild_fts()
    assert "5 articles have other words in it - mended" in check(path)
    assert found(path, "社区") == [1, 2, 3, 5]
    assert check(path) == ""
