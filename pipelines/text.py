"""Pure functions on the text of an article: white space, width, boilerplate, series labels."""

from __future__ import annotations

import re

# What no reader sees: zero-width marks, directional marks, soft hyphen, byte-order mark, variation selectors.
_INVISIBLE = (
    0xAD,
    0x34F,
    0x61C,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
)
_NOT_A_CHARACTER = (*range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF)
_LINE_ENDS = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
_DROP = dict.fromkeys(
    (*range(0x00, 0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0), *_INVISIBLE, *_NOT_A_CHARACTER),
)
_SPACES = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")

# Full-width letters and digits; the marks (，！？（） …) are the article's own and stay.
_WIDTH = {
    code: chr(code - 0xFEE0)
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


def strip_controls(text: str) -> str:
    """Remove what has no printed form: controls, NULs, zero-width and directional marks, lone surrogates.

    Tabs and line feeds stay.

    >>> strip_controls("公\\x00园\\u200b里")
    '公园里'
    """
    return text.translate(_DROP_KEEPING_ENDS)


_DROP_KEEPING_ENDS: dict[int, str | None] = {**_DROP, **_LINE_ENDS}


def normalise_space(text: str) -> str:
    """One paragraph a line: no indent, no empty line, one space for a run of any white space.

    >>> normalise_space("　　图书馆\\u00a0\\u00a0开门了。\\r\\n\\r\\n\\t读者  很多。 ")
    '图书馆 开门了。\\n读者 很多。'
    """
    lines = (
        _SPACES.sub(" ", line).strip(" ") for line in strip_controls(text.replace("\r", "\n")).split("\n")
    )
    return "\n".join(line for line in lines if line)


def fold_width(text: str) -> str:
    """Full-width letters and digits become half-width; marks stay as the article has them.

    >>> fold_width("２０１９年，ＡＢＣ公园（东门）")
    '2019年，ABC公园（东门）'
    """
    return text.translate(_WIDTH)


# Lines of a page's furniture. A line is dropped only when the whole of it is one of these.
_BOILERPLATE = re.compile(
    "|".join(
        (
            r"[（(\[【]?(?:长按|扫描|扫一扫|扫码|微信扫|请扫|用微信扫|打开微信)[^。]{0,60}",
            r"[^。]{0,30}(?:二维码|扫一扫|扫码)[^。]{0,40}(?:关注|打开|下载|阅读|分享|进群|公众号|查看)[^。]{0,40}。?",
            r"(?:分享到?|分享至|转发到|分享给好友|收藏|打印|举报|点赞|评论|关闭|返回顶部|上一篇|下一篇|返回首页|字号|大中小)[^。，]{0,40}",
            r"[（(\[【]?(?:免责声明|版权声明|特别声明|郑重声明|声明|风险提示|特别提示|版权所有|©|Copyright)[:：】 ©].{0,600}",
            r"(?:本文|本稿|文章|以上内容|以上文章)[^。]{0,30}(?:不代表|仅代表|仅供参考|仅为作者)[^。]{0,60}。?[^。]{0,60}。?",
            r"(?:凡|本网)[^。]{0,10}(?:注明|转载)[^。]{0,30}来源.{0,400}",
            r"(?:未经[^。]{0,20}(?:授权|许可|允许)|转载请|如需转载|欢迎转载|版权所有|本文为[^。]{0,20}原创|本作品)[^。]{0,120}。?",
            r"(?:【|\[|[（(])?点击(?:进入|查看|图片|关注|下载|阅读|这里)[^。]{0,40}",
            r"(?:相关阅读|相关新闻|相关链接|相关推荐|相关文章|推荐阅读|延伸阅读|热门推荐|猜你喜欢|为你推荐|更多阅读|往期回顾|精彩推荐|编辑推荐|热点推荐)[:：]?[^。]{0,40}",
            r"(?:更多(?:精彩|内容|新闻|资讯|详情|报道))[^。]{0,60}",
            r"(?:欢迎|请|敬请|记得|快来)?(?:关注|订阅|搜索)[^。]{0,30}(?:公众号|微信|微博|客户端|APP|App|频道)[^。]{0,40}。?",
            r"(?:下载|打开)[^。]{0,20}(?:客户端|APP|App|app)[^。]{0,40}。?",
            r"(?:关键词|关键字|标签|Tags?|TAG)[:：][^。]{0,80}",
            r"[（(]?(?:原标题|原题|原题为|标题)[:：《].{0,100}",
            r"[（(]?(?:本文)?(?:图片|图|配图|封面图?|视频|题图|文中图片)(?:均|都|皆)?(?:来源|来自|源自|源)[^。]{0,40}",
            r"(?:投稿|报料|爆料|新闻热线|联系我们|商务合作|举报电话|联系电话|联系邮箱|投稿邮箱)[^。]{0,80}",
            r"[（(]?(?:完|全文完|未完待续|THE END|END|The End)[）)]?",
            r"[-=—_*·•.、>《》\s]{1,80}",
            r"(?:【\d{1,2}】){2,}",
        )
    )
)
_LONGEST_BOILERPLATE = 700
_FURNISHED_HEAD = 4  # lines at the head that may be furniture
_FURNISHED_TAIL = 15


def is_boilerplate(line: str) -> bool:
    """Is this whole line the page's furniture, and no text of the article?

    >>> [is_boilerplate(s) for s in ("扫描二维码关注我们", "相关阅读：公园夜市", "扫码借书让读者少排队，也让馆员多了时间。")]
    [True, True, False]
    """
    line = line.strip()
    return len(line) <= _LONGEST_BOILERPLATE and _BOILERPLATE.fullmatch(line) is not None


def drop_boilerplate(body: str) -> str:
    """Drop the lines at the head and the tail of a body that are no text of the article.

    >>> drop_boilerplate("分享到：微信\\n公园开放了。\\n游人很多。\\n更多精彩内容请下载客户端")
    '公园开放了。\\n游人很多。'
    """
    lines = body.split("\n")
    first, behind = 0, len(lines)
    while first < min(behind, _FURNISHED_HEAD) and is_boilerplate(lines[first]):
        first += 1
    while behind > max(first, len(lines) - _FURNISHED_TAIL) and is_boilerplate(lines[behind - 1]):
        behind -= 1
    return "\n".join(lines[first:behind])


_LABEL_IN_BRACKETS = re.compile("\\s*[【\\[〔]([^【】\\[\\]〔〕]{2,12})[】\\]〕]\\s*\\S")
_LABEL_BEFORE_BAR = re.compile("\\s*([\u3400-\u9fff0-9A-Za-z·]{2,10})\\s*[｜|丨︱│]\\s*\\S")


def series_of(title: str) -> str | None:
    """The series label of a title; the title itself keeps it.

    >>> series_of("【社区论坛】把书送到家门口"), series_of("晨光网评 | 小公园里有大文章"), series_of("小公园里有大文章")
    ('社区论坛', '晨光网评', None)
    """
    found = _LABEL_IN_BRACKETS.match(title) or _LABEL_BEFORE_BAR.match(title)
    return found.group(1).strip() if found else None
