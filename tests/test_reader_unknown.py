"""What pages of unknown layout share, rule by rule: each page here shows one of them."""

from __future__ import annotations

import pytest

from crawler.reader import read_page
from pipelines.items import Article

URL = "http://www.example.cn/2019/1107/561091.shtml"
PARAGRAPHS = (
    "清晨的旧书市集还没有开张，摊主们已经把书一本一本摆上了木板。",
    "来得最早的是一位退休的邮递员，他专找旧地图，找到了就蹲在路边看上半天。",
    "太阳升起来以后，人渐渐多了，讨价还价的声音也大了起来。",
)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TITLE = "旧书市集的早晨与黄昏"
LINK = '<a href="/a/{0}.html">{1}</a>'


def read(html: str, url: str = URL, head: str = "", title: str = f"{TITLE}_示例网") -> Article:
    markup = f"<html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{html}</body></html>"
    return read_page(markup.encode(), url)


def article(info: str = "", body: str = BODY, after: str = "") -> str:
    return f"<div class=main><h1>{TITLE}</h1>{info}<div class=text>{body}</div>{after}</div>"


# Lists of others


def teasers(item: str, count: int = 4) -> str:
    titles = ("社区厨房换了新的灶台", "河边步道周末开放", "老车站里的小小阅览室", "阳台上的番茄熟了")
    return "".join(item.format(LINK.format(number, titles[number])) for number in range(count))


@pytest.mark.parametrize(
    ("around", "item"),
    [
        (
            "<ul>{}</ul>",
            "<li>{}<i>责任编辑：周明远</i><span>来源：北湖日报</span><span>2012-05-19 08:30</span></li>",
        ),
        (
            "<table>{}</table>",
            "<tr><td>{}</td><td><i>责任编辑：周明远</i><span>2012-05-19 08:30</span></td></tr>",
        ),
        (
            "<div>{}</div>",
            "<div class=item><h4>{}</h4><p>责任编辑：周明远</p><span>来源：北湖日报</span></div>",
        ),
    ],
)
def test_the_bylines_of_other_articles_are_not_this_ones(around: str, item: str) -> None:
    box = around.format(teasers(item))
    found = read(article("<p>2019-11-07 09:12</p>", after=box))
    assert (found.editor, found.source, found.published_at) == (None, None, "2019-11-07T09:12+08:00")
    assert read(article(after=f"<p>责任编辑：何小雨</p>{box}")).editor == "何小雨"


def test_the_editor_nearest_to_the_text_counts() -> None:
    after = "<p>责任编辑：何小雨</p><div class=related><h3>相关新闻</h3><p>责任编辑：周明远</p></div>"
    assert read(article(after=after)).editor == "何小雨"


def test_what_readers_say_gives_neither_source_nor_time() -> None:
    says = "<li><a>江边客</a><div>写得真好</div><span>2020-01-12 02:39 来自手机客户端</span></li>"
    found = read(
        article("<p>2019-11-07 09:12</p>", after=f"<ul>{says * 2}</ul>"), "http://www.example.cn/a.html"
    )
    assert (found.source, found.published_at) == (None, "2019-11-07T09:12+08:00")
    assert read(article(after=f"<ul>{says * 2}</ul>"), "http://www.example.cn/a.html").published_at is None
