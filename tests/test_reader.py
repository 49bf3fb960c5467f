"""Decoding, bounds, refusals, site layouts, list pages and the pages of one article."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from crawler.reader import join_pages, locate, locate_page, read_list
from crawler.reader.decode import decode
from crawler.reader.document import Document, Parsed
from crawler.sites.base import Column, Layout, Site
from pipelines.errors import NeedsJavaScript, NoBody, NotAnArticle, NoTitle, Refusal, SoftNotFound, Unreadable
from pipelines.items import Image

URL = "http://www.example.cn/2019/1107/561091.shtml"
PARAGRAPHS = (
    "清晨的旧书市集还没有开张，摊主们已经把书一本一本摆上了木板。",
    "来得最早的是一位退休的邮递员，他专找旧地图，找到了就蹲在路边看上半天。",
    "太阳升起来以后，人渐渐多了，讨价还价的声音也大了起来。",
)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)

SITE = Site(
    name="sample",
    label="示例网",
    hosts=("example.cn",),
    columns=(Column("life", "生活", "http://www.example.cn/life/"),),
    article=re.compile(r"(?:[a-z]+\.)?example\.cn/\d{4}/\d{4}/\d+(?:_\d+)?\.shtml"),
    links="ul.list a",
    next_page="div.page a.next",
    aliases={"example.cn": "www.example.cn"},
    layouts=(
        Layout(
            name="article",
            title="h1.headline",
            subtitle="h2.sub",
            body="div.text",
            published="span.date",
            source="span.source",
            author="span.author",
            editor="div.editor",
            breadcrumb="div.crumb a",
            next_page="div.pager a.next",
            noise=(".promo",),
        ),
        Layout(
            name="photo",
            title="div.head h1",
            body="div.description",
            gallery=re.compile(r"orig:'(?P<url>[^']{1,500})',note:'(?P<caption>[^']{0,500})'"),
        ),
    ),
)


def page(body: str = BODY, title: str = "旧书市集的早晨", head: str = "") -> bytes:
    return (
        f"<html><head><meta charset=utf-8><title>{title}_示例网</title>{head}</head><body>"
        f"<div class=crumb><a href=/>首页</a> &gt; <a href=/life/>生活</a> &gt; 正文</div>"
        f"<h1 class=headline>{title}</h1><h2 class=sub>——一座城市的周末</h2>"
        f"<p><span class=date>2019-11-07 09:12</span><span class=source>来源：示例网</span>"
        f"<span class=author>作者：林小禾</span></p>"
        f"<div class=text>{body}</div><div class=editor>[责任编辑：何小雨]</div></body></html>"
    ).encode()


# Decoding


@pytest.mark.parametrize(
    ("encoding", "label", "header"),
    [
        ("utf-8", "gb2312", None),
        ("utf-8", "utf-8", "text/html; charset=gbk"),
        ("gb18030", "gb2312", None),
        ("gb18030", "x-gbk", "text/html; charset=utf-8"),
        ("gb18030", "utf-8", "text/html; charset=utf-8"),
        ("gb18030", "no-such-encoding", None),
        ("big5", "big5", None),
        ("big5", "", None),
        ("utf-16", "", None),
    ],
)
def test_the_bytes_overrule_the_labels(encoding: str, label: str, header: str | None) -> None:
    text = (
        "社區的圖書館，是一個可以坐下來讀書的地方。" if encoding == "big5" else "朱镕基读书，社区的图书馆。"
    )
    text = text.replace("朱镕基", "") if encoding != "gb18030" else text
    body = f'<html><meta charset="{label}"><p>{text * 3}'.encode(encoding)
    assert text in decode(body, URL, header)


def test_a_page_cut_in_mid_character_is_still_its_own_encoding() -> None:
    whole = ("<p>" + "社区的图书馆。" * 9).encode("gb18030")
    assert decode(whole[:-1], URL).startswith("<p>社区的图书馆。")
    assert "\ufffd" not in decode(("<p>" + "社区的图书馆。" * 9).encode()[:-1], URL)


def test_one_foreign_fragment_does_not_change_the_encoding() -> None:
    body = "<p>社区的图书馆。</p>".encode() * 20 + "<p>广告</p>".encode("gbk")
    text = decode(body, URL, "text/html; charset=gbk")
    assert text.count("社区的图书馆。") == 20
    assert "\ufffd" in text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n\t ",
        b"\0" * 5000,
        b"%PDF-1.7 ...",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        bytes(range(256)) * 50,
        b"<p>" + b"x" * 10_000_001,
        b"<div>" * 30_000 + b"text",
        b"<div " + b" ".join(b"a%d=1" % number for number in range(50_000)) + b">",
        b"".join(b"<font a%d><p>x" % number for number in range(3_000)),
        b"<" * 1_000_000,
        b"<html><frameset><frame src=a></frameset></html>",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_no_page_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        locate(body, URL)
    assert URL in str(refused.value)


def test_nuls_and_controls_are_no_text() -> None:
    article = locate(page().replace("市集".encode(), "市\0集\x08".encode()), URL)
    assert article.title == "旧书市集的早晨"


# Visible lines


def test_text_after_a_stray_end_of_the_page_is_kept() -> None:
    article = locate(page(BODY.replace("<p>来", "</body></html><p>来", 1)), URL)
    assert article.body.split("\n") == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">{}</p>',
        '<p style="DISPLAY : none;color:red">{}</p>',
        '<div style="visibility: hidden"><p>{}</p></div>',
        '<p style="font-size:0px">{}</p>',
        '<div style="position:absolute;left:-9999px"><p>{}</p></div>',
        '<p style="text-indent: -9999px">{}</p>',
        "<p hidden>{}</p>",
        "<div aria-hidden=true><p>{}</p></div>",
        "<template><p>{}</p></template>",
        "<noscript><p>{}</p></noscript>",
        "<textarea>{}</textarea>",
        "<script>document.write('{}')</script>",
        "<!-- <p>{}</p> -->",
        "<style>.x, .tips > p {{ display: none }}</style><div class=tips><p>{}</p></div>",
        "<style>@charset 'utf-8'; /* }} */ p#ad.b{{DISPLAY:NONE}}</style><p id=ad class=b>{}</p>",
    ],
)
def test_what_nobody_sees_is_no_text(hidden: str) -> None:
    spam = "免费电影天天看，彩票开奖早知道，游戏下载一站全。"
    article = locate(page(hidden.format(spam) + BODY), URL)
    assert article.body.split("\n") == list(PARAGRAPHS)


def test_a_style_for_print_or_for_a_state_hides_nothing() -> None:
    style = "<style>@media print { .text { display: none } } .text:hover, a.text::after { display: none }"
    html = f'{style}</style><div class="text">印刷时才隐去。</div>'
    assert [line.text for line in Document(Parsed(html, URL)).lines] == ["印刷时才隐去。"]


def test_a_small_print_size_is_visible() -> None:
    html = '<p style="font-size:0.9em">小字也是字。</p><p style="text-indent:-2em">悬挂缩进。</p>'
    document = Document(Parsed(html, URL))
    assert [line.text for line in document.lines] == ["小字也是字。", "悬挂缩进。"]


def test_lines_end_at_blocks_and_breaks_and_tables_keep_their_rows() -> None:
    table = "<table><tr><td>品种</td><td>价钱</td></tr><tr><td>白菜</td><td><b>1.2</b>元</td></tr></table>"
    article = locate(
        page(f"{BODY}甲段有<b>粗体</b>和<a href=/x>链接</a>。<br>乙段另起一行。{table}"), URL, site=SITE
    )
    assert article.body.split("\n")[3:] == [
        "甲段有粗体和链接。",
        "乙段另起一行。",
        "品种 | 价钱",
        "白菜 | 1.2元",
    ]


# Refusals


def words(count: int) -> str:
    return "".join(
        f'<li><a href="/{number}.html">第{number}条消息的标题写在这里</a></li>' for number in range(count)
    )


def words_with_summaries(count: int) -> str:
    return "".join(
        f'<dl><dt><a href="/{number}.html">第{number}条消息的标题写在这里</a></dt>'
        f"<dd>第{number}条消息的开头几句话，写的是城里最近发生的事情。</dd></dl>"
        for number in range(count)
    )


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("<title>页面没有找到</title><p>您访问的页面不存在，五秒以后回到首页。</p>", SoftNotFound),
        ("<title>提示</title><div>该稿件已删除或过期的稿件</div>", SoftNotFound),
        ("<title>提示信息</title><h1>抱歉，找不到页面了</h1>", SoftNotFound),
        ("<title>某网</title><p>页面已过期</p>", SoftNotFound),
        ("<meta http-equiv=Refresh content='3; url=/'><title>某网</title><p>稍等片刻。</p>", SoftNotFound),
        ("<title>某网</title><div id=app></div><script src=/app.js></script>", NeedsJavaScript),
        (
            "<title>某网</title><noscript>请打开 JavaScript</noscript><script>x</script>",
            NeedsJavaScript,
        ),
        ("<title>某</title><p></p><script>window.__INITIAL_STATE__={}</script>", NeedsJavaScript),
        (f"<title>生活频道</title><ul>{words(80)}</ul>", NotAnArticle),
        (f"<title>生活频道</title><div>{words_with_summaries(9)}</div>", NotAnArticle),
        ("<title>旧书市集的早晨</title><h1>旧书市集的早晨</h1><p>2019-11-07</p>", NoBody),
        (f"<div>{BODY}</div>", NoTitle),
    ],
)
def test_a_page_that_is_no_article_is_refused_with_its_reason(body: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        locate(f"<meta charset=utf-8>{body}".encode(), URL)
    assert URL in str(refused.value)
    assert refused.value.reason.startswith(refusal.__name__)


def test_a_gone_status_is_a_soft_not_found() -> None:
    with pytest.raises(SoftNotFound):
        locate(page(), URL, status=404)


def test_an_article_may_speak_of_pages_not_found() -> None:
    about = (
        "<p>打开网址，屏幕上只有一行字：页面没有找到。管理员说，搬家时弄丢的网页一共有三百多张。</p>"
        + BODY * 3
    )
    assert locate(page(about, "那些找不到页面的旧网址"), URL).title == "那些找不到页面的旧网址"


# A site's layouts


def test_a_layout_reads_every_field() -> None:
    picture = '<p><img data-original="/pic/a.jpg" src="/blank.gif"></p><p align=center>市集一角</p>'
    article = locate(page(f'{picture}{BODY}<div class="promo"><p>扫码关注我们吧。</p></div>'), URL, site=SITE)
    assert (article.site, article.title, article.subtitle) == ("sample", "旧书市集的早晨", "——一座城市的周末")
    assert (article.column, article.published_at) == ("生活", "2019-11-07T09:12+08:00")
    assert article.body.split("\n") == list(PARAGRAPHS)
    assert article.images == [Image("http://www.example.cn/pic/a.jpg", "市集一角")]
    selected = {line.path: line.text for line in article.lines}
    assert selected["span.author"] == "作者：林小禾"
    assert selected["div.editor"] == "[责任编辑：何小雨]"
    assert article.provenance["title"].place == "h1.headline"
    assert article.author is None, "the reader leaves the bylines to the grammar"


def test_a_photo_story_takes_its_pictures_from_the_script() -> None:
    html = (
        "<meta charset=utf-8><div class=head><h1>一组老照片</h1></div>"
        "<div class=description>街角的钟表铺。</div><script>var pictures=["
        r"{orig:'/p/1.jpg',note:'\u949f\u8868\u94fa'},{orig:'/p/2.jpg',note:''}]</script>"
    )
    article = locate(html.encode(), URL, site=SITE)
    assert article.body == "街角的钟表铺。"
    assert article.images == [
        Image("http://www.example.cn/p/1.jpg", "钟表铺"),
        Image("http://www.example.cn/p/2.jpg", None),
    ]


def test_a_layout_holds_between_its_dates() -> None:
    old = replace(SITE.layouts[0], name="old", valid_until=date(2018, 12, 31))
    new = replace(SITE.layouts[0], name="new", valid_from=date(2019, 1, 1))
    article = locate(page(), URL, site=replace(SITE, layouts=(old, new)))
    assert article.provenance["title"].rule == "layout new"


def test_a_page_that_no_layout_fits_is_read_as_unknown() -> None:
    html = f"<meta charset=utf-8><title>旧书市集</title><h2>旧书市集</h2><article>{BODY}</article>"
    article = locate(html.encode(), URL, site=SITE)
    assert article.site == "sample"
    assert article.provenance["body"].rule == "the densest run of paragraphs"


def test_an_article_may_stand_in_a_box_named_like_one_beside_it() -> None:
    html = f"<meta charset=utf-8><title>旧书市集</title><h1>旧书市集</h1><div class=hot-news>{BODY}</div>"
    assert locate(html.encode(), URL).body.split("\n") == list(PARAGRAPHS)


@pytest.mark.parametrize("tag", ["span", "font", "a href=/", "x-article"])
def test_an_article_may_stand_in_an_element_of_text(tag: str) -> None:
    whole = (
        f"<{tag}><h1 class=headline>旧书市集的早晨</h1>说明<div class=text>{BODY}</div></{tag.split()[0]}>"
    )
    article = locate(f"<p>导航</p>{whole}<p>页脚</p>".encode(), URL, site=SITE)
    assert article.body == "\n".join(PARAGRAPHS)
    assert [line.text for line in article.lines] == ["说明"]


def test_an_article_that_nobody_sees_is_not_read_by_a_layout() -> None:
    whole = f"<h1 class=headline>旧书市集的早晨</h1><div class=text>{BODY}</div>"
    with pytest.raises(NoBody):
        locate(f"<div style='display:none'>{whole}</div>页脚<p>导航</p>".encode(), URL, site=SITE)


# List pages


def test_a_list_page_names_each_article_once_in_order() -> None:
    html = (
        "<ul class=list><li><a href='/2019/1107/2.shtml?from=singlemessage'>乙</a></li>"
        "<li><a href='https://example.cn/2019/1107/1.shtml#top'>甲</a></li>"
        "<li><a href='/2019/1107/2.shtml'>乙</a></li><li><a href='/about.html'>关于</a></li>"
        "<li><a href='http://other.example.com/2019/1107/3.shtml'>外</a></li>"
        "<li><a href='javascript:void(0)'>无</a></li></ul>"
        "<div class=page><a class=next href='list_2.shtml'>下页</a></div>"
    )
    found = read_list(html.encode(), "http://www.example.cn/life/", SITE)
    assert found.links == [
        "http://www.example.cn/2019/1107/2.shtml",
        "http://www.example.cn/2019/1107/1.shtml",
    ]
    assert found.next_page == "http://www.example.cn/life/list_2.shtml"


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ("<a href='index_2.shtml'>下一页</a>", "http://www.example.cn/life/index_2.shtml"),
        ("<a href='index_2.shtml'> 下一页 &gt; </a>", "http://www.example.cn/life/index_2.shtml"),
        ("<a href='index_2.shtml'>&gt;</a>", "http://www.example.cn/life/index_2.shtml"),
        ("<a href='http://elsewhere.cn/2.shtml'>下一页</a>", None),
        ("<a href='file:///etc/passwd'>下一页</a>", None),
        ("<a href='javascript:next()'>下一页</a>", None),
        ("<a href='#'>下一页</a>", None),
        ("<a href='index_2.shtml'>2</a>", None),
        ("<a href='a.shtml'>下一页纸上写着什么</a>", None),
    ],
)
def test_the_next_list_page_is_never_guessed(link: str, following: str | None) -> None:
    assert (
        read_list(f"<meta charset=utf-8>{link}".encode(), "http://www.example.cn/life/", SITE).next_page
        == following
    )


# Articles of several pages


@pytest.mark.parametrize(
    ("url", "links", "following"),
    [
        (URL, "<a href='561091_2.shtml'>下一页</a>", "561091_2.shtml"),
        (URL, "<a href='561091.shtml'>【1】</a><a href='561091_2.shtml'>【2】</a>", "561091_2.shtml"),
        (URL, "<a href='561091-2.shtml'>2</a><a href='561091-3.shtml'>3</a>", "561091-2.shtml"),
        (URL, "<a href='561091_1.shtml'>下一页</a>", "561091_1.shtml"),
        (
            URL.replace(".s", "_2.s"),
            "<a href='561091.shtml'>1</a><a href='561091_3.shtml'>3</a>",
            "561091_3.shtml",
        ),
        (URL.replace(".s", "_2.s"), "<a href='561091.shtml'>上一页</a>", None),
        (URL, "<a href='561092.shtml'>下一页</a>", None),
        (URL, "<a href='http://elsewhere.cn/2019/1107/561091_2.shtml'>下一页</a>", None),
        (URL, "<a href='561091.shtml'>下一页</a>", None),
    ],
)
def test_the_next_page_of_an_article_is_no_other_article(url: str, links: str, following: str | None) -> None:
    located = locate_page(page(f"{BODY}<div class=pager>{links}</div>"), url, site=SITE)
    assert located.next_page == (following and f"http://www.example.cn/2019/1107/{following}")


def test_pages_are_joined_into_one_article() -> None:
    first = locate(page("<img src=/pic/a.jpg>" + BODY), URL, site=SITE)
    second = locate(
        page("<img src=/pic/b.jpg><p>第二页的正文从这里开始，写的是收摊以后的事。</p>"), URL, site=SITE
    )
    whole = join_pages(first, [second])
    assert whole.body.split("\n") == [*PARAGRAPHS, "第二页的正文从这里开始，写的是收摊以后的事。"]
    assert [image.url[-5:] for image in whole.images] == ["a.jpg", "b.jpg"]
