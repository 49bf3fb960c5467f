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


def test_many_short_links_are_buttons_and_no_title() -> None:
    names = ("微信", "微博", "空间", "贴吧")
    buttons = "".join(f"<a href=/s/{number}>{name}</a>" for number, name in enumerate(names))
    head = "<div class=hd><p><a>社会新闻</a><a>街坊邻里</a></p><p>2019-11-07 09:12</p></div>"
    box = f"<div class=ft><p>[责任编辑：何小雨]</p><p>{buttons}</p></div>"
    assert read(f"<div><h1>{TITLE}</h1>{head}<div class=text>{BODY}</div>{box}</div>").editor == "何小雨"


def test_a_box_of_teasers_with_their_first_words_ends_the_article() -> None:
    said = "<p>清晨六点，老人们已经在湖边打完一套太极拳。</p><p>作者：周明远 2019-07-07 12:09</p>"
    box = f"<h3>精彩推荐</h3>{teasers('<div><h4>{}</h4>' + said + '</div>')}"
    found = read(f"<div><h1>{TITLE}</h1><p>2019-11-07 09:12</p>{BODY}{box}</div>")
    assert (found.body, found.author) == ("\n".join(PARAGRAPHS), None)


def test_a_caption_set_below_its_picture_by_a_break_is_no_paragraph() -> None:
    picture = "<p style='text-align:center'><img src=/1.jpg><br>新书上架（晨光图库 李明摄）</p>"
    found = read(article(body=picture + BODY))
    assert (found.body, found.images[0].caption) == ("\n".join(PARAGRAPHS), "新书上架（晨光图库 李明摄）")


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


@pytest.mark.parametrize(
    ("script", "published_at"),
    [
        ('var pubTime = "2019-11-07 09:12:30";', "2019-11-07T09:12:30+08:00"),
        ('{"docid": 7, "publish_time":"2019-11-07 09:12"}', "2019-11-07T09:12+08:00"),
        ('var ct = "1573089120";', "2019-11-07T09:12+08:00"),
        ('var list = [{"pubtime": "2019-11-07"}, {"pubtime": "2019-11-08"}];', None),
        ('var pubTime = "{{time}}", ct = "";', None),
    ],
)
def test_a_time_that_only_a_script_states(script: str, published_at: str | None) -> None:
    html = f"<script>{script}</script>{article()}"
    assert read(html, "http://www.example.cn/a.html").published_at == published_at


def test_a_time_element_counts_where_the_head_states_no_time() -> None:
    html = article("<p>Posted on <time datetime='2017-12-03T22:10:45+08:00'>03/12/2017</time></p>")
    assert read(html, "http://www.example.cn/a.html").published_at == "2017-12-03T22:10:45+08:00"


def test_a_page_called_after_its_site_has_the_heading_below_the_banner() -> None:
    html = f"<h1>江城县人民政府</h1><h2>{TITLE}</h2><p>2019-11-07 09:12</p><div>{BODY}</div>"
    assert read(html, title="江城县人民政府").title == TITLE


def test_teasers_may_be_longer_than_a_short_article() -> None:
    said = "<p>清晨六点，老人们已经在湖边打完一套太极拳，孩子们还没有起床，早点铺的蒸笼冒着白气。</p>"
    item = "<li><h4>{}</h4>" + said * 3 + "<p>来源：北湖日报 记者 周明远 2020-03-12</p></li>"
    found = read(f"<div><h1>{TITLE}</h1><p>2019-11-07 09:12</p>{BODY}<ul>{teasers(item)}</ul></div>")
    assert (found.body, found.author) == ("\n".join(PARAGRAPHS), None)


# The article's own box


def test_text_marked_invisible_counts_where_the_page_shows_nothing_else() -> None:
    sent = f"<div id=content style='visibility: hidden;'>{BODY * 3}</div><p>写得真好，也想去那里看一看。</p>"
    assert read(f"<h1>{TITLE}</h1>{sent}").body.startswith(PARAGRAPHS[0])
    sheet = f"<style>#content {{display:none}}</style><h1>{TITLE}</h1><div id=content>{BODY * 3}</div>"
    assert read(sheet).body.startswith(PARAGRAPHS[0])
    assert (
        "彩票"
        not in read(article(after=f"<p style='visibility:hidden'>{'彩票大奖，天天开。' * 30}</p>")).body
    )


def test_the_densest_text_is_not_dropped_for_the_name_of_its_box() -> None:
    html = f"<div><h1>{TITLE}</h1><div id=keyword_ad_area2 class=content>{BODY}</div></div>"
    comments = "".join(f"<p>第{number}位读者说，这个地方真不错，下次还来。</p>" for number in range(4))
    assert read(html + f"<div><div class=footnote>{comments}</div></div>").body == "\n".join(PARAGRAPHS)
    below = f"<div class=comments>{BODY * 5}</div>"
    assert read(article(body=f"<p>{PARAGRAPHS[1]}{PARAGRAPHS[2]}</p>", after=below)).body.count("邮递员") == 1


# Titles


@pytest.mark.parametrize(
    "information",
    [
        "<br/><span>2019-11-07 10:25:03 来源：<a href=#>北湖日报</a> 评论：<a>0</a> 点击：<i>12</i></span>",
        "<small>来源：<a href=#>北湖日报</a> 2019-11-07 10:25:03</small>",
        "<br>（2019-11-07 10:25:03）来源：北湖日报",
    ],
)
def test_an_info_line_inside_the_heading_is_no_title(information: str) -> None:
    found = read(f"<div class=main><h1>{TITLE}{information}</h1><div class=text>{BODY}</div></div>")
    assert found.title == TITLE
    assert (found.source, found.published_at) == ("北湖日报", "2019-11-07T10:25:03+08:00")


def test_a_heading_in_two_lines_stays_one() -> None:
    assert read(f"<h1>旧书市集的<br>早晨与<em>黄昏</em></h1>{BODY}").title == "旧书市集的 早晨与黄昏"


def test_the_line_set_off_above_the_info_line_beats_a_title_that_names_the_site() -> None:
    rows = (
        f"<table><tr><td align=center><b><font size=4>{TITLE}</font></b></td></tr>"
        f"<tr><td>作者：佚名　来源：本站　更新时间：2019-11-7</td></tr><tr><td>{BODY}</td></tr></table>"
    )
    assert (
        read(f"<b>馆内公告</b>{rows}<center>江边图书馆 电话：0700</center>", title="江边图书馆").title
        == TITLE
    )


# Times


def test_a_time_without_a_year_beside_the_source_is_no_text() -> None:
    info = "<p><span>10-17 06:58</span> <span>来源：<a>北湖日报</a></span> <i>评论：33</i></p>"
    found = read(article(body=info + BODY), "http://www.example.cn/2013/1017/12.shtml")
    assert (found.published_at, found.source) == ("2013-10-17T06:58+08:00", "北湖日报")
    assert found.body == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("changed", "published"),
    [("2019-11-20T15:26:31+08:00", "2019-11-20T15:26+08:00"), ("2019-12-01T15:26:31+08:00", None)],
)
def test_the_year_comes_from_a_meta_time_of_the_same_day(changed: str, published: str | None) -> None:
    info = "<p><span>发布时间：11-20</span><span>15:26</span></p>"
    head = f'<meta itemprop=dateUpdate content="{changed}">'
    assert read(article(info), "http://www.example.cn/s", head).published_at == published


def test_a_time_in_brackets_beside_the_title_counts() -> None:
    info = "<span class=time>(2009-07-11 23:40:17)</span>"
    assert read(article(info), "http://www.example.cn/s").published_at == "2009-07-11T23:40:17+08:00"


def test_a_time_set_in_boxes_is_joined_whatever_their_order() -> None:
    info = "<div><div>03/17</div><div>2020</div><div>14:02</div></div>"
    assert read(article(info), "http://www.example.cn/s").published_at == "2020-03-17T14:02+08:00"


# People


def test_the_author_of_the_microdata_counts_and_a_commentator_does_not() -> None:
    person = (
        '<div itemprop=author itemtype="http://schema.org/Person"><meta itemprop=name content="{}"></div>'
    )
    assert read(article(person.format("苔米"))).author == "苔米"
    comment = f"<div itemprop=comment>{person.format('林小禾')}<p>写得真好。</p></div>"
    assert read(article(after=comment)).author is None
    house = person.format("林小禾").replace("Person", "Organization")
    assert read(article(house)).author is None


def test_what_an_element_of_its_own_holds_is_no_part_of_a_name() -> None:
    sign = "<p>责编：何小雨<span class=report>违法和不良信息举报：010-0000</span></p>"
    assert read(article(after=sign)).editor == "何小雨"
