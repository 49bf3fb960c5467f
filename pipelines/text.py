"""Pure functions on the text of an article: white space, width, boilerplate, series labels."""

from __future__ import annotations

import re
from importlib import resources
from typing import Final

# What has no printed form: controls, soft hyphen, zero-width and directional marks, lone surrogates.
_UNPRINTED = (
    *range(0x00, 0x09),
    *range(0x0E, 0x20),
    *range(0x7F, 0xA0),
    0xAD,
    0x34F,
    0x61C,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xD800, 0xE000),
    *range(0xFDD0, 0xFDF0),
    0xFEFF,
    0xFFFE,
    0xFFFF,
)
_CONTROLS: dict[int, str | None] = {
    **dict.fromkeys(_UNPRINTED),
    **dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n"),
}
# Nearly no text holds any of them: to look is far cheaper than to translate.
_HAS_CONTROLS = re.compile("[" + "".join(map(chr, _CONTROLS)) + "]")
# Full-width letters and digits; the marks (，！？（） …) are the article's own and stay.
_WIDTH = {
    code: chr(code - 0xFEE0)
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


_IS_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")


def strip_controls(text: str) -> str:
    """Remove what has no printed form; tabs and line feeds stay, other line ends become line feeds.

    >>> strip_controls("公\\x00园\\u200b里")
    '公园里'
    """
    return text.translate(_CONTROLS) if _HAS_CONTROLS.search(text) else text


def normalise_space(text: str) -> str:
    """One paragraph a line: no indent, no empty line, one space for a run of any white space.

    >>> normalise_space("　　图书馆\\u00a0\\u00a0开门了。\\r\\n\\r\\n\\t读者  很多。 ")
    '图书馆 开门了。\\n读者 很多。'
    """
    lines = (" ".join(line.split()) for line in strip_controls(text.replace("\r", "\n")).split("\n"))
    return "\n".join(line for line in lines if line)


def fold_width(text: str) -> str:
    """Full-width letters and digits become half-width; marks stay as the article has them.

    >>> fold_width("２０１９年，ＡＢＣ公园（东门）")
    '2019年，ABC公园（东门）'
    """
    return text.translate(_WIDTH) if _IS_WIDE.search(text) else text


# What pages print around an article for its reader to press.
BUTTONS: Final = frozenset(
    resources.files("pipelines").joinpath("data", "buttons.txt").read_text(encoding="utf-8").split()
)
_WORD = re.compile("\\w+")
# Whole lines that speak of the page and not of the matter. No pattern may span a sentence's end unnoticed.
_NOTICE = re.compile(
    "|".join(
        (
            "[（(【]?(?:长按|扫描|扫一扫|扫码|微信扫|请扫|用微信扫|打开微信)[^。]{0,60}",
            "[（(【]?点击(?:进入|查看|图片|关注|下载|阅读|这里|此处|[上下]方|左下角)[^。]{0,40}",
            "(?:相关|推荐|延伸|更多|热门)(?:阅读|新闻|链接|推荐|文章|报道)[:：>》][^。]{0,60}",
            "更多(?:精彩|内容|新闻|资讯|详情|报道)[^。]{0,60}",
            "(?:欢迎|敬请|记得|快来|请)(?:关注|订阅|搜索)[^。]{0,30}"
            "(?:公众号|微信|微博|客户端|APP|App|频道)[^。]{0,40}。?",
            "(?:下载|打开)[^。]{0,20}(?:客户端|APP|App)[^。]{0,40}",
            "[（(【]?(?:免责声明|版权声明|特别声明|郑重声明|广告声明|声明|风险提示|特别提示)[:：】].{0,600}",
            "(?:版权所有|©|Copyright).{0,200}",
            "(?:此|本|该|以上)(?:内容|文|稿|作品)(?:为|系|由)[^，。]{1,30}(?:原创|独家)"
            "[^，。]{0,10}[，,。][^。]{0,60}(?:著作权|版权|授权|许可|转载).{0,200}",
            "(?:本文|文章|稿件|(?:以上|此)?内容|图文|作品)?的?(?:著作权|版权)(?:均|全部)?归[^，。]{1,30}所有.{0,200}",
            "[*＊]?本文[^。]{0,40}授权[^。]{0,40}(?:发表|发布|转载|刊发|刊登)[^。]{0,60}。?(?:转载.{0,200})?",
            "[（(*＊]?(?:本文|本稿|文章|以上内容|以上文章)[^。]{0,30}(?:不代表|仅代表|仅供参考)"
            "[^。]{0,60}。?[^。]{0,60}。?[）)]?",
            "凡?(?:本网|本站|本报|本刊)?注明.{0,10}来源.{0,400}",
            "(?:未经[^。]{0,20}(?:授权|许可|允许)|转载请|如需转载|欢迎转载)[^。]{0,120}。?",
            "[（(]?(?:原标题|原题|原题为)[:：《].{0,100}",
            "[（(]?(?:本文|文中)?(?:图片|配图|封面图?|题图)(?:均|都|皆)?(?:来源|来自|源自|源)[:：/]?[^。]{0,40}",
            "(?:关键词|关键字|标签|Tags?|TAG|(?:相关)?热词)(?:阅读|搜索)?[:：][^。]{0,80}",
            "[^。]{0,20}(?:这|此|本|该)(?:篇|条)?(?:文章|新闻|内容|文)[^。]{0,6}(?:感受|心情|感觉)(?:是|如何)?"
            "[:：？?] ?(?:\\w{1,4} ){1,12}\\w{1,4}",
            "(?:报料|爆料|新闻热线|商务合作|举报电话|联系电话|联系邮箱|投稿邮箱"
            "|(?:记者|作者|编辑)(?:的?联系)?(?:方式|电话|邮箱|微信号?))[:：][^。]{0,80}",
            "[^。]{2,30}[，,] ?尽在[^。，]{2,16}",
            '[^。，]{0,12}(?:点个?|点亮|点击|右下角)[“"「]?(?:在看|好看|赞)[”"」]?[^。，]{0,20}',
            "[（(]?(?:完|全文完|未完待续|END|The End)[）)]",
            "[-—–·* ]{0,9}(?:全文完|END|The End)[-—–·* ]{0,9}",
            "(?:[【(（]\\d{1,2}[】)）]){2,30}",
        )
    )
)
_OTHER_MATTER = re.compile(
    "[【\\[]?(?:(?:相关|相關|推荐|推薦|延伸|热门|熱門|更多|精彩|最新)"
    "(?:阅读|閱讀|新闻|新聞|链接|鏈接|連結|文章|推荐|推薦|报道|報道|专题|內容|内容)"
    "|猜你喜欢|为你推荐|往期回顾|编辑推荐|大家都在看)[】\\]]?[:：>》]{0,2}"
)
_LONGEST_NOTICE = 700
_LONGEST_LINK = 60
_FURNISHED_HEAD = 4  # lines at the head of a body that may be furniture
_FURNISHED_TAIL = 15


def is_boilerplate(line: str) -> bool:
    """Is this whole line the page's furniture, and no text of the article?

    >>> lines = ("分享到：微信 微博", "扫描二维码关注我们", "相关阅读：公园夜市", "扫码借书，读者少排队。")
    >>> [is_boilerplate(line) for line in lines]
    [True, True, True, False]
    """
    line = line.strip()
    if not line or len(line) > _LONGEST_NOTICE:
        return not line
    words = (word[0] for word in _WORD.finditer(line) if not word[0].isdigit())
    if next(words, None) in BUTTONS and all(word in BUTTONS for word in words):
        return True
    return _NOTICE.fullmatch(line) is not None or not any(character.isalnum() for character in line)


def opens_other_matter(line: str) -> bool:
    """Is this the heading of a list of other articles?

    >>> [opens_other_matter(line) for line in ("相关新闻", "推荐阅读：", "相关新闻报道了公园。")]
    [True, True, False]
    """
    return _OTHER_MATTER.fullmatch(line.strip()) is not None


def drop_boilerplate(body: str) -> str:
    """Drop the lines at the head and the tail of a body that are no text of the article.

    A heading of other matter near the end goes with the links below it, if these are no sentences.

    >>> drop_boilerplate("分享到：微信\\n公园开放了。\\n游人很多。\\n更多精彩内容请下载客户端")
    '公园开放了。\\n游人很多。'
    """
    lines = body.split("\n")
    first, behind = 0, len(lines)
    while first < min(behind, _FURNISHED_HEAD) and is_boilerplate(lines[first]):
        first += 1
    last_lines = range(max(first, len(lines) - _FURNISHED_TAIL), len(lines))
    for number in filter(lambda number: opens_other_matter(lines[number]), last_lines):
        if all(len(line) <= _LONGEST_LINK and "。" not in line for line in lines[number:]):
            behind = number
            break
    while behind > max(first, len(lines) - _FURNISHED_TAIL) and is_boilerplate(lines[behind - 1]):
        behind -= 1
    return "\n".join(lines[first:behind])


_SERIES = re.compile(
    "\\s*(?:[【〔]([^【】〔〕]{2,12})[】〕]|([\u3400-\u9fff0-9A-Za-z·]{2,10}?)\\s*[｜|丨︱│])\\s*\\S"
)


def series_of(title: str) -> str | None:
    """The series label of a title; the title itself keeps it.

    >>> [series_of(title) for title in ("【社区论坛】把书送到家门口", "晨光网评 | 小公园", "小公园")]
    ['社区论坛', '晨光网评', None]
    """
    found = _SERIES.match(title)
    return (found[1] or found[2]).strip() if found else None
