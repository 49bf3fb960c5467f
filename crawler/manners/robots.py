"""robots.txt as RFC 9309 asks: nothing is fetched from a host before its rules are known.

Scrapy's own middleware lets requests through that wait while robots.txt is loading, and reads a robots.txt
that answers 5xx as "all is allowed" (seen in Scrapy 2.19).
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Self

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured, StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.failures import reason_of
from crawler.manners.guest import ROBOTS_OF, put_back, take_note
from crawler.manners.hosts import HostLeft, Hosts

logger = logging.getLogger(__name__)

# RFC 9309, 2.5: a crawler must read at least 500 KiB.
MAX_BYTES = 512 * 1024
# RFC 9309, 2.4: rules should not be used for longer than a day.
MAX_AGE = 86_400.0
# A robots.txt said to be larger is not begun; one unpacked is no larger.
MAX_DECLARED_BYTES = 32 * 1024 * 1024

DISALLOW_ALL = Protego.parse("User-agent: *\nDisallow: /")


class ForbiddenByRobots(IgnoreRequest):
    """The host's robots.txt forbids this address, or could not be had."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one host, until ``expires_at``; ``has_pace`` where they name a delay or a rate."""

    robots: Protego
    expires_at: float
    has_pace: bool = False
    why: str = "forbidden by robots.txt"


class RobotsMiddleware:
    """Downloader middleware: holds every request until its host's robots.txt is known, then obeys it.

    A request that met unknown rules takes its turn again once they are there. Where they can not be had
    (5xx, 429, no answer) it waits in the queue for the end of a pause of the host, and then asks again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.hosts = Hosts.of(crawler)
        self.user_agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.delay: float = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self.delay_max: float = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        self._rules: dict[str, Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in; switched off by ``ROBOTSTXT_OBEY=False``."""
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler)

    async def process_request(self, request: Request) -> Request | None:
        """Let the request pass, put it back into the queue, or raise `ForbiddenByRobots`."""
        if request.meta.get("dont_obey_robotstxt"):
            return None
        parts = urlparse_cached(request)
        rules = self._rules.get(f"{parts.scheme}://{parts.netloc}")
        if rules is None or rules.expires_at < time.monotonic():
            await self._load(f"{parts.scheme}://{parts.netloc}")
            return put_back(request)
        if not rules.robots.can_fetch(request.url, self.user_agent):
            self.crawler.stats.inc_value("robotstxt/forbidden")
            raise ForbiddenByRobots(rules.why)
        if rules.has_pace:
            request.meta["autothrottle_dont_adjust_delay"] = True
        return None

    async def _load(self, host: str) -> None:
        asked_at = time.monotonic()
        async with self._locks.setdefault(host, asyncio.Lock()):
            known = self._rules.get(host)
            # Another request may have fetched them while this one waited for the lock.
            if known is None or known.expires_at < asked_at:
                rules = await self._fetch(f"{host}/robots.txt")
                if rules:
                    self._rules[host] = rules

    async def _fetch(self, url: str) -> Rules | None:
        """The rules at ``url``; None where they can not be had for now."""
        request = Request(
            url,
            priority=1000,
            meta={
                "dont_obey_robotstxt": True,
                "dont_retry": True,
                # RFC 9309, 2.3.1.2: a robots.txt may be redirected, also to another host.
                "allow_offsite": True,
                "download_maxsize": MAX_DECLARED_BYTES,
                ROBOTS_OF: url,
            },
            callback=NO_CALLBACK,
        )
        name = urlparse_cached(request).hostname or ""
        received = 0

        def stop_when_enough(data: bytes, request: Request) -> None:
            nonlocal received
            if request.meta.get(ROBOTS_OF) == url:
                received += len(data)
                if received > MAX_BYTES:
                    raise StopDownload(fail=False)

        self.crawler.signals.connect(stop_when_enough, signal=signals.bytes_received)
        try:
            response = await self.crawler.engine.download_async(request)
        except HostLeft:
            return None
        except IgnoreRequest as error:
            # By our own decision: it leads to another site, or is larger than anybody should take.
            logger.error("%s: %s - nothing is fetched from this host", url, error)
            return Rules(DISALLOW_ALL, time.monotonic() + MAX_AGE, why="its robots.txt could not be had")
        except Exception as error:
            self.hosts.failed(name, f"robots.txt: {reason_of(error)}", is_first=True)
            return None
        finally:
            self.crawler.signals.disconnect(stop_when_enough, signal=signals.bytes_received)
        take_note(self.hosts, name, response)
        return self._rules_of(response, name)

    def _rules_of(self, response: Response, name: str) -> Rules | None:
        if response.status >= 500 or response.status == 429:
            return None
        # RFC 9309, 2.3.1.3: what is not there forbids nothing.
        text = rules_text(response.body) if response.status < 300 else ""
        robots = Protego.parse(text)
        pace = pace_of(robots, self.user_agent)
        if pace > self.delay:
            self._slow_down(name, pace)
        return Rules(robots, time.monotonic() + MAX_AGE, has_pace=pace > self.delay)

    def _slow_down(self, name: str, pace: float) -> None:
        """Ask the host no faster than every ``pace`` seconds, nor slower than ``CRAWL_DELAY_MAX``."""
        delay = min(pace, max(self.delay_max, self.delay))
        what = f"robots.txt asks for {pace:g} seconds between requests"
        logger.info("%s: %s%s", name, what, "" if delay == pace else f", it is given {delay:g}")
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(name)
        # Scrapy forgets a host's slot after a minute without requests, and makes a new one by its settings.
        settings = downloader.per_slot_settings.setdefault(name, {})
        settings["delay"] = max(delay, float(settings.get("delay", 0.0)))
        if slot:
            slot.delay = settings["delay"]


def rules_text(body: bytes) -> str:
    """The text of a robots.txt, no more of it than `MAX_BYTES`, and no line that is cut off.

    >>> rules_text("\\ufeffUser-agent: *".encode())
    'User-agent: *'
    >>> len(rules_text(b"Disallow: /a\\n" * 100_000)) < MAX_BYTES
    True
    """
    if len(body) > MAX_BYTES:
        body = body[:MAX_BYTES].rpartition(b"\n")[0]
    return body.decode("utf-8-sig", errors="ignore")


def pace_of(robots: Protego, user_agent: str) -> float:
    """The seconds between requests that a robots.txt asks for, by Crawl-delay or Request-rate; 0: none.

    >>> pace_of(Protego.parse("User-agent: *\\nCrawl-delay: 2.5"), "luntan")
    2.5
    >>> pace_of(Protego.parse("User-agent: *\\nCrawl-delay: 2\\nRequest-rate: 1/10s"), "luntan")
    10.0
    >>> pace_of(Protego.parse("User-agent: other\\nCrawl-delay: 9"), "luntan")
    0.0
    """
    rate = robots.request_rate(user_agent)
    return max(robots.crawl_delay(user_agent) or 0.0, rate.seconds / rate.requests if rate else 0.0)
