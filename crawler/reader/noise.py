"""Boxes that are no part of an article, known by the names that their makers give them."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.reader.document import Document

_WORD = re.compile(r"[A-Z]*[a-z]+|[A-Z]+")
_LONGEST_NAME = 200
_BOXES_NAMES = """
    ad ads adv advert advertisement adbox banner gg guanggao aside sidebar side sider rightbar
    breadcrumb breadcrumbs crumb crumbs crumbnav daohang nav navbar navigation menu topbar comment
    comments cmt commentlist pinglun reply replies tie gentie changyan disqus copyright copyrights
    banquan disclaimer shengming mianze statement declare dialog layer mask modal popup toast tooltip
    tips download app appdown appdownload openapp footer foot bottomnav footernav friendlink links hot
    hots hotnews rank ranking ranklist paihang login register more moreread readmore pager
    pagination pagenav fenye qr qrcode ewm erweima weixin wechat wx recommend recommends
    recommended recom recommendation tuijian rec guess like likes love zan digg praise relate related
    relates relation relative xiangguan xgxw xg share shares sharebox bdshare bdsharebuttonbox sharebar
    fenxiang sns jiathis social subscribe follow guanzhu tag tags label keyword keywords toolbar tool
    tools vote survey search
"""
_BOXES = frozenset(_BOXES_NAMES.split())
# Long enough to be told from other words even where they begin a compound.
_STEM = re.compile(
    r"(?:comment(?!ary)|pinglun|fenxiang|share(?!holder)|relate|recommend|tuijian|copyright|qrcode|sidebar"
    r"|footer|guanggao|advert|breadcrumb)|(?:top|btm|bottom|foot)(?:share|bar)$"
)
_BOX_TAGS = frozenset(("nav", "footer", "aside"))


class Noise:
    """Which elements of a page are boxes beside the article; worked out once for each element."""

    def __init__(self, document: Document, title: int | None) -> None:
        self._document = document
        self._title = title
        self._known: dict[int, bool] = {-1: False, 0: False}

    def clear(self, element: int) -> None:
        """Declare an element to be the article's own, whatever its name."""
        inside = range(element, self._document.ends[element])
        self._known = {known: box for known, box in self._known.items() if known not in inside}
        self._known[element] = False

    def __contains__(self, element: int) -> bool:
        """Whether an element is such a box or stands in one. What holds the title is never one."""
        path = []
        while element not in self._known:
            path.append(element)
            element = self._document.parents[element]
        inside = self._known[element]
        for inner in reversed(path):
            inside = inside or self._is_box(inner)
            self._known[inner] = inside
        return inside

    def _is_box(self, element: int) -> bool:
        if self._title is not None and self._document.holds(element, self._title):
            return False
        if self._document.tags[element] in _BOX_TAGS:
            return True
        attributes = self._document.nodes[element].attributes
        names = (attributes.get("id"), attributes.get("class"))
        # A common sharing tool: bshare-… are its buttons, BSHARE_POP is the text that may be shared.
        return any("bshare-" in name or _names_a_box(name[:_LONGEST_NAME]) for name in names if name)


@lru_cache(maxsize=4096)  # the pages of a site have the same names
def _names_a_box(name: str) -> bool:
    words = map(str.lower, _WORD.findall(name))
    return any(word in _BOXES or _STEM.match(word) for word in words)
