"""Copies told apart once more over a whole archive, and what the verbs print of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from copy_texts import body
from test_copies import PAGES, TEXT, archived, contents, saved

from archive.dedupe import Finding, dedupe, review
from archive.store import Archive
from crawler.cli import main


class Bar:
    """Counts what it is told."""

    def __init__(self, stop_at: int = 10**9) -> None:
        self.length = self.done = 0
        self.stop_at = stop_at

    def begin(self, length: int) -> Bar:
        self.length = length
        return self

    def update(self, n_steps: int) -> None:
        self.done += n_steps
        if self.done >= self.stop_at:
            raise KeyboardInterrupt


@pytest.fixture
def unknowing(tmp_path: Path) -> Path:
    """An archive that was written without the index, so that only exact copies and mirrors were known."""
    path = tmp_path / "a.db"
    with Archive.open(path) as archive:
        for item, page in PAGES:
            archive.save(item | {"bands": ()}, page)
    return path


def told_apart(path: Path) -> tuple[list[Any], list[Any]]:
    with Archive.open(path) as archive:
        return contents(archive)


def test_dedupe_makes_the_archive_what_it_would_be_by_the_rule_of_today(unknowing: Path) -> None:
    bar = Bar()
    found = list(dedupe(unknowing, 1, bar.begin))
    assert len(found) == 3 and {finding.action for finding in found} == {"unite"}
    assert told_apart(unknowing) == archived(PAGES)
    assert bar.done == bar.length > 0
    assert list(dedupe(unknowing, 2, Bar().begin)) == []


def test_a_dry_run_finds_the_same_and_changes_nothing(unknowing: Path) -> None:
    before = told_apart(unknowing)
    found = list(review(unknowing, Bar().begin))
    assert told_apart(unknowing) == before != archived(PAGES)
    with Archive.open(unknowing) as archive:
        assert (archive.db["bands"].count, archive.db["new_bands"].count, archive.db["runs"].count) == (
            0,
            0,
            0,
        )
    assert found == list(dedupe(unknowing, 1, Bar().begin))


@pytest.mark.parametrize("stop_at", range(1, 13))
def test_a_run_that_was_cut_off_goes_on(
    unknowing: Path, stop_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.dedupe.STEP", 1)
    with pytest.raises(KeyboardInterrupt):
        list(dedupe(unknowing, 1, Bar(stop_at).begin))
    again = Bar()
    list(dedupe(unknowing, 1, again.begin))
    assert told_apart(unknowing) == archived(PAGES)
    with Archive.open(unknowing) as archive:
        (run,) = archive.db["runs"].rows
    assert run["outcome"] == "finished"


def test_a_copy_that_is_none_becomes_an_article_and_one_of_an_earlier_text_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive.open(path) as archive:
        archive.save(*saved("http://a.example/1", TEXT, site="known"))
        archive.save(*saved("http://b.example/2", TEXT, day=2))
        archive.save(*saved("http://c.example/3", TEXT, day=3, author="林晓", column="书评"))
        archive.save(*saved("http://a.example/1", body(50), day=4, site="known"))
        archive.flush()
        archive.db.execute("UPDATE copies SET body = ? WHERE url = 'http://c.example/3'", [body(51)])
    assert list(review(path, Bar().begin)) == list(dedupe(path, 1, Bar().begin))
    with Archive.open(path) as archive:
        parted = next(row for row in archive.db["articles"].rows if row["url"] == "http://c.example/3")
        assert (parted["author"], parted["column"], parted["body"]) == ("林晓", "书评", body(51))
        assert [row["url"] for row in archive.db["copies"].rows] == ["http://b.example/2"]
        pages = {row["url"]: row["article_id"] for row in archive.db["pages"].rows}
    assert pages["http://c.example/3"] == parted["id"] != pages["http://b.example/2"]


def test_the_verbs_print_copies_and_what_they_would_put_right(unknowing: Path) -> None:
    runner = CliRunner()
    found = json.loads(runner.invoke(main, ["dedupe", str(unknowing), "--dry-run"]).stdout)
    assert [Finding(**row).action for row in found] == ["unite"] * 3
    assert (
        len(runner.invoke(main, ["dedupe", str(unknowing), "--workers", "1", "--nl"]).stdout.split("\n")) == 4
    )
    copies = json.loads(runner.invoke(main, ["copies", str(unknowing)]).stdout)
    assert {row["kind"] for row in copies} == {"mirror", "near", "exact"}
    one = json.loads(runner.invoke(main, ["copies", str(unknowing), "http://near.example/1"]).stdout)
    assert one == [row for row in copies if row["article_id"] == one[0]["article_id"]]
    assert one == json.loads(
        runner.invoke(main, ["copies", str(unknowing), str(one[0]["article_id"])]).stdout
    )
    nothing = runner.invoke(main, ["copies", str(unknowing), "99"])
    assert nothing.exit_code == 1 and "no article 99" in nothing.output
    assert runner.invoke(main, ["dedupe", str(unknowing.with_name("none.db"))]).exit_code == 1
