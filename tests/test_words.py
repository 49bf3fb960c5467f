"""Words of the net in the archive: never SQL, never obeyed by a terminal, the very same in every export."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.store import Archive
from archive.visible import visible, visible_json
from crawler.cli import main
from tests.test_search import saved

ROOT = Path(__file__).parent.parent
# No SQL of ours holds this word: where a statement does, words came in by another way than a parameter.
TAINT = "zqtaint"
SQL = f"{TAINT}'); DROP TABLE articles; --\" OR 1=1"
TERMINAL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202etxt\x7f\r"
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", '=HYPERLINK("http://x.example/","x")')


def luntan(*arguments: str | Path) -> str:
    """What the command prints."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive whose articles say what no article should."""
    path = tmp_path / "a.db"
    with Archive.open(path) as archive:
        saved(archive, 1, f"标题{SQL}", f"正文{SQL}说的是旧书市集。", f"秦{SQL}", f"周{SQL}", "2024-01-01")
        saved(
            archive, 2, f"标题{TERMINAL}", f"正文{TERMINAL}说的是图书馆的早晨。", "林晓", "周平", "2024-01-02"
        )
        for number, formula in enumerate(FORMULAS, 3):
            body = f"{formula} 第{number}段说的是公园里的早市和长椅。" * number
            saved(archive, number, formula, body, formula, "周平", "2024-01-03")
        archive.flush()
    return path


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that SQLite is given from now on, as its text stands before parameters are bound."""
    told: list[str] = []

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *values: Any) -> Any:
            told.append(sql)
            return super().execute(sql, *values)

        def executemany(self, sql: str, *values: Any) -> Any:
            told.append(sql)
            return super().executemany(sql, *values)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, *values: Any) -> Any:
            return self.cursor().execute(sql, *values)

        def executemany(self, sql: str, *values: Any) -> Any:
            return self.cursor().executemany(sql, *values)

        def executescript(self, sql: str) -> Any:
            told.append(sql)
            return super().executescript(sql)

    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **more: connect(*args, **{"factory": Connection} | more)
    )
    yield told


def test_no_word_of_a_page_or_a_person_becomes_sql(statements: list[str], path: Path) -> None:
    # The fixture `path` has stored its articles through the recording connections by now.
    filters = ["--author", f"秦{SQL}", "--editor", SQL, "--column", SQL, "--site", SQL]
    for verb in ("list", "export", "history"):
        luntan(verb, path, *filters, "--since", SQL, "--until", SQL)
    assert TAINT in luntan("list", path, "--author", f"秦{SQL}")
    for article in ("1", SQL, "http://www.example.cn/2024/0101/1.shtml"):
        luntan("show", path, article)
        luntan("show", path, article, "--revisions")
        luntan("copies", path, article)
    for query in (
        SQL,
        f'"{SQL}',
        f"author:{SQL}",
        f"since:{SQL}",
        f"{TAINT} 旧书市集",
        f"{TAINT}* NOT {TAINT}",
    ):
        luntan("search", path, query)
        luntan("search", path, query, "--newest")
    luntan("stats", path, "--by", "column")
    luntan("check", path)
    assert len(statements) > 100
    assert not [sql for sql in statements if TAINT in sql]
    with sqlite3.connect(path) as conn:
        assert conn.execute("SELECT count(*) FROM articles").fetchone() == (2 + len(FORMULAS),)


@pytest.mark.parametrize(
    "command",
    [
        ("list", "-t"),
        ("list", "--nl"),
        ("list",),
        ("show", "2"),
        ("show", "2", "--json"),
        ("search", "图书馆", "-t"),
        ("search", "图书馆"),
        ("history", "-t"),
        ("copies", "-t"),
        ("stats", "--by", "month", "-t"),
    ],
    ids=" ".join,
)
def test_what_people_look_at_steers_no_terminal(path: Path, command: tuple[str, ...]) -> None:
    verb, *rest = command
    assert _steering(luntan(verb, path, *rest)) == set()


@pytest.mark.parametrize("command", [("list", "--csv"), ("list", "--tsv"), ("export",)], ids=" ".join)
def test_what_goes_to_a_terminal_is_made_visible_and_to_a_file_exact(
    path: Path, command: tuple[str, ...]
) -> None:
    verb, *rest = command
    arguments = [sys.executable, "-m", "crawler", verb, str(path), *rest]
    piped = subprocess.run(arguments, capture_output=True, cwd=ROOT, timeout=60).stdout.decode()
    assert "\x9b31m\u202etxt" in piped
    shown = _in_a_terminal(arguments)
    assert "x9b31m" in shown or "u009b31m" in shown
    assert _steering(shown.replace("\r\n", "\n")) == set()


def test_an_error_steers_no_terminal(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(f"<title>{TERMINAL}</title>", encoding="utf-8")
    assert _steering(luntan("ingest", tmp_path / "a.db", page)) == set()
    assert _steering(luntan("extract", page)) == set()


def test_csv_holds_the_very_words_of_the_page(path: Path) -> None:
    """An archive does not edit what it keeps: formulas stay as they were printed (SECURITY.md says so)."""
    for text in (luntan("list", path, "--csv"), luntan("export", path, "--csv", "--fields", "title,author")):
        titles = [row["title"] for row in csv.DictReader(io.StringIO(text, newline=""))]
        assert len(titles) == 2 + len(FORMULAS)
        assert {f"标题{SQL}", f"标题{TERMINAL}", *FORMULAS} == set(titles)


def test_json_holds_the_very_words_of_the_page(path: Path) -> None:
    rows = [json.loads(line) for line in luntan("export", path).splitlines()]
    assert f"标题{TERMINAL}" in [row["title"] for row in rows]
    value = {"title": TERMINAL}
    assert json.loads(visible_json(json.dumps(value, ensure_ascii=False))) == value


def test_visible_leaves_chinese_alone() -> None:
    assert visible("　　他说：“图书馆”——①……\n第二行\t") == "　　他说：“图书馆”——①……\n第二行\t"


def _steering(text: str) -> set[str]:
    allowed = "\n\t"
    return {mark for mark in text if not mark.isprintable() and mark not in allowed and mark != "\u3000"}


def _in_a_terminal(arguments: list[str]) -> str:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(arguments, stdout=theirs, stderr=subprocess.DEVNULL, cwd=ROOT)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        pass  # the other side has closed
    finally:
        os.close(ours)
    assert process.wait(60) == 0
    return shown.decode()
