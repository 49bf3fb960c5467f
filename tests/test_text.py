"""The text functions: white space, width, boilerplate, series labels."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text import (
    drop_boilerplate,
    fold_width,
    is_boilerplate,
    normalise_space,
    series_of,
    strip_controls,
)

ANY = st.text(st.characters(), max_size=200)


@given(ANY)
def test_normalising_and_folding_twice_change_nothing(text: str) -> None:
    for function in (strip_controls, normalise_space, fold_width, drop_boilerplate):
        assert function(function(text)) == function(text)


@given(ANY)
def test_normalised_text_has_no_odd_space_and_no_control(text: str) -> None:
    for line in normalise_space(text).split("\n"):
        assert line == " ".join(line.split()) and not any(
            ord(c) < 32 or c in "\u200b\ufeff\u00a0\u3000" for c in line
        )


@given(ANY)
def test_normalising_loses_no_printed_character(text: str) -> None:
    assert "".join(normalise_space(text).split()) == "".join(strip_controls(text.replace("\r", "\n")).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u3000\u3000公园\u00a0\u00a0开放\t了", "公园 开放 了"),
        ("公\u200b园\ufeff开\u200e放\x00了\x07", "公园开放了"),
        ("第一段\r\n\r\n第二段\u2028第三段\r第四段", "第一段\n第二段\n第三段\n第四段"),
        ("  \n\u3000\n", ""),
        ("孤\ud800立", "孤立"),
    ],
)
def test_normalise_space(text: str, expected: str) -> None:
    assert normalise_space(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("２０１９年１１月", "2019年11月"),
        ("ＡＢＣａｂｃ", "ABCabc"),
        ("（公园，“开放”！？）：；％", "（公园，“开放”！？）：；％"),
    ],
)
def test_fold_width_leaves_the_marks(text: str, expected: str) -> None:
    assert fold_width(text) == expected


FURNITURE = [
    "记者联系邮箱：lim@example.com",
    "大事小情、街坊邻里，尽在晨光新闻APP",
    "1 2 下一页",
    "———————",
    "分享到： 微信 微博 QQ空间",
    "字号：大 中 小",
    "【打印本页】【关闭窗口】",
    "扫描二维码关注晨光网",
    "长按识别二维码，关注我们",
    "点击进入专题",
    "更多精彩内容，请下载晨光客户端",
    "欢迎关注晨光网微信公众号。",
    "相关阅读",
    "相关新闻：公园夜市开张",
    "免责声明：本文仅代表作者个人观点，与本网无关。",
    "版权所有 © 晨光网",
    "未经授权不得转载",
    "本文不代表本网观点。",
    "（原标题：公园开放）",
    "图片来自网络",
    "【1】【2】【3】",
    "关键词：公园 夜市",
    "关键词阅读：公园 夜市",
    "相关热词搜索：公园夜市",
    "此内容为晨光网原创，著作权归晨光网所有。未经书面授权，不得以任何方式加以使用。",
    "本文版权归晨光网所有，转载请联系编辑部。",
    "广告声明：文内含有的链接用于传递更多信息，结果仅供参考。",
    "*文章为作者独立观点，不代表晨光网立场",
    "本文由 李明 授权 晨光网 发表，并经晨光网编辑。转载此文章须经作者同意，并请附上出处。",
    "本文经作者授权转载",
    "您看到此篇文章时的感受是：支持 高兴 震惊 无聊",
    "读完这篇文章后，您心情如何？ 高兴 无聊",
    "点击上方蓝字关注“晨光夜读”",
    "— END —",
    "END",
]
TEXT = [
    "公园开放了。",
    "读者扫码借书，排队的人少了一半。",
    "更多的公园向市民开放，是这座城市的心愿。",
    "关注老人出行，从一张长椅做起。",
    "版权意识越来越强，是好事。",
    "收藏旧书的老人",
    "打印社里的年轻人",
    "评论员：公园要开放",
    "声明发表之后，市民纷纷点赞。",
    "分享一张长椅",
    "大与小",
    "此内容丰富的书架，由居民自己管理。",
    "授权之后，社区里的每个人都能借到钥匙。",
    "著作权是什么？馆员给孩子们讲了一课。",
    "读到这篇文章时，他的感受是公园真好。",
    "读完这篇文章，你有什么感受？",
    "该作品为社区居民原创，如今挂在公园门口，路过的人都要看一看。",
    "手稿的版权归社区图书馆所有，老人说，书放在那里最好。",
    "点击率不重要，重要的是有人来。",
    "本文的题目由读者授权，写的是一座公园。",
    "热词里有公园，也有夜市。",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_dropped_at_head_and_tail(line: str) -> None:
    assert is_boilerplate(line)
    assert drop_boilerplate(f"{line}\n公园开放了。\n游人很多。\n{line}\n{line}") == "公园开放了。\n游人很多。"


def test_a_list_of_other_articles_goes_with_its_heading() -> None:
    body = "公园开放了。\n相关新闻\n广场舞队的耳机\n图书馆里的影院（作者：王凡）"
    assert drop_boilerplate(body) == "公园开放了。"


def test_a_heading_with_sentences_below_it_stays() -> None:
    body = "公园开放了。\n延伸阅读\n城东还有三座公园，明年也将开放。"
    assert drop_boilerplate(body) == body


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_in_the_middle_stays(line: str) -> None:
    body = f"公园开放了。\n{line}\n游人很多。"
    assert drop_boilerplate(body) == body


@pytest.mark.parametrize("line", TEXT)
def test_text_is_no_furniture(line: str) -> None:
    assert not is_boilerplate(line)
    assert drop_boilerplate(line) == line


@pytest.mark.parametrize(
    ("title", "series"),
    [
        ("【社区论坛】把书送到家门口", "社区论坛"),
        ("【社區論壇】把書送到家門口", "社區論壇"),
        ("〔晨光谈〕公园里的早市", "晨光谈"),
        ("晨光网评 | 小公园里有大文章", "晨光网评"),
        ("晨光网评丨小公园里有大文章", "晨光网评"),
        ("晨光网评｜小公园里有大文章", "晨光网评"),
        ("把书送到家门口", None),
        ("【社区论坛】", None),
        ("公园开放了，游人很多，孩子们也来了｜图集", None),
        ("", None),
    ],
)
def test_series_of(title: str, series: str | None) -> None:
    assert series_of(title) == series


@pytest.mark.parametrize(
    "text", ["扫描" * 150_000, "（" * 300_000, "分享 " * 100_000, "本文" * 150_000, "\n" * 300_000]
)
def test_long_text_is_fast(text: str) -> None:
    start = time.process_time()
    drop_boilerplate(text)
    normalise_space(text)
    fold_width(text)
    series_of(text)
    assert time.process_time() - start < 2
