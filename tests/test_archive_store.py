"""What the store writes: new articles, edits, copies, mirrors, pages, and nothing by halves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveUnusable
from archive.store import Archive
from pipelines.fingerprint import body_sha256, text_sha256
from pipelines.items import Article, Byline, Image, Page, Repair

URL = "http://www.example.cn/2024/0501/1.shtml"
BODY = "清晨的图书馆已经坐满了人。" * 20


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "a.db") as opened:
        yield opened


def article(url: str = URL, body: str = BODY, title: str = "图书馆的早晨", **values: Any) -> dict[str, Any]:
    row = asdict(Article(url=url, title=title, body=body, **values))
    return row | {"body_sha256": body_sha256(body), "text_sha256": text_sha256(title, body)}


def page(url: str = URL, payload: str = "1", at: str = "2026-01-01T08:00:00+08:00", **values: Any) -> Any:
    return asdict(Page(url, state="stored", fetched_at=at, payload_sha256=payload, **values))


def rows(archive: Archive, table: str) -> list[dict[str, Any]]:
    archive.flush()
    return list(archive.db[table].rows)


def test_a_new_article_is_written_with_its_people_pictures_repairs_and_page(archive: Archive) -> None:
    parts = {
        "bylines": [Byline("author", "林晓", "作者：林晓", "label", "tail", "市图书馆")],
        "images": [Image("http://www.example.cn/1.jpg", "阅览室")],
        "repairs": [Repair("body", "note", 3, 9, "館(guǎn)", "馆", 1.0)],
    }
    archive.save(article(author="林晓", keywords=["图书馆", "阅读"], **parts), page())
    (stored,) = rows(archive, "articles")
    assert (stored["author"], stored["keywords"], stored["revision"]) == ("林晓", '["图书馆", "阅读"]', 1)
    assert rows(archive, "bylines")[0]["affiliation"] == "市图书馆"
    assert rows(archive, "images")[0]["caption"] == "阅览室"
    assert rows(archive, "repairs")[0]["end"] == 9
    assert rows(archive, "pages")[0]["article_id"] == stored["id"]
    assert archive.outcomes == {"pages": 1, "new": 1}


def test_the_same_page_again_changes_nothing(archive: Archive) -> None:
    archive.save(article(), page())
    before = {table: rows(archive, table) for table in ("articles", "bylines", "revisions", "copies")}
    archive.save(article(), page())
    assert {table: rows(archive, table) for table in before} == before
    assert archive.outcomes["unchanged"] == 1


def test_an_edit_makes_a_revision_that_keeps_the_earlier_text(archive: Archive) -> None:
    archive.save(article(), page())
    archive.save(article(body=BODY + "又一句。"), page(payload="2", at="2026-01-02T08:00:00+08:00"))
    (stored,) = rows(archive, "articles")
    (earlier,) = rows(archive, "revisions")
    assert (stored["revision"], stored["body"]) == (2, BODY + "又一句。")
    assert (earlier["revision"], earlier["body"]) == (1, BODY)
    assert (earlier["seen_at"], earlier["replaced_at"]) == (
        "2026-01-01T08:00:00+08:00",
        "2026-01-02T08:00:00+08:00",
    )


def test_the_same_bytes_read_better_are_no_revision(archive: Archive) -> None:
    archive.save(article(), page())
    archive.save(article(author="林晓"), page())
    (stored,) = rows(archive, "articles")
    assert (stored["author"], stored["revision"]) == ("林晓", 1)
    assert rows(archive, "revisions") == []


def test_people_found_by_a_better_reading_are_written_though_no_column_changed(archive: Archive) -> None:
    archive.save(article(), page())
    archive.save(article(bylines=[Byline("proofreader", "周岚", "校对：周岚", "label", "tail")]), page())
    assert [row["name"] for row in rows(archive, "bylines")] == ["周岚"]


def test_the_same_text_elsewhere_is_a_copy(archive: Archive) -> None:
    archive.save(article(), page())
    other = "http://reprint.example.cn/9.html"
    at = "2026-01-02T08:00:00+08:00"
    archive.save(article(other, BODY.replace("，", ","), source="别家"), page(other, at=at))
    assert len(rows(archive, "articles")) == 1
    (copy,) = rows(archive, "copies")
    assert (copy["url"], copy["kind"], copy["source"], copy["differs"]) == (
        other,
        "exact",
        "别家",
        '["source"]',
    )
    archive.save(article(other, BODY.replace("，", ","), source="别家"), page(other))
    assert len(rows(archive, "copies")) == 1


@pytest.mark.parametrize("mirror_first", [True, False])
def test_a_mirror_and_its_original_are_one_article_in_either_order(
    archive: Archive, mirror_first: bool
) -> None:
    mirror = "http://mirror.example/2024/0501/1.shtml"
    both = [
        (article(), page()),
        (article(mirror, BODY + "改过的一句。", original_url=URL, restored=0.3), page(mirror)),
    ]
    for saved in reversed(both) if mirror_first else both:
        archive.save(*saved)
    (stored,) = rows(archive, "articles")
    (copy,) = rows(archive, "copies")
    assert (stored["url"], stored["body"]) == (URL, BODY)
    assert (copy["url"], copy["kind"]) == (mirror, "mirror")
    assert copy["body"] == BODY + "改过的一句。"


def test_of_two_mirrors_the_less_damaged_one_decides(archive: Archive) -> None:
    for name, restored in (("a", 0.4), ("b", 0.1), ("c", 0.2)):
        url = f"http://{name}.example/2024/0501/1.shtml"
        archive.save(article(url, BODY + name, original_url=URL, restored=restored), page(url))
    (stored,) = rows(archive, "articles")
    assert stored["url"] == "http://b.example/2024/0501/1.shtml"
    assert len(rows(archive, "copies")) == 2


def test_a_list_page_leaves_its_new_addresses_to_be_fetched(archive: Archive) -> None:
    list_url = "http://www.example.cn/lilun/"
    archive.save_page(
        asdict(Page(list_url, "list", "fetched", "s", "lilun", links=[URL], next_page=list_url + "2"))
    )
    archive.flush()
    assert list(archive.pages.unfinished("s", ["lilun"])) == [
        (URL, "article", "lilun", 0),
        (list_url + "2", "list", "lilun", 0),
    ]
    archive.save(article(), page(site="s", column="lilun"))
    archive.save_page(asdict(Page(list_url + "2", "list", "fetched", "s", "lilun")))
    archive.flush()
    assert list(archive.pages.unfinished("s", ["lilun"])) == []
    assert archive.pages.known([URL, "http://www.example.cn/2.shtml"]) == {URL}


def test_a_refused_page_is_left_alone_for_a_while_and_a_failed_one_is_not(archive: Archive) -> None:
    for url, state in (("r", "refused"), ("f", "failed"), ("g", "gone")):
        archive.save_page(asdict(Page(url, "article", state, "s", "c", reason="NoBody: nothing")))  # type: ignore[arg-type]
    archive.flush()
    assert archive.pages.known(["r", "f", "g"]) == {"r", "g"}
    assert [url for url, *_ in archive.pages.unfinished("s", ["c"])] == ["f"]
    archive.db.execute("UPDATE pages SET next_at = '2001-01-01T00:00:00+08:00' WHERE url = 'r'")
    assert archive.pages.known(["r"]) == set()


def test_what_was_found_is_never_overwritten_by_being_found_again(archive: Archive) -> None:
    archive.save(article(), page())
    archive.save_page(asdict(Page("http://www.example.cn/", "list", "fetched", links=[URL])))
    assert {row["url"]: row["state"] for row in rows(archive, "pages")}[URL] == "stored"


def test_one_article_that_sqlite_refuses_costs_no_other(archive: Archive) -> None:
    archive.save(article(), page())
    archive.save(article("http://bad.example/", body="坏字\ud800"[:2]) | {"title": "\ud800"}, page("bad"))
    archive.save(article("http://www.example.cn/3", body=BODY[::-1]), page("http://www.example.cn/3"))
    assert len(rows(archive, "articles")) == 2
    failed = next(row for row in rows(archive, "pages") if row["url"] == "bad")
    assert failed["state"] == "failed" and "UnicodeEncodeError" in failed["reason"]


def test_a_full_disk_stops_the_store_and_leaves_the_archive_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    archive = Archive.open(path)
    archive.save(article(), page())
    archive.flush()
    limit = archive.db.conn.execute("PRAGMA page_count").fetchone()[0]
    archive.db.conn.execute(f"PRAGMA max_page_count = {limit}")
    archive.save(article("http://www.example.cn/big", body="大" * 400_000), page("big"))
    with pytest.raises(ArchiveUnusable, match="full"):
        archive.close()
    reopened = sqlite3.connect(path)
    assert reopened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert reopened.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_a_run_is_recorded_with_what_came_of_it(archive: Archive) -> None:
    run = archive.begin_run("crawl", "rmlt", {"columns": ["党建"]})
    archive.save(article(), page())
    archive.save_page(asdict(Page("r", state="refused", fetched_at="2026-01-01T08:00:00+08:00")))
    archive.end_run(run, "finished")
    (row,) = rows(archive, "runs")
    assert (row["outcome"], row["pages"], row["new"], row["refused"]) == ("finished", 2, 1, 1)


storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(title=storable, body=storable, author=st.none() | storable)
def test_any_text_reads_back_as_it_was_saved(title: str, body: str, author: str | None) -> None:
    with Archive.open(":memory:") as memory:
        memory.save(article(title=title, body=body, author=author), page())
        (stored,) = rows(memory, "articles")
    assert (stored["title"], stored["body"], stored["author"]) == (title, body, author)
