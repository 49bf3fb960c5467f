"""Two archives become one, the same one whichever is merged into which, and twice as good as once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from copy_texts import body, edited
from test_copies import PAGES, TEXT, TITLE, archived, contents, saved

from archive.errors import ArchiveUnusable
from archive.merge import Merged, merge
from archive.store import Archive
from crawler.cli import main

URL = "http://www.known.example/2024/0501/1.shtml"


class Bar:
    def update(self, n_steps: int) -> None:
        pass


def taken(path: Path, other: Path) -> Merged:
    return merge(path, other, lambda length: Bar())


def written(path: Path, pages: Any) -> Path:
    with Archive.open(path) as archive:
        for item, page in pages:
            archive.save(item, page)
    return path


def dump(path: Path) -> dict[str, list[Any]]:
    tables = ("articles", "copies", "revisions", "pages", "runs", "captures", "bylines")
    with Archive.open(path) as archive:
        return {table: list(archive.db[table].rows) for table in tables}


def told(path: Path) -> Any:
    with Archive.open(path) as archive:
        return contents(archive)


@pytest.mark.parametrize("way", [0b000000000, 0b101010101, 0b000110011, 0b111100000, 0b011111110])
def test_what_two_crawls_saw_is_what_one_would_have_seen(tmp_path: Path, way: int) -> None:
    for first, second in ((0, 1), (1, 0)):
        folder = tmp_path / str(first)
        folder.mkdir()
        paths = [
            written(folder / f"{half}.db", [page for n, page in enumerate(PAGES) if way >> n & 1 == half])
            for half in (0, 1)
        ]
        taken(paths[first], paths[second])
        assert told(paths[first]) == archived(PAGES)
        before = dump(paths[first])
        assert not taken(paths[first], paths[second]).counts.keys() - {"unchanged"}
        assert dump(paths[first]) == before


def test_the_later_text_stands_and_the_earlier_one_is_a_revision(tmp_path: Path) -> None:
    early, late = saved(URL, TEXT, site="known"), saved(URL, edited(TEXT, 0.02), day=2, site="known")
    results = []
    for name, first, second in (("a", early, late), ("b", late, early)):
        path = written(tmp_path / f"{name}.db", [first])
        taken(path, written(tmp_path / f"other-{name}.db", [second]))
        before = dump(path)
        taken(path, tmp_path / f"other-{name}.db")
        assert dump(path) == before
        (article,), (revision,) = before["articles"], before["revisions"]
        assert (article["body"], article["revision"]) == (late[0]["body"], 2)
        assert article["first_seen_at"] == early[1]["fetched_at"]
        results.append((article, revision["body"], revision["seen_at"], before["pages"]))
    assert results[0] == results[1]


def test_revisions_runs_captures_and_pages_come_along_with_their_ties(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with Archive.open(other) as archive:
        run = archive.begin_run("crawl", "known", {})
        archive.save(*saved(URL, body(60), site="known"))
        archive.save(*saved(URL, TEXT, day=2, site="known"))
        archive.end_run(run, "finished")
        for number, refers_to in ((1, None), (2, 1)):
            row = {
                **{"run_id": run, "url": URL, "page_url": URL, "part": 1, "status": 200, "etag": None},
                **{"fetched_at": "2026-01-01T08:00:00+08:00", "last_modified": None, "payload_sha256": "1"},
                **{"refers_to": refers_to, "warc_file": "known-1.warc.gz", "warc_offset": number * 100},
                "warc_length": 90,
            }
            archive.captures.write(row)
        archive.db.execute("UPDATE pages SET capture_id = 2")
    path = written(tmp_path / "a.db", [saved("http://a.example/1", body(70), "这里另有一篇文章")])
    with Archive.open(path) as archive:
        archive.begin_run("ingest", None, {})
    merged = taken(path, other)
    assert merged.warc_files == ["known-1.warc.gz"]
    found = dump(path)
    article = next(row for row in found["articles"] if row["url"] == URL)
    page = next(row for row in found["pages"] if row["url"] == URL)
    assert (article["body"], article["revision"]) == (TEXT, 2)
    assert [(row["article_id"], row["body"]) for row in found["revisions"]] == [(article["id"], body(60))]
    first, second = found["captures"]
    assert (first["run_id"], second["refers_to"], page["capture_id"]) == (2, first["id"], second["id"])
    assert page["article_id"] == article["id"]
    assert [row["outcome"] for row in found["runs"]] == ["running", "finished"]
    assert taken(path, other).counts == {"unchanged": 1}
    assert dump(path) == found
    with Archive.open(other) as archive:
        archive.db.execute("UPDATE captures SET payload_sha256 = '2' WHERE id = 1")
    with pytest.raises(ArchiveUnusable, match=r"known-1\.warc\.gz"):
        taken(path, other)


def test_a_mirror_on_one_machine_is_a_copy_of_the_original_on_the_other(tmp_path: Path) -> None:
    mirror = saved(
        "http://mirror.example/2024/0501/1.shtml", edited(TEXT, 0.05), original_url=URL, restored=0.2
    )
    path = written(tmp_path / "a.db", [mirror])
    taken(path, written(tmp_path / "other.db", [saved(URL, TEXT, TITLE, 2, site="known")]))
    found = dump(path)
    assert [(row["id"], row["url"]) for row in found["articles"]] == [(1, URL)]
    assert [row["kind"] for row in found["copies"]] == ["mirror"]
    assert {row["article_id"] for row in found["pages"]} == {1}


def test_the_verb_says_what_came_and_what_can_not(tmp_path: Path) -> None:
    runner = CliRunner()
    other = written(tmp_path / "other.db", PAGES)
    result = runner.invoke(main, ["merge", str(tmp_path / "a.db"), str(other)])
    assert result.exit_code == 0 and "6 copies" in result.output and "9 pages" in result.output, result.output
    itself = runner.invoke(main, ["merge", str(other), str(other)])
    assert itself.exit_code == 1 and "merged into itself" in itself.output
    (tmp_path / "no.db").write_text("not a database, only some words in a file")
    for missing in ("none.db", "no.db"):
        assert runner.invoke(main, ["merge", str(other), str(tmp_path / missing)]).exit_code == 1
    assert not (tmp_path / "none.db").exists()
