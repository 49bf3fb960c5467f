"""What changed, told to people: the edits of one article, and the history of an archive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.store import Archive
from crawler.cli import main
from tests.test_archive_store import BODY, URL, article, page

OTHER = "http://www.example.cn/2024/0502/2.shtml"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with Archive.open(path) as opened:
        opened.save(article(body="老街的清晨。\n" + BODY), page())
        opened.save(
            article(body="老街的早晨。\n" + BODY, editor="周岚"),
            page(payload="2", at="2026-02-01T08:00:00+08:00"),
        )
        opened.save(
            article(OTHER, body="菜市场的灯亮得早。" * 30, title="菜市场", column="生活"),
            page(OTHER, at="2026-01-01T08:00:00+08:00"),
        )
        gone = page(OTHER, payload=None, at="2026-03-01T08:00:00+08:00") | {"state": "gone", "status": 404}
        opened.save_page(gone)
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_history_lists_edits_and_disappearances_newest_first(archive: Path) -> None:
    rows = [json.loads(line) for line in run("history", archive, "--nl").splitlines()]
    assert [(row["at"], row["what"], row["url"], row["fields"]) for row in rows] == [
        ("2026-03-01T08:00:00+08:00", "gone", OTHER, None),
        ("2026-02-01T08:00:00+08:00", "edited", URL, "editor body"),
    ]
    (only,) = json.loads(run("history", archive, "--column", "生活"))
    assert only["what"] == "gone"


def test_show_revisions_marks_what_was_taken_out_and_put_in(archive: Path) -> None:
    shown = run("show", archive, URL, "--revisions")
    assert "revision 1 to 2" in shown
    assert "2026-01-01T08:00:00+08:00" in shown and "2026-02-01T08:00:00+08:00" in shown
    assert "body: 老街的[-清-]{+早+}晨。" in shown
    assert "editor: {+周岚+}" in shown
    assert BODY not in shown, "what stayed is not repeated"


def test_an_article_never_edited_says_so(archive: Path) -> None:
    assert "no earlier text" in run("show", archive, OTHER, "--revisions")
