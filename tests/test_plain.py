"""Pages as plain text: where the title, the body and the lines around it are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.plain import read_text
from pipelines.byline import read_bylines
from pipelines.errors import NoBody, NoTitle, Refusal, Unreadable
from pipelines.items import Line

URL = "http://www.example.cn/2019/1107/561091.shtml"
FIRST = "周六早上，流动图书车开进了城东的小区，孩子们早早排起了队，老人们搬来了板凳。"
SECOND = "馆员说，车上有两千册书，每周换一次。（作者：李明）"
TITLE = "【社区论坛】把书送到家门口"


def page(*lines: str) -> str:
    return "\n\n".join(lines)


def test_a_mirrors_page() -> None:
    text = page(
        "免费电影在线观看,彩票开奖结果查询,手机游戏大全下载,最新电影排行榜,小游戏在线玩,开奖直播",
        "網站首頁 | 網站地圖",
        "晨光新村\n首頁 > 社區論壇評論 > 正文",
        "【社區論壇】以書香鑄社區(qū)之魂",
        "社區論壇(加100logo)",
        "社區(qū)的書屋開放了,居民都說好。",
        "書屋的燈一直亮到晚上九點,孩子們寫完作業(yè)才回家。(作者:李業(yè)奇)",
        "[責任編輯:張堯]",
    )
    article = read_text(text, URL)
    assert (article.url, article.title, article.series) == (
        URL,
        "【社區論壇】以書香鑄社區(qū)之魂",
        "社區論壇",
    )
    assert article.column == "社區論壇評論"
    assert article.body.split("\n") == [
        "社區(qū)的書屋開放了,居民都說好。",
        "書屋的燈一直亮到晚上九點,孩子們寫完作業(yè)才回家。(作者:李業(yè)奇)",
    ]
    assert article.lines == [
        Line("社區論壇(加100logo)", "head", "line 10"),
        Line("[責任編輯:張堯]", "tail", "line 16"),
    ]
    assert article.images == [] and article.bylines == [] and article.author is None
    assert article.provenance["title"].place == "line 8"
    assert article.provenance["column"].words == "首頁 > 社區論壇評論 > 正文"
    assert article.provenance["body"].place == "line 12 to 14"


def test_a_clean_page_with_breadcrumb_time_and_bylines() -> None:
    text = page(
        "当前位置：首页 >> 社区观察 >> 正文",
        TITLE,
        "2019-11-07 09:12 来源：晨光网",
        FIRST,
        "车上有什么",
        SECOND,
        "责任编辑：王红",
        "相关阅读",
        "公园夜市开张，城东的居民说，从此晚上有了去处，周末更是热闹。",
    )
    article = read_text(text, URL)
    assert (article.title, article.series, article.column) == (TITLE, "社区论坛", "社区观察")
    assert article.published_at == "2019-11-07T09:12+08:00"
    assert article.body == f"{FIRST}\n车上有什么\n{SECOND}"
    assert [line.text for line in article.lines if line.place == "head"] == ["2019-11-07 09:12 来源：晨光网"]
    assert article.lines[1].text == "责任编辑：王红"
    reading = read_bylines(article.lines, article.body)
    assert (reading.author, reading.editor, reading.source) == ("李明", "王红", "晨光网")


def test_a_page_without_breadcrumb() -> None:
    article = read_text(page("首页 | 新闻 | 图书 | 公园 | 关于我们", "把书送到家门口", FIRST, SECOND), URL)
    assert (article.title, article.column, article.series) == ("把书送到家门口", None, None)
    assert (article.body, article.lines) == (f"{FIRST}\n{SECOND}", [])
    assert article.provenance["title"].rule == "first line"


def test_an_author_between_title_and_body_is_kept_for_the_grammar() -> None:
    article = read_text(page("首页 > 社区观察", "把书送到家门口", "晨谈记者 史卫", FIRST), URL)
    assert article.lines == [Line("晨谈记者 史卫", "head", "line 5")]
    assert read_bylines(article.lines, article.body).author == "史卫"


@pytest.mark.parametrize(
    ("crumbs", "column"),
    [
        (
            "首頁(yè) > 圖書館(guǎn)學(xué)報(bào)評(píng)論(lùn) > 正文",
            "圖書館(guǎn)學(xué)報(bào)評(píng)論(lùn)",
        ),
        ("首页 > 社区观察 > 正文", "社区观察"),
        ("首頁>社區觀察>正文", "社區觀察"),
        ("您的当前位置：新闻中心 > 城东", "城东"),
        ("晨光网首页 >> 社区观察", "社区观察"),
        ("首页 - 社区观察", "社区观察"),
        ("首页 » 社区 » 社区观察 » 把书送到家门口", "社区观察"),
        ("首页 > 正文", None),
    ],
)
def test_the_column_is_the_last_of_the_breadcrumb(crumbs: str, column: str | None) -> None:
    article = read_text(page(crumbs, "把书送到家门口", FIRST), URL)
    assert (article.title, article.column) == ("把书送到家门口", column)


def test_a_subtitle_is_neither_title_nor_body() -> None:
    article = read_text(page("首页 > 社区观察", "把书送到家门口", "——城东流动图书车纪事", FIRST), URL)
    assert (article.title, article.subtitle, article.body) == ("把书送到家门口", "城东流动图书车纪事", FIRST)


def test_a_comparison_in_the_text_is_no_breadcrumb() -> None:
    article = read_text(page("把书送到家门口", FIRST, SECOND, "借书 > 买书", FIRST), URL)
    assert (article.title, article.column) == ("把书送到家门口", None)
    assert article.body == f"{FIRST}\n{SECOND}\n借书 > 买书\n{FIRST}"


def test_spam_behind_the_text_is_not_of_it() -> None:
    spam = "免费电影在线观看,彩票开奖结果查询,手机游戏大全下载,最新电影排行榜,小游戏在线玩,开奖直播"
    assert read_text(page("把书送到家门口", FIRST, spam), URL).body == FIRST


def test_white_space_and_controls_are_evened_out() -> None:
    article = read_text(
        f"\ufeff首页 > 社区观察\r\n\r\n\u3000把书送到\u00a0家门口\x00\r\n\u3000\u3000{FIRST}\r\n", None
    )
    assert (article.url, article.title, article.body) == ("", "把书送到 家门口", FIRST)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Unreadable),
        (" \n\u3000\n\t", Unreadable),
        ("\x00\x01\x02PK\x00\x00" * 50, Unreadable),
        ("\ufffd\ufffd公园\ufffd" * 50, Unreadable),
        ("公" * 5_000_001, Unreadable),
        (FIRST * 5, NoTitle),
        (page("首页 > 社区观察 > 正文", FIRST * 5), NoTitle),
        ("把书送到家门口", NoBody),
        (page("首页 > 社区观察 > 正文", "把书送到家门口", "责任编辑：王红"), NoBody),
    ],
)
def test_what_is_no_article_is_refused_by_its_kind(text: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as raised:
        read_text(text, URL)
    assert type(raised.value) is refusal and URL in str(raised.value)


@given(st.text(max_size=400))
def test_any_text_is_an_article_or_a_refusal(text: str) -> None:
    try:
        article = read_text(text, URL)
    except Refusal as refusal:
        assert refusal.what
    else:
        assert article.title and article.body and "\x00" not in article.title + article.body


LINES = st.lists(
    st.sampled_from(
        [TITLE, FIRST, SECOND, "首页 > 社区观察", "责任编辑：王红", "2019-11-07", "", "a,b,c,d,e,f"]
    )
)


@given(LINES)
def test_every_printed_line_keeps_its_number(lines: list[str]) -> None:
    try:
        article = read_text("\n".join(lines), URL)
    except Refusal:
        return
    for line in article.lines:
        assert lines[int(line.path.removeprefix("line ")) - 1] == line.text
