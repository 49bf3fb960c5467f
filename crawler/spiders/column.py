"""The one spider: column pages to articles, for any site."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.rows import now
from archive.store import Archive
from archive.visits import Kept
from crawler.failures import reason_of
from crawler.filing import joined_sha256
from crawler.manners.hosts import HostLeft, Hosts
from crawler.reader import ListPage, read_list
from crawler.readers import Readers
from crawler.reading import Received
from crawler.sites import get_columns, get_site
from crawler.sites.base import Column, Site
from crawler.spiders.walk import Walk
from pipelines.errors import Challenge, NotAnArticle, Refusal, SoftNotFound
from pipelines.items import Article, Page

MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)

Yielded = Request | Article | Page


class ColumnSpider(Spider):
    """Crawls columns of a site: ``scrapy crawl column -a site=rmlt -a column=dangjian,marx``.

    Every list page is read, the next one only while new articles appear (``full=1`` walks all), every
    article that the archive does not know is fetched once. What an earlier run found and did not
    finish comes first; last come the articles that are due to be looked at again, but not in a run
    with a limit. ``pages`` bounds the list pages of a column, ``limit`` the articles of the run.
    """

    name = "column"
    archive_path: str
    hosts: Hosts
    most_list_pages: int
    readers: Readers

    def __init__(
        self,
        site: str | Site = "",
        column: str = "",
        pages: str | int = 0,
        limit: str | int = 0,
        full: str | bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.site = site if isinstance(site, Site) else get_site(site)
        self.columns = get_columns(self.site, tuple(filter(None, column.split(","))))
        self.max_pages = int(pages)
        self.limit = int(limit)
        self.full = str(full).lower() in ("1", "true", "yes")
        self.site_name = self.site.name
        self.arguments = {
            "columns": [chosen.slug for chosen in self.columns],
            "pages": self.max_pages,
            "limit": self.limit,
            "full": self.full,
        }
        self.walks: defaultdict[str, Walk] = defaultdict(Walk)
        self.requested = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's way in; the archive answers what is known already."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.archive_path = crawler.settings["ARCHIVE_PATH"]
        spider.hosts = Hosts.of(crawler)
        spider.most_list_pages = crawler.settings.getint("CRAWL_MAX_LIST_PAGES")
        spider.readers = Readers.from_crawler(crawler, spider.site)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """First what is unfinished, then the first list page of each column, then what is due again."""
        self.memory = Archive.open(self.archive_path)
        by_slug = {column.slug: column for column in self.columns}
        for url, kind, slug, tries in self.memory.pages.unfinished(self.site.name, by_slug):
            if kind == "list":
                yield self.list_request(url, by_slug[slug], 1)
            else:
                kept = self.memory.pages.kept(url)
                for request in self.article_requests([url], by_slug[slug], kept and kept.found_on):
                    # What failed before comes last: it must not pass for a host that refuses everything.
                    yield request.replace(priority=-1) if tries else request
        for column in self.columns:
            yield self.list_request(column.url, column, 1)
        if self.limit:
            return
        for due in self.memory.pages.due(self.site.name, list(by_slug)):
            # A few at a time: the archive may hold more of them than the memory.
            while self._has_waiting():
                await self.crawler.signals.wait_for(signals.scheduler_empty)
            yield self._recheck_request(due, by_slug[due.column])

    def _has_waiting(self) -> bool:
        scheduler = self.crawler.engine.scheduler
        return scheduler is not None and scheduler.has_pending_requests()

    def closed(self, reason: str) -> None:
        """Close the reading side of the archive, and end the readers."""
        self.readers.close()
        if hasattr(self, "memory"):
            self.memory.close()

    # --- list pages ----------------------------------------------------------------------------

    def list_request(self, url: str, column: Column, number: int) -> Request:
        """The request of a column's ``number``-th list page: unconditional, when all are to be walked."""
        kept = None if self.full else self.memory.pages.kept(url)
        return Request(
            url,
            self.parse_list,
            errback=self.list_failed,
            headers=_conditions(kept),
            meta={"page": (url, 1), "handle_httpstatus_list": [304]},
            cb_kwargs={"column": column, "number": number},
        )

    def parse_list(self, response: Response, column: Column, number: int) -> Iterator[Yielded]:
        """A list page to its new articles and, while there are any, to the next list page."""
        url: str = response.meta["page"][0]
        page = self._page(url, response, column, kind="list", state="fetched")
        if response.status == 304:
            yield page
            return
        try:
            found = read_list(response.body, response.url, self.site, content_type=_content_type(response))
        except Refusal as refusal:
            yield self._list_without_links(page, refusal.reason)
            return
        if not found.links:
            yield self._list_without_links(page, "NoLinks: the page names no article of the site")
            return
        known = self.memory.pages.known(found.links)
        page.links = [link for link in found.links if link not in known]
        page.next_page = self._next_list(found, page, column, number)
        yield page
        yield from self.article_requests(page.links, column, url)
        if page.next_page and not self._is_at_limit() and not self._is_walked_enough(page, column):
            yield self.list_request(page.next_page, column, number + 1)

    def _next_list(self, found: ListPage, page: Page, column: Column, number: int) -> str | None:
        """The next list page, where there is one worth looking at."""
        walk = self.walks[column.slug]
        repeats = walk.repeats(page.url, found.links)
        if found.next_page is None or (self.max_pages and number >= self.max_pages):
            return None
        if repeats or walk.has_seen(found.next_page):
            self.logger.info("%s names what an earlier list page did: the column ends here", page.url)
            return None
        return found.next_page if self.full or page.links else None

    def _is_walked_enough(self, page: Page, column: Column) -> bool:
        if self.max_pages or self.walks[column.slug].length < self.most_list_pages:
            return False
        self.logger.warning(
            "%s: %d list pages are enough for one run (CRAWL_MAX_LIST_PAGES); the next one goes on with %s",
            *(column.slug, self.most_list_pages, page.next_page),
        )
        return True

    def list_failed(self, failure: Failure) -> Iterator[Page]:
        """A list page that did not come."""
        if isinstance(failure.value, HostLeft):
            return
        request: Request = failure.request  # type: ignore[attr-defined]
        page = self._failed_page(failure, request.meta["page"][0], request.cb_kwargs["column"], "list")
        yield self._list_without_links(page, page.reason or "")

    def _list_without_links(self, page: Page, reason: str) -> Page:
        self.crawler.stats.inc_value("column/lists_failed")
        self.logger.error(
            "%s/%s: %s gave no articles: %s - is the site's declaration still right?",
            *(self.site.name, page.column, page.url, reason),
        )
        return replace(page, state="failed", reason=reason, etag=None, last_modified=None)

    # --- articles ------------------------------------------------------------------------------

    def article_requests(self, urls: list[str], column: Column, found_on: str | None) -> Iterator[Request]:
        """The requests of article pages, no more than ``limit`` in the whole run."""
        for url in urls:
            if self._is_at_limit():
                return
            self.requested += 1
            yield self._article_request(url, {"url": url, "column": column, "found_on": found_on})

    def _recheck_request(self, kept: Kept, column: Column) -> Request:
        context = {"url": kept.url, "column": column, "found_on": kept.found_on, "kept": kept}
        return self._article_request(kept.url, context).replace(priority=-1)

    def _article_request(self, address: str, context: dict[str, Any]) -> Request:
        return Request(
            address,
            self.parse_article,
            errback=self.article_failed,
            headers=_conditions(context.get("kept")),
            # Redirects are followed by hand: where one leads decides what becomes of the address.
            meta={
                "dont_redirect": True,
                "handle_httpstatus_list": [*REDIRECTS, 304],
                "page": (context["url"], 1),
            },
            cb_kwargs=context,
            priority=1,
        )

    async def parse_article(
        self,
        response: Response,
        url: str,
        column: Column,
        found_on: str | None,
        hops: int = 0,
        kept: Kept | None = None,
    ) -> AsyncIterator[Yielded]:
        """An article's page to an `Article`, to its further pages, or to a page with the reason why not.

        With ``kept`` the article is looked at again: nothing is read of a page that is as it was.
        """
        page = self._page(url, response, column, kind="article", state="stored")
        page.found_on = found_on
        if kept and (response.status == 304 or page.payload_sha256 == kept.payload_sha256):
            yield page
            return
        if response.status in REDIRECTS:
            for followed in self._redirected(response, page, column, hops, kept):
                yield followed
            return
        received = _received(response, page, column)
        try:
            result = await self._article_or_more(received, kept)
        except Refusal as refusal:
            result = self._refused(page, refusal, kept)
        yield result

    async def parse_more(
        self, response: Response, before: Received, parts: tuple[Article, ...]
    ) -> AsyncIterator[Yielded]:
        """A further page of an article, added to what was read before."""
        first, urls = before.page, (*before.urls, before.url)
        # The validators of one page vouch for no other; the digest is that of all.
        digest = joined_sha256(first.payload_sha256 or "", response.body)
        page = replace(first, etag=None, last_modified=None, payload_sha256=digest)
        received = replace(_received(response, page, before.column), parts=parts, urls=urls)
        try:
            result = await self._article_or_more(received, None)
        except Refusal as refusal:
            result = replace(first, state="failed", reason=f"page {len(urls) + 1}: {refusal.reason}")
        yield result

    def article_failed(self, failure: Failure) -> Iterator[Page]:
        """An article's page that did not come: gone, forbidden, or to be tried again."""
        if isinstance(failure.value, HostLeft):
            # Found it was and found it stays, for the next run.
            return
        request: Request = failure.request  # type: ignore[attr-defined]
        context = request.cb_kwargs
        if before := context.get("before"):
            context = {"url": before.page.url, "column": before.column}
        page = self._failed_page(failure, context["url"], context["column"], "article")
        yield replace(page, found_on=context.get("found_on"))

    async def _article_or_more(self, received: Received, kept: Kept | None) -> Yielded:
        """The whole article, the request of its next page, or the page with the reason why it is not kept.

        Raises a `Refusal` where the page received holds no article.
        """
        reading = await self.readers.read(received)
        if reading.refusal:
            return self._refused(received.page, reading.refusal, kept)
        self.hosts.read(urlsplit(received.url).hostname or "")
        if reading.next_page is None:
            return reading.parts[0]
        return Request(
            reading.next_page,
            self.parse_more,
            errback=self.article_failed,
            meta={"page": (received.page.url, len(reading.parts) + 1)},
            cb_kwargs={"before": received, "parts": reading.parts},
            priority=2,
            dont_filter=True,
        )

    def _redirected(
        self, response: Response, page: Page, column: Column, hops: int, kept: Kept | None
    ) -> Iterator[Request | Page]:
        location = (response.headers.get("Location") or b"").decode("utf-8", "replace")
        address = self.site.article_url(location, response.url)
        if address is None or urljoin(response.url, location) == response.url:
            where = f"{location!r}, no article of {self.site.label}" if address is None else "itself"
            yield self._refused(page, NotAnArticle(page.url, f"it redirects to {where}"), kept)
        elif hops >= MAX_REDIRECTS:
            yield self._refused(page, NotAnArticle(page.url, f"more than {MAX_REDIRECTS} redirects"), kept)
        elif address == page.url:
            # The same article under another scheme or host.
            context = {"url": page.url, "column": column, "found_on": page.found_on, "hops": hops + 1}
            target = urljoin(response.url, location)
            yield self._article_request(target, context | {"kept": kept}).replace(dont_filter=True)
        else:
            yield replace(page, state="fetched", reason=f"moved to {address}", links=[address])
            context = {"url": address, "column": column, "found_on": page.url, "hops": hops + 1}
            yield self._article_request(address, context)

    # --- pages ---------------------------------------------------------------------------------

    def _is_at_limit(self) -> bool:
        return bool(self.limit) and self.requested >= self.limit

    def _refused(self, page: Page, refusal: Refusal, kept: Kept | None) -> Page:
        kind = type(refusal).__name__
        if isinstance(refusal, Challenge):
            # A wall before the host's pages, not a property of this one.
            self.hosts.challenged(urlsplit(page.url).hostname or "", refusal.reason)
            page = replace(page, state="failed", reason=refusal.reason)
            return self._not_come(page, is_kept=kept is not None)
        if kept and isinstance(refusal, SoftNotFound | NotAnArticle):
            # Where an article stood there is none any more, whatever the status says.
            self.crawler.stats.inc_value("column/gone")
            return replace(page, state="gone", reason=refusal.reason)
        self.crawler.stats.inc_value(f"column/refused/{kind}")
        return replace(page, state="refused", reason=refusal.reason)

    def _page(self, url: str, response: Response, column: Column, **values: Any) -> Page:
        return Page(
            url=url,
            site=self.site.name,
            column=column.slug,
            status=response.status,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            fetched_at=now(),
            payload_sha256=_digest(response.body),
            **values,
        )

    def _failed_page(self, failure: Failure, url: str, column: Column, what: Any) -> Page:
        error = failure.value
        request: Request = failure.request  # type: ignore[attr-defined]
        page = Page(url, what, "failed", self.site.name, column.slug, fetched_at=now())
        page.reason = reason_of(error)
        if isinstance(error, HttpError):
            page.status = error.response.status
            page.state = "gone" if page.status in (404, 410) else "failed"
        elif isinstance(error, IgnoreRequest):
            page.state = "refused"
            self.crawler.stats.inc_value(f"column/refused/{type(error).__name__}")
        if request.meta.get("redirect_urls"):
            page.reason = f"redirected to {request.url}: {page.reason}"
        return self._not_come(page, is_kept=request.cb_kwargs.get("kept") is not None)

    def _not_come(self, page: Page, *, is_kept: bool) -> Page:
        if page.state == "failed" and is_kept:
            # No loss: the article is kept, and looked at again another day.
            self.crawler.stats.inc_value("column/unanswered")
            self.logger.warning("not looked at again: %s: %s", page.url, page.reason)
            return page
        self.crawler.stats.inc_value(f"column/{page.state}")
        return page


def _received(response: Response, page: Page, column: Column | None) -> Received:
    return Received(response.url, response.body, _content_type(response), response.status, page, column)


def _digest(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()


def _conditions(kept: Kept | None) -> dict[str, str]:
    """The headers that ask for a page only if it differs from the one kept (RFC 9110, 13.1)."""
    if kept is None or kept.payload_sha256 is None:
        return {}
    asked = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified}
    return {name: value for name, value in asked.items() if value}


def _content_type(response: Response) -> str | None:
    return _header(response, "Content-Type")


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
