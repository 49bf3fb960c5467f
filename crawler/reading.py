"""From a response to its article, whole and refined: the work of a crawl that needs no network."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.filing import file_article
from crawler.reader import join_pages, locate_page
from crawler.reader.pages import MAX_ARTICLE_PAGES
from crawler.sites import know_sites
from crawler.sites.base import Column, Site
from pipelines.errors import Refusal
from pipelines.items import Article, Page
from pipelines.refine import refine


@dataclass(frozen=True, slots=True)
class Received:
    """One page of an article as it came: ``body`` are its bytes, ``url`` the address that answered.

    ``page`` and ``column`` say for whose sake it was fetched. ``parts`` and ``urls`` are the article's pages
    before this one: as located, and their addresses.
    """

    url: str
    body: bytes = field(repr=False)
    content_type: str | None
    status: int
    page: Page
    column: Column | None
    parts: tuple[Article, ...] = field(default=(), repr=False)
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page gave: a whole article, or with ``next_page`` the parts of one that goes on there.

    ``refusal`` says why the whole article is not worth keeping.
    """

    parts: tuple[Article, ...]
    next_page: str | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ArticleReader:
    """Reads the articles of one site; what it gives is refined, or left to the item pipelines."""

    site: Site
    refines: bool = True

    def read(self, received: Received) -> Reading:
        """The article of a page, joined with the pages before.

        Raises a `Refusal` where the page holds none.
        """
        located = locate_page(
            received.body,
            received.url,
            content_type=received.content_type,
            site=self.site,
            status=received.status,
        )
        parts, urls = (*received.parts, located.article), (*received.urls, received.url)
        file_article(parts[0], received.page, received.column)
        if located.next_page and located.next_page not in urls and len(urls) < MAX_ARTICLE_PAGES:
            return Reading(parts, located.next_page)
        article = join_pages(parts[0], parts[1:])
        if self.refines:
            try:
                refine(article)
            except Refusal as refusal:
                return Reading((article,), refusal=refusal)
        return Reading((article,))


# In a process that reads for a crawl; it knows no Scrapy, nor does anything that is imported here.
_own: ArticleReader


def prepare(context: tuple[dict[str, Site], ArticleReader]) -> None:
    """Make this process one that reads: for the crawl with these sites and this reader."""
    global _own
    sites, _own = context
    know_sites(sites)


def read_or_refuse(received: Received) -> Reading | Refusal:
    """What a page gave to the reader of this process."""
    try:
        return _own.read(received)
    except Refusal as refusal:
        return refusal
