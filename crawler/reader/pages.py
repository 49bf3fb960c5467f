"""Articles that run over several pages: the next page, and the whole from its pages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.reader.address import absolute, page_number, same_article
from crawler.reader.document import Parsed, squeeze
from crawler.sites.base import Site
from pipelines.items import Article

_NEXT = re.compile(r"(?:下一?[页頁]|余下全文|餘下全文|阅读全文)\s?[>»›]{0,2}")
# A site that counts its pages from nought calls the second one 1.
_LINKS = (
    'a:is([href*="_{following}"], [href*="-{following}"], [href*="_{before}."], [href*="-{before}."],'
    ' [href*="page={following}"])'
)
_LONGEST = 40
# What looks like more pages of one article than this is a calendar or a gallery of the whole site.
MAX_ARTICLE_PAGES = 50
_NUMBERED = re.compile(r"[\[【(（]?\s?(\d{1,3})\s?[\]】)）]?")


def next_article_page(parsed: Parsed, site: Site | None) -> str | None:
    """The address of the article's next page, or None on its last.

    Read from the layouts' selectors, from a link reading 下一页, or from the numbers 【1】【2】【3】; only an
    address that differs from this one by a page number counts: 下一页 may also mean the next article.
    """
    url = parsed.url
    following = (page_number(url) or 1) + 1
    own = [layout.next_page for layout in site.layouts if layout.next_page] if site else []
    numbered: dict[int, str] = {}
    for selector in [*own, _LINKS.format(before=following - 1, following=following)]:
        for node in parsed.tree.css(selector):
            words = squeeze(node.text()[:_LONGEST])
            number = _NUMBERED.fullmatch(words)
            if number is None and selector not in own and not _NEXT.fullmatch(words):
                continue
            address = absolute(node.attributes.get("href"), url)
            if address is None or not same_article(address, url):
                continue
            if number is None:
                return address
            numbered.setdefault(int(number[1]), address)
    return numbered.get(following)


def join_pages(first: Article, further: Iterable[Article]) -> Article:
    """The whole article: the first page's, with the bodies, pictures and lines of the further pages added."""
    for page in further:
        first.body = f"{first.body}\n{page.body}"
        first.images += [image for image in page.images if image not in first.images]
        first.lines += [line for line in page.lines if line not in first.lines]
    return first
