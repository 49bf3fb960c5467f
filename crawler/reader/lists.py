"""A column's list page: the articles it names and the list page after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from crawler.reader.address import absolute
from crawler.reader.bounds import check_markup
from crawler.reader.decode import decode
from crawler.reader.document import squeeze
from crawler.sites.base import Site

_NEXT = re.compile(r"(?:下一?[页頁]|next(?: page)?)?\s?[>»›]{0,2}", re.I)


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list page says: its articles' canonical addresses in order, and the next list page's."""

    links: list[str]
    next_page: str | None


def read_list(body: bytes, url: str, site: Site, *, content_type: str | None = None) -> ListPage:
    """Read a list page by its site's selectors.

    An article is named once, at its first place. The next page is the one that the site's selector or a
    link reading 下一页 points to, on a host of the site; a numbered address is never guessed.

    Raises Unreadable for what is no page.
    """
    markup = decode(body, url, content_type)
    check_markup(markup, url)
    tree = LexborHTMLParser(markup)
    links: dict[str, None] = {}
    for anchor in tree.css(site.links):
        if article := site.article_url(anchor.attributes.get("href") or "", url):
            links[article] = None
    return ListPage(list(links), _next_page(tree, url, site))


def _next_page(tree: LexborHTMLParser, url: str, site: Site) -> str | None:
    chosen = tree.css(site.next_page) if site.next_page else []
    reading = [anchor for anchor in tree.css("a[href]") if _reads_next(anchor.text())]
    for anchor in [*chosen, *reading]:
        address = absolute(anchor.attributes.get("href"), url)
        if address and address != absolute(url, url) and site.owns(address):
            return address
    return None


def _reads_next(text: str) -> bool:
    if len(text) > 40:
        return False
    words = squeeze(text)
    return bool(words) and _NEXT.fullmatch(words) is not None
