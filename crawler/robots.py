"""robots.txt as RFC 9309 asks: nothing is fetched from a host before its rules are known.

Scrapy's own middleware lets requests through that wait while robots.txt is loading, and reads a robots.txt
that answers 5xx as "all is allowed" (seen in Scrapy 2.19).
"""

from __future__ import annotations

import asyncio
import logging
from typing import Self

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

logger = logging.getLogger(__name__)

# RFC 9309, 2.5: a crawler must read at least 500 KiB.
MAX_BYTES = 512 * 1024

ALLOW_ALL = Protego.parse("")
DISALLOW_ALL = Protego.parse("User-agent: *\nDisallow: /")


class ForbiddenByRobots(IgnoreRequest):
    """The host's robots.txt forbids this address, or could not be had."""


class RobotsMiddleware:
    """Downloader middleware: holds every request until its host's robots.txt is known, then obeys it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.user_agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self._rules: dict[str, Protego] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in; switched off by ``ROBOTSTXT_OBEY=False``."""
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise `ForbiddenByRobots`."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlparse_cached(request)
        host = f"{parts.scheme}://{parts.netloc}"
        rules = self._rules.get(host) or await self._load(host)
        if not rules.can_fetch(request.url, self.user_agent):
            self.crawler.stats.inc_value("robotstxt/forbidden")
            why = "its robots.txt could not be had" if rules is DISALLOW_ALL else "forbidden by robots.txt"
            raise ForbiddenByRobots(why)

    async def _load(self, host: str) -> Protego:
        async with self._locks.setdefault(host, asyncio.Lock()):
            if host not in self._rules:
                self._rules[host] = await self._fetch(f"{host}/robots.txt")
        return self._rules[host]

    async def _fetch(self, url: str) -> Protego:
        request = Request(url, priority=1000, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            logger.error("%s: no answer (%s) - nothing is fetched from this host", url, error)
            return DISALLOW_ALL
        return _rules_of(response)


def _rules_of(response: Response) -> Protego:
    if response.status >= 500:
        logger.error("%s: HTTP %d - nothing is fetched from this host", response.url, response.status)
        return DISALLOW_ALL
    if response.status >= 400:
        return ALLOW_ALL
    return Protego.parse(response.body[:MAX_BYTES].decode("utf-8-sig", errors="ignore"))
