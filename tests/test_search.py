"""Search finds what a plain scan finds, whatever is asked, whoever wrote the rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from archive.fold import fold, terms
from archive.search import search
from archive.search_index import index_problems, queue_length, rebuild_index, update_index
from archive.search_query import parse
from archive.store import Archive
from pipelines.fingerprint import body_sha256, text_sha256
from pipelines.items import Article, Byline, Page

TEXTS = [
    (
        "社区图书馆的清晨",
        "清晨的图书馆已经坐满了人。\n志愿者把书一本本放回书架。",
        "林晓",
        "周平",
        "2024-01-02",
    ),
    (
        "老街早市",
        "早市上的摊主说：“豆腐三元一块，AI称重。”社区的人都爱来。",
        "林晓",
        "周远",
        "2024-02-03T09:12+08:00",
    ),
    (
        "公園裏的讀書會",
        "公園裏的讀書會辦了三年，看著孩子們長大，乾淨的步道連著社區。",
        "陳靜",
        "周平",
        "2023-05-06",
    ),
    ("菜园", "菜园里的豆角爬上了架。Smart City 的话题，居民聊到 2019-11-07 那天。", None, None, None),
    ("图书", "治理社区的小路，治理体系也在其中；著名的书店就在旁边。", "王建国、林晓", "周远", "2022"),
]


def saved(
    archive: Archive, number: int, title: str, body: str, author: str | None, editor: str | None, at: Any
) -> None:
    url = f"http://www.example.cn/2024/0101/{number}.shtml"
    people = [Byline("author", name, "", "label", "tail") for name in (author or "").split("、") if name]
    people += [Byline("editor", editor, "", "label", "tail")] if editor else []
    article = asdict(
        Article(
            url,
            title,
            body,
            site="example",
            column="生活",
            author=author,
            editor=editor,
            published_at=at,
            bylines=people,
        )
    )
    article |= {"body_sha256": body_sha256(body), "text_sha256": text_sha256(title, body)}
    archive.save(
        article,
        asdict(Page(url, state="stored", fetched_at="2026-01-01T08:00:00+08:00", payload_sha256=str(number))),
    )


@pytest.fixture(params=["indexed", "queued"])
def db(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    with Archive.open(tmp_path / "a.db") as archive:
        for number, text in enumerate(TEXTS):
            saved(archive, number, *text)
        archive.flush()
        if request.param == "indexed":
            update_index(archive.db.conn)
        yield archive.db


def titles(db: Database, query: str, **options: Any) -> list[str]:
    return [row["title"] for row in search(db, query, **options)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("书", {"社区图书馆的清晨", "公園裏的讀書會", "图书"}),
        ("社区", {"社区图书馆的清晨", "老街早市", "公園裏的讀書會", "图书"}),
        ("社區", {"社区图书馆的清晨", "老街早市", "公園裏的讀書會", "图书"}),
        ("图书馆", {"社区图书馆的清晨"}),
        ("治理体系", {"图书"}),
        ("社区 早市", {"老街早市"}),
        ('"社区 早市"', set()),
        ("看着", {"公園裏的讀書會"}),
        ("看著", {"公園裏的讀書會"}),
        ("干净", {"公園裏的讀書會"}),
        ("着", set()),
        ("著", {"公園裏的讀書會", "图书"}),
        ("smart", {"菜园"}),
        ("MART C", {"菜园"}),
        ("“smart city”", {"菜园"}),
        ("ＳＭＡＲＴ", {"菜园"}),
        ("2019-11", {"菜园"}),
        ("架。smart", {"菜园"}),
        ("一块，ai", {"老街早市"}),
        ("社区 author:林晓", {"社区图书馆的清晨", "老街早市", "图书"}),
        ("author:陈静", {"公園裏的讀書會"}),
        ("社区 Author：林晓 editor:周远", {"老街早市", "图书"}),
        ("author:林", set()),
        ("site:example since:2023 until:2024-01", {"社区图书馆的清晨", "公園裏的讀書會"}),
        ("column:生活 豆", {"老街早市", "菜园"}),
        ("author: 林晓", set()),
    ],
)
def test_a_query_finds_the_right_articles(db: Database, query: str, found: set[str]) -> None:
    assert set(titles(db, query)) == found
    assert set(titles(db, query, newest=True)) == found


def test_newest_first_and_limits(db: Database) -> None:
    assert titles(db, "社区", newest=True) == ["老街早市", "社区图书馆的清晨", "公園裏的讀書會", "图书"]
    assert titles(db, "社区", newest=True, limit=2) == ["老街早市", "社区图书馆的清晨"]
    assert len(titles(db, "社区", limit=2)) == 2
    assert titles(db, "")[-1] == "菜园"


@pytest.mark.parametrize(("few", "most"), [(0, 100), (0, 0), (2, 0), (9, 0), (9, 3)])
def test_every_way_to_the_newest_gives_the_same(
    db: Database, monkeypatch: pytest.MonkeyPatch, few: int, most: int
) -> None:
    queries = ["社区", "书", "社区 author:林晓", "图书馆", "smart"]
    usual = [titles(db, query, newest=True, limit=3) for query in queries]
    monkeypatch.setattr("archive.search.FEW", few)
    monkeypatch.setattr("archive.search.MOST", most)
    assert [titles(db, query, newest=True, limit=3) for query in queries] == usual


def test_all_hits_are_given_however_many_are_ranked(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.RANKED", 1)
    assert len(titles(db, "社区")) == 4
    assert len(titles(db, "社区", limit=3)) == 3


def test_a_title_that_holds_the_word_comes_first(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db") as archive:
        for number, (title, body) in enumerate(
            [("早市", "菜园" * 3 + "。"), ("菜园", "豆角爬上了架。"), ("街", "无")]
        ):
            saved(archive, number, title, body, None, None, None)
        archive.flush()
        update_index(archive.db.conn)
        assert titles(archive.db, "菜园") == ["菜园", "早市"]


@pytest.mark.parametrize(
    "query",
    [
        '"',
        '""',
        "“",
        "*",
        "(",
        "a OR",
        "NOT",
        "author:",
        "^",
        "{x}:",
        "-",
        "'",
        "\\",
        "%",
        "_",
        "\0",
        "\udc80",
        "中" * 5000,
        "中 " * 3000,
        '" AND "',
        "NEAR(a b)",
        "title:x",
        "＂",
    ],
)
def test_any_input_is_a_query(db: Database, query: str) -> None:
    assert len(titles(db, query)) <= len(TEXTS)
    assert sorted(titles(db, query)) == sorted(titles(db, query, newest=True))


WORDS = st.text(alphabet="社区图书馆的清晨早市。，“”\"' aA1-_%*公園裏著着干乾\n", max_size=12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6), query=WORDS, is_queued=st.booleans())
def test_search_agrees_with_a_plain_scan(
    tmp_path: Path, texts: list[tuple[str, str]], query: str, is_queued: bool
) -> None:
    (tmp_path / "a.db").unlink(missing_ok=True)
    with Archive.open(tmp_path / "a.db") as archive:
        for number, (title, body) in enumerate(texts):
            archive.db["articles"].insert(
                {
                    "url": str(number),
                    "title": title,
                    "body": body,
                    "body_sha256": "",
                    "text_sha256": "",
                    "first_seen_at": "",
                    "last_seen_at": "",
                }
            )
        if not is_queued:
            update_index(archive.db.conn)
        # LIKE of folded text, no index involved: each word in one column, in one of its spellings.
        archive.db.register_function(fold)
        wanted = set()
        for row in archive.db.query("SELECT id, fold(title) AS title, fold(body) AS body FROM articles"):
            if all(
                any(spelling in row[name] for spelling in word for name in ("title", "body"))
                for word in parse(query).words
            ):
                wanted.add(row["id"])
        for newest in (True, False):
            assert {row["id"] for row in search(archive.db, query, newest=newest)} == wanted


@given(st.text())
def test_folding_keeps_the_length_and_is_done_once(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
    assert len(terms(text).split(" ")) == max(len(text) - 1, 0) + max(len(set(fold(text))), 1)


def test_snippets_mark_the_hits_in_the_article_s_own_script(db: Database) -> None:
    (row,) = search(db, "读书会 步道")
    assert "«讀書會»" in row["snippet"] and "«步道»" in row["snippet"]
    assert "\n" not in next(search(db, "志愿者"))["snippet"]


def test_writes_of_stock_tools_are_found(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db") as archive:
        for number, text in enumerate(TEXTS):
            saved(archive, number, *text)
        archive.flush()
        update_index(archive.db.conn)
    db = Database(tmp_path / "a.db")
    db["articles"].update(1, {"title": "河岸的早晨"})
    db["articles"].update(1, {"title": "河岸的傍晚"})
    db["articles"].delete(2)
    row = next(db.query("SELECT * FROM articles WHERE id = 4"))
    db["articles"].insert({**row, "title": "温室", "url": "http://www.example.cn/new"}, replace=True)
    db["articles"].insert({**row, "id": 9, "title": "花房", "url": "http://www.example.cn/9"})
    db["articles"].delete(9)
    for _ in range(2):
        assert titles(db, "傍晚") == ["河岸的傍晚"]
        assert titles(db, "温室") == ["温室"]
        assert (
            titles(db, "图书馆的清晨") == titles(db, "老街") == titles(db, "花房") == titles(db, "早晨") == []
        )
        assert index_problems(db.conn) == []
        db.conn.isolation_level = None
        update_index(db.conn)
    assert queue_length(db.conn) == 0
    assert sorted(row[0] for row in db.conn.execute("SELECT id FROM articles_fts_docsize")) == [1, 3, 4, 5]


@pytest.mark.parametrize("damage", ["transform", "rebuild", "untriggered", "deleted"])
def test_damage_that_triggers_do_not_see_is_found_and_mended(tmp_path: Path, damage: str) -> None:
    with Archive.open(tmp_path / "a.db") as archive:
        for number, text in enumerate(TEXTS):
            saved(archive, number, *text)
        archive.flush()
        update_index(archive.db.conn)
    db = Database(tmp_path / "a.db")
    if damage == "transform":
        db["articles"].transform(column_order=["id", "title"])
        db["articles"].update(1, {"title": "河岸的傍晚"})
    elif damage == "rebuild":
        db["articles"].rebuild_fts()
    elif damage == "untriggered":
        triggers = [
            row[0]
            for row in db.conn.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'articles'"
            )
        ]
        for row in db.conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'articles'"
        ).fetchall():
            db.conn.execute(f"DROP TRIGGER {row[0]}")
        db["articles"].update(1, {"title": "河岸的傍晚"})
        for sql in triggers:
            db.conn.execute(sql)
    else:
        db.conn.execute("DELETE FROM articles_fts_docsize WHERE id = 1")
    db.conn.commit()
    db.conn.isolation_level = None
    assert index_problems(db.conn)
    rebuild_index(db.conn)
    update_index(db.conn)
    assert index_problems(db.conn) == []
    assert titles(db, "早市") == ["老街早市"]


def test_the_index_is_in_step_when_a_run_ends(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db") as archive:
        run = archive.begin_run("ingest", None, {})
        saved(archive, 0, *TEXTS[0])
        archive.flush()
        assert queue_length(archive.db.conn) == 1
        archive.end_run(run, "finished")
        assert queue_length(archive.db.conn) == 0
        assert index_problems(archive.db.conn) == []


def test_an_archive_with_the_index_of_an_earlier_version_is_indexed_anew(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db") as archive:
        for number, text in enumerate(TEXTS):
            saved(archive, number, *text)
        archive.flush()
        archive.db.conn.execute("DROP TABLE articles_fts")
        archive.db.conn.execute("CREATE VIRTUAL TABLE articles_fts USING fts5(title, subtitle, body)")
        archive.db["_sqlite_migrations"].delete_where("name = 'm007_body_first'")
    with Archive.open(tmp_path / "a.db") as archive:
        update_index(archive.db.conn)
        assert index_problems(archive.db.conn) == []
        assert titles(archive.db, "早市") == ["老街早市"]
