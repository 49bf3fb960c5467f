"""One article, many copies: what is a copy and what is not, which one is the article, in any order."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from copy_texts import body, edited
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.similarity import (
    BANDS,
    _most_held,
    _passages_held,
    fingerprint,
    is_copy,
    missing_paragraphs,
    similarity,
    words,
)
from archive.store import Archive
from pipelines.dedupe import identify_article
from pipelines.items import Article, Byline, Image, Page
from pipelines.restore.script import mirror_form

DAY = "2026-01-{:02}T08:00:00+08:00"
TITLE = "把长椅还给街角的人"


def paragraphs(text: str, *chosen: int) -> str:
    lines = text.split("\n")
    return "\n".join(lines[number] for number in chosen)


def saved(url: str, text: str, title: str = TITLE, day: int = 1, **values: Any) -> tuple[Any, Any]:
    item = identify_article(Article(url=url, title=title, body=text, **values))
    page = Page(url, state="stored", fetched_at=DAY.format(day), payload_sha256=item.body_sha256)
    return asdict(item), asdict(page)


def archived(pages: Iterable[tuple[Any, Any]]) -> tuple[list[Any], list[Any]]:
    """What an archive makes of the pages: its articles and its copies, without their ids."""
    with Archive.open(":memory:") as archive:
        for item, page in pages:
            archive.save(item, page)
        archive.flush()
        return contents(archive)


def contents(archive: Archive) -> tuple[list[Any], list[Any]]:
    urls = {row["id"]: row["url"] for row in archive.db["articles"].rows}
    articles = [{**row, "id": None, "revision": None} for row in archive.db["articles"].rows]
    copies = [{**row, "id": None, "article_id": urls[row["article_id"]]} for row in archive.db["copies"].rows]
    return sorted(articles, key=lambda row: row["url"]), sorted(copies, key=lambda row: row["url"])


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "a.db") as opened:
        yield opened


TEXT = body(1)


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(edited(TEXT, 0.03), id="3 % of the characters edited"),
        pytest.param(edited(TEXT, 0.1), id="10 % of the characters edited"),
        pytest.param(paragraphs(TEXT, 0, 1, 3, 4, 5), id="a paragraph dropped"),
        pytest.param(TEXT + "\n" + body(2, paragraphs=1), id="a paragraph added"),
        pytest.param("".join(map(mirror_form, TEXT)), id="another script"),
        pytest.param(TEXT.replace("，", ",").replace("。", "？"), id="other marks"),
        pytest.param(paragraphs(TEXT, 0, 2), id="cut to a third under the same title"),
        pytest.param(edited("".join(map(mirror_form, TEXT)), 0.05), id="a mirror's damage"),
    ],
)
def test_what_reprints_do_to_an_article_makes_a_copy(copy: str) -> None:
    assert is_copy(TITLE, TEXT, TITLE, copy) and is_copy(TITLE, copy, TITLE, TEXT)
    articles, copies = archived([saved("http://a.example/1", TEXT), saved("http://b.example/2", copy, day=2)])
    assert [row["url"] for row in articles] == ["http://a.example/1"]
    assert [row["url"] for row in copies] == ["http://b.example/2"]


NUMBERS = (
    "今日青菜每斤{}元，豆角每斤{}元，番茄每斤{}元，黄瓜每斤{}元，冬瓜每斤{}元，莲藕每斤{}元，比上周都有变化。"
)
DRAW = (
    "车位抽签结果公布，中签号码为{}、{}、{}、{}，请中签的居民于三日内到社区服务站领取车位钥匙，逾期视为自动放弃，"
    "由候补居民按顺序递补。本次抽签由居民代表现场监督，全程公开，咨询电话见公告栏，感谢大家的参与和支持，祝生活愉快。"
)
WATER = (
    "因{0}管网改造，定于本月{1}日起停水检修，请{0}附近的居民提前储水，并互相转告。停水期间，社区将安排送水车到小区门口，"
    "老人和行动不便的居民可以拨打社区电话，预约送水上门。恢复供水的时间以现场通知为准，给大家带来的不便敬请谅解。"
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "\n".join([body(9, 1), body(3, 4), body(8, 1)]),
            "\n".join([body(9, 1), body(4, 4), body(8, 1)]),
            id="the same template",
        ),
        pytest.param(body(3), body(3, 2) + "\n" + body(4, 4), id="a quotation of a third"),
        pytest.param(
            body(3, 3) + "\n" + body(5, 3), body(3, 3) + "\n" + body(6, 3), id="parts that begin alike"
        ),
        pytest.param(body(3, 3), "\n".join(body(seed, 3) for seed in (3, 4, 5)), id="a collection"),
        pytest.param(
            NUMBERS.format(11, 12, 13, 14, 15, 16) * 3,
            NUMBERS.format(21, 22, 23, 24, 25, 26) * 3,
            id="prices",
        ),
        pytest.param(
            NUMBERS.format(1.1, 1.2, 1.3, 2.1, 2.2, 2.3) * 3,
            NUMBERS.format(2.4, 3.1, 1.6, 1.7, 3.2, 3.3) * 3,
            id="prices with decimals",
        ),
        pytest.param(DRAW.format(101, 233, 345, 467), DRAW.format(118, 250, 345, 402), id="drawn numbers"),
    ],
)
def test_what_shares_much_is_no_copy(one: str, other: str) -> None:
    assert not is_copy(TITLE, one, "另一个题目说的是别的事", other)
    articles, copies = archived(
        [saved("http://a.example/1", one), saved("http://b.example/2", other, "另一个题目说的是别的事")]
    )
    assert len(articles) == 2 and copies == []


def test_notices_from_one_template_are_told_apart_by_what_their_titles_name() -> None:
    east, west = WATER.format("东街", 12), WATER.format("西街", 15)
    assert not is_copy("关于东街停水的通知", east, "关于西街停水的通知", west)
    assert is_copy("关于东街停水的通知", east, "东街停水通知", east + "特此通知。")
    assert is_copy("关于东街停水的通知", east, "关于东街停水检修的通知", east.replace("12", "15"))


def test_a_copy_says_what_it_lacks_what_it_adds_and_how_like_it_is(archive: Archive) -> None:
    reprint = paragraphs(TEXT, 0, 1, 3, 4, 5) + "\n" + body(2, paragraphs=1)
    archive.save(*saved("http://a.example/1", TEXT, author="林晓"))
    archive.save(*saved("http://b.example/2", reprint, day=2, source="河岸晚报", column="转载"))
    archive.flush()
    (copy,) = archive.db["copies"].rows
    assert (copy["kind"], copy["missing"], copy["added"]) == ("near", "[3]", "[6]")
    assert json.loads(copy["differs"]) == ["author", "source", "body"]
    assert 0.7 < copy["similarity"] < 0.95
    assert copy["body"] == reprint
    assert json.loads(copy["record"])["column"] == "转载"


def test_other_addresses_of_a_page_are_told_from_other_pages() -> None:
    _, copies = archived(
        [
            saved("http://www.a.example/1.html", TEXT),
            saved("https://m.a.example/1.html?from=share", TEXT, day=2),
            saved("http://b.example/2.html", TEXT, day=3),
        ]
    )
    assert [(row["url"], row["kind"]) for row in copies] == [
        ("http://b.example/2.html", "exact"),
        ("https://m.a.example/1.html?from=share", "address"),
    ]


def test_a_short_text_is_known_again_only_as_a_whole() -> None:
    short = "点击观看视频，了解社区里的一天。"
    assert fingerprint(TITLE, short)[1] == ()
    pages = [
        saved("http://a.example/1", short),
        saved("http://b.example/2", short, day=2),
        saved("http://c.example/3", short, "另一段视频"),
    ]
    articles, copies = archived(pages)
    assert (len(articles), len(copies)) == (2, 1)


def test_the_best_claim_is_the_article_and_keeps_the_id_of_the_first(archive: Archive) -> None:
    original = "http://www.known.example/2024/0501/1.shtml"
    people = [Byline("author", "林晓", "作者：林晓", "label", "tail")]
    mirror = saved(
        "http://mirror.example/2024/0501/1.shtml", edited(TEXT, 0.02), original_url=original, restored=0.3
    )
    archive.save(*mirror)
    archive.save(*saved("http://reprint.example/7", edited(TEXT, 0.03), day=2, bylines=people))
    archive.save(
        *saved(original, TEXT, day=3, site="known", images=[Image("http://known.example/1.jpg", "长椅")])
    )
    archive.flush()
    (article,) = archive.db["articles"].rows
    assert (article["id"], article["url"], article["body"]) == (1, original, TEXT)
    kinds = {row["url"]: row["kind"] for row in archive.db["copies"].rows}
    assert kinds == {"http://mirror.example/2024/0501/1.shtml": "mirror", "http://reprint.example/7": "near"}
    assert [row["caption"] for row in archive.db["images"].rows] == ["长椅"]
    assert archive.db["bylines"].count == 0, "the copy's people went into its record"
    reprint = next(row for row in archive.db["copies"].rows if row["kind"] == "near")
    assert json.loads(reprint["record"])["bylines"][0]["name"] == "林晓"
    assert {row["article_id"] for row in archive.db["pages"].rows} == {1}


def test_a_text_between_two_articles_makes_them_one(archive: Archive) -> None:
    first = body(1, 10)
    middle = "\n".join(first.split("\n")[2:]) + "\n" + body(7, 2)
    last = "\n".join(middle.split("\n")[2:]) + "\n" + body(11, 2)
    pages = [
        saved("http://a.example/1", first, "第一个题目就是这样的"),
        saved("http://c.example/3", last, "第三个题目就是这样的"),
        saved("http://b.example/2", middle, "第二个题目就是这样的"),
    ]
    assert not is_copy("", first, "", last)
    for saving in pages[:2]:
        archive.save(*saving)
    archive.save(*saved("http://c.example/3", last + "一字之改。", "第三个题目就是这样的", day=2))
    archive.flush()
    assert archive.db["articles"].count == 2
    archive.save(*pages[2])
    archive.flush()
    (article,) = archive.db["articles"].rows
    assert (article["id"], article["url"], article["revision"]) == (1, "http://a.example/1", 2)
    assert {row["url"] for row in archive.db["copies"].rows} == {"http://b.example/2", "http://c.example/3"}
    (revision,) = archive.db["revisions"].rows
    assert (revision["article_id"], revision["url"], revision["body"]) == (1, "http://c.example/3", last)
    assert {row["article_id"] for row in archive.db["pages"].rows} == {1}


def test_an_edited_copy_leaves_its_earlier_text_and_may_leave_the_article(archive: Archive) -> None:
    archive.save(*saved("http://a.example/1", TEXT))
    archive.save(*saved("http://b.example/2", edited(TEXT, 0.03), day=2))
    archive.save(*saved("http://b.example/2", body(20), "页面上换了一篇文章", day=3))
    archive.flush()
    assert [row["url"] for row in archive.db["articles"].rows] == ["http://a.example/1", "http://b.example/2"]
    assert archive.db["copies"].count == 0
    (revision,) = archive.db["revisions"].rows
    assert (revision["url"], revision["body"]) == ("http://b.example/2", edited(TEXT, 0.03))
    archive.save(*saved("http://c.example/3", edited(TEXT, 0.03), day=4))
    archive.flush()
    assert {row["article_id"] for row in archive.db["copies"].rows} == {1}, "the old bands point nowhere"


def test_a_corrected_article_is_compared_with_its_copies_anew(archive: Archive) -> None:
    archive.save(*saved("http://a.example/1", TEXT, site="known"))
    archive.save(*saved("http://b.example/2", TEXT, day=2))
    archive.save(*saved("http://a.example/1", edited(TEXT, 0.02), day=3, site="known"))
    archive.flush()
    (copy,) = archive.db["copies"].rows
    assert (copy["kind"], copy["body"]) == ("near", TEXT)
    assert 0.8 < copy["similarity"] < 1


def test_two_processes_see_each_others_rows(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db") as one, Archive.open(tmp_path / "a.db") as other:
        one.save(*saved("http://a.example/1", TEXT))
        one.flush()
        other.save(*saved("http://b.example/2", edited(TEXT, 0.05), day=2))
        other.flush()
        assert one.db["copies"].count == 1


def test_bands_move_on_and_are_found_where_they_went(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.bands.GATHERED", 100)
    for seed in range(30, 40):
        archive.save(*saved(f"http://a.example/{seed}", body(seed), f"第{seed}篇文章说的是什么"))
    archive.flush()
    assert archive.db["bands"].count > 5 * BANDS > 100 > archive.db["new_bands"].count
    for seed in range(30, 40):
        archive.save(*saved(f"http://b.example/{seed}", edited(body(seed), 0.05), "转载", day=2))
    archive.flush()
    assert (archive.db["articles"].count, archive.db["copies"].count) == (10, 10)


MIRRORED = "http://www.known.example/2024/0501/1.shtml"
PAGES = (
    saved(MIRRORED, TEXT, site="known", day=3),
    saved("http://mirror.example/2024/0501/1.shtml", edited(TEXT, 0.04), original_url=MIRRORED, restored=0.3),
    saved(
        "http://spare.example/2024/0501/1.shtml",
        edited(TEXT, 0.3),
        original_url=MIRRORED,
        restored=0.1,
        day=9,
    ),
    saved("http://exact.example/1", TEXT.replace("，", ","), day=2),
    saved("http://near.example/1", edited(TEXT, 0.08, seed=5), day=5, published_at="2024-05-02"),
    saved("http://cut.example/1", paragraphs(TEXT, 0, 1, 2, 4), day=6),
    saved("http://long.example/1", TEXT + "\n" + body(2, 1), day=7, published_at="2024-05-01"),
    saved("http://other.example/1", body(2), day=2),
    saved("http://quote.example/1", paragraphs(TEXT, 0) + "\n" + body(12, 5), "谈谈那篇文章"),
)


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(PAGES))
def test_the_same_pages_give_the_same_articles_in_any_order(order: list[tuple[Any, Any]]) -> None:
    assert archived(order) == archived(PAGES)


VISITS = (
    saved(MIRRORED, edited(TEXT, 0.05, seed=3), day=1, site="known"),
    saved(MIRRORED, TEXT, day=3, site="known"),
    saved("http://near.example/1", TEXT, day=2),
    saved("http://near.example/1", edited(TEXT, 0.02), day=4),
    saved("http://late.example/1", TEXT + "又加了一句。", day=5),
    saved("http://late.example/1", TEXT, day=1),
)


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(VISITS))
def test_the_latest_visit_decides_whatever_the_order_of_the_visits(order: list[tuple[Any, Any]]) -> None:
    assert archived(order) == archived(VISITS)


def test_an_older_page_saved_later_is_a_revision(archive: Archive) -> None:
    for item, page in (VISITS[1], VISITS[0], VISITS[0]):
        archive.save(item, page)
    archive.flush()
    (article,) = archive.db["articles"].rows
    assert (article["body"], article["revision"]) == (TEXT, 2)
    assert article["first_seen_at"] == VISITS[0][1]["fetched_at"]
    assert [row["body"] for row in archive.db["revisions"].rows] == [VISITS[0][0]["body"]]


def test_the_pages_in_any_order_are_three_articles() -> None:
    articles, copies = archived(PAGES)
    assert [row["url"] for row in articles] == ["http://other.example/1", "http://quote.example/1", MIRRORED]
    assert {row["article_id"] for row in copies} == {MIRRORED}


texts = st.builds(body, st.integers(0, 5), st.integers(1, 4)) | st.text(max_size=300)


@settings(deadline=None)
@given(one=texts, other=texts, title=st.text(max_size=12))
def test_being_a_copy_goes_both_ways(one: str, other: str, title: str) -> None:
    assert is_copy(title, one, "", other) == is_copy("", other, title, one)
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, one) == 1
    assert missing_paragraphs(one, one) == []


@settings(max_examples=150, deadline=None)
@given(
    st.integers(100, 1200),
    st.floats(0, 1),
    st.floats(0, 0.3),
    st.integers(0, 2**20),
)
def test_no_text_holds_more_passages_than_the_bound_says(
    size: int, kept: float, share: float, seed: int
) -> None:
    text, others = body(seed)[:size], body(seed + 1)
    rng = random.Random(seed)
    pieces = [text[start : start + 60] for start in range(0, size, 60)]
    other = "".join(piece if rng.random() < kept else others[:60] for piece in pieces)
    one, two = words(text), words(edited(other, share, seed))
    assert _most_held(one, two) >= _passages_held(one, two)
    assert _most_held(two, one) >= _passages_held(two, one)


def test_edited_texts_share_bands_and_different_ones_do_not() -> None:
    bands = [set(fingerprint("", body(seed))[1]) for seed in range(100, 200)]
    found = sum(
        bool(bands[number] & set(fingerprint("", edited(body(100 + number), 0.08))[1]))
        for number in range(100)
    )
    assert found >= 97
    assert sum(bool(one & other) for one, other in itertools.combinations(bands, 2)) < 50
