"""The guard before every request: an address of the site's hosts, or no request at all.

Links, redirects, robots.txt and further pages all pass here, whoever asks for them. A page's word never
leads anywhere else; what a site's own names resolve to is judged by `crawler.safety.resolver`.
"""

from __future__ import annotations

from typing import Self
from urllib.parse import ParseResult

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.safety.addresses import Allowed, is_public, kind_of, literal
from crawler.sites.base import Site


class ForbiddenAddress(IgnoreRequest):
    """An address that no page may lead us to; the message says which and why."""


def why_forbidden(parts: ParseResult, site: Site, allowed: Allowed) -> str | None:
    """Why nothing is fetched from the address ``parts`` in a crawl of ``site``; None where it may be.

    A site's declaration is code of ours, no page's word: where it names ``localhost`` or an address as its
    very host, it may be a private one, as ``allowed`` (ALLOWED_PRIVATE_HOSTS) makes others.
    """
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme}: is not fetched"
    host = parts.hostname or ""
    if "@" in parts.netloc or "\\" in parts.netloc:
        return f"the address of {host} holds more than a host and a port"
    address = literal(host)
    what = kind_of(address) if address and not is_public(address) else None
    if not site.owns(parts.geturl()):
        return f"{host} is {what or f'no host of {site.label}'}"
    if what and parts.netloc.lower() not in site.hosts and not allowed.allows(host, address):
        return f"{host} is {what} - name it in ALLOWED_PRIVATE_HOSTS, if that is right"
    return None


class GuardMiddleware:
    """Downloader middleware, the first of all: raises `ForbiddenAddress` for what is not the site's."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.allowed = Allowed.parse(crawler.settings.getlist("ALLOWED_PRIVATE_HOSTS"))
        self._passed: set[tuple[str, str]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let the request pass, or raise `ForbiddenAddress`."""
        parts = urlparse_cached(request)
        origin = (parts.scheme, parts.netloc)
        if origin in self._passed:
            return
        why = why_forbidden(parts, self.crawler.spider.site, self.allowed)  # type: ignore[union-attr]
        if why:
            self.crawler.stats.inc_value("safety/forbidden")
            raise ForbiddenAddress(why)
        self._passed.add(origin)
