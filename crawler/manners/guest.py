"""The coat between Scrapy and `crawler.manners.hosts`: what answers say of a host's patience."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    CloseSpider,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.web.client import ResponseNeverReceived

from archive.rows import BEIJING
from crawler.failures import reason_of
from crawler.manners.hosts import Host, HostLeft, Hosts
from crawler.manners.identity import is_local
from crawler.manners.retry_after import retry_after
from pipelines.store import StorePipeline

logger = logging.getLogger(__name__)

# A host that says so wants less of us (RFC 6585, 4; RFC 9110, 15.6.4).
PUSHED_BACK = (429, 503)
# It does not want us (RFC 9110, 15.5.2 and 15.5.4; RFC 7725, 3).
REFUSED = (401, 403, 451)
# A request meets so many pauses of its host before it fails; the next run tries it again.
MAX_PUT_BACK = 3
# The key in a request's meta that tells a robots.txt, of which `crawler.manners.robots` takes note.
ROBOTS_OF = "robots_of"


class GuestMiddleware:
    """Downloader middleware: 429 and 503 pause the whole host, repeated refusals end its part of the run."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.hosts = Hosts.of(crawler)
        self.hosts.on_change = self._host_changed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in."""
        guest = cls(crawler)
        crawler.signals.connect(guest.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(guest.spider_idle, signal=signals.spider_idle)
        return guest

    def spider_opened(self, spider: Spider) -> None:
        """Learn which hosts asked an earlier run to be left alone until a time to come."""
        if not self.crawler.settings["CONTACT"] and not is_local(getattr(spider, "allowed_domains", ())):
            logger.warning(
                "no contact is known, the site can not reach you - give one: --contact, LUNTAN_CONTACT"
            )
        if pipeline := self._pipeline():
            for name, not_before, why in pipeline.archive.waiting_hosts():
                self.hosts.wait_until(name, why, datetime.fromisoformat(not_before))

    def spider_idle(self) -> None:
        """End the run under the name of what ended it early."""
        left = self.hosts.left()
        if any(host.not_before is None for host in left):
            raise CloseSpider("refused")
        if left:
            raise CloseSpider("asked_to_wait")

    def process_request(self, request: Request) -> None:
        """Raise `HostLeft` for a host that is asked nothing more."""
        if request.meta.pop("put_back", None):
            request.dont_filter = False
        host = self.hosts.met.get(_name(request))
        if host and host.is_left:
            raise HostLeft(_why_left(host))

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Take note of what an answer says of its host; a request that was pushed back waits its turn."""
        if ROBOTS_OF in request.meta:
            return response
        name = _name(request)
        take_note(self.hosts, name, response, is_first=_is_first(request))
        if response.status not in PUSHED_BACK or request.meta.get("dont_retry"):
            return response
        host = self.hosts.host(name)
        if host.is_left:
            raise HostLeft(_why_left(host))
        times = request.meta.get("pushed_back", 0)
        if times == MAX_PUT_BACK:
            request.meta["dont_retry"] = True
            return response
        again = put_back(request)
        again.priority -= 1
        again.meta["pushed_back"] = times + 1
        return again

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Take note of a host that was not reached, or closed the door."""
        if is_unreached(exception) and ROBOTS_OF not in request.meta:
            self.hosts.failed(_name(request), reason_of(exception), is_first=_is_first(request))

    def _host_changed(self, host: Host) -> None:
        if not host.is_left:
            seconds = host.opens_at - self.hosts.clock()
            logger.warning("%s: %s - it is left in peace for %.0f seconds", host.name, host.why, seconds)
            self.crawler.stats.inc_value("manners/pauses")
            return
        words = _why_left(host)
        logger.warning("%s: %s - its pages wait for the next run", host.name, words)
        kind = "asked_to_wait" if host.not_before else "left"
        self.crawler.stats.set_value(f"manners/{kind}/{host.name}", words)
        if host.not_before and (pipeline := self._pipeline()):
            pipeline.archive.keep_waiting(host.name, _beijing(host.not_before), host.why)

    def _pipeline(self) -> StorePipeline | None:
        pipeline = self.crawler.get_item_pipeline(StorePipeline)
        # Without a run the archive could not be opened, or is another crawl's at the moment.
        return pipeline if isinstance(pipeline, StorePipeline) and pipeline.run_id else None


def put_back(request: Request) -> Request:
    """The same request, to wait its turn once more."""
    again = request.replace(dont_filter=True)
    again.meta["put_back"] = not request.dont_filter
    return again


def take_note(hosts: Hosts, name: str, response: Response, *, is_first: bool = True) -> None:
    """Tell ``hosts`` what an answer says of the host's patience."""
    status = response.status
    if status in PUSHED_BACK:
        seconds = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        hosts.pushed_back(name, f"HTTP {status}", seconds, is_first=is_first)
    elif status >= 500 or status in REFUSED:
        hosts.failed(name, f"HTTP {status}", is_first=is_first)
    else:
        hosts.answered(name)


def is_unreached(exception: Exception) -> bool:
    """Whether there was no answer at all. An answer that is broken off tells of a page, not of its host."""
    if isinstance(exception, DownloadFailedError):
        return isinstance(exception.__cause__, ResponseNeverReceived)
    return isinstance(
        exception, DownloadConnectionRefusedError | CannotResolveHostError | DownloadTimeoutError
    )


def _is_first(request: Request) -> bool:
    return not request.meta.get("retry_times") and not request.meta.get("pushed_back")


def _name(request: Request) -> str:
    return request.meta.get("download_slot") or urlparse_cached(request).hostname or ""


def _why_left(host: Host) -> str:
    if host.not_before:
        return f"asked not to be visited before {_beijing(host.not_before)} ({host.why})"
    return f"refused {max(host.refusals, host.challenges)} pages in a row ({host.why})"


def _beijing(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat(timespec="seconds")
