"""The queue of requests: gives those whose host may be asked now, and keeps the others.

Here all waiting happens: a request that waits for its host's turn, for the end of a pause or of the quiet
hours lies in the scheduler. It holds no place of the downloader, no task sleeps for it, other hosts go on,
and Ctrl-C finds nothing in flight but what is being asked at the moment.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface
from scrapy.utils.asyncio import CallLaterResult, call_later

from crawler.manners.hosts import Hosts
from crawler.manners.quiet import next_allowed, quiet_ranges


class HostQueue(DownloaderAwarePriorityQueue):
    """Scrapy's queue of queues, one a host, that leaves out the hosts which are not to be asked now."""

    def __init__(self, crawler: Crawler, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = OpenHosts(crawler)


class OpenHosts(DownloaderInterface):
    """Tells which hosts of waiting requests may be asked now, and wakes the crawl when another one may."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.crawler = crawler
        self.hosts = Hosts.of(crawler)
        self.quiet = QuietHours(crawler.settings["QUIET_HOURS"])
        self.jitter: float = crawler.settings.getfloat("HOST_DELAY_JITTER")
        # When each host was asked last, and by how much its delay is stretched this time.
        self._stretched: dict[str, tuple[float, float]] = {}
        self._alarm: CallLaterResult | None = None
        self._alarm_at = 0.0

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        """The open ones of the hosts, with the number of their requests in the downloader."""
        now = time.monotonic()
        if seconds := self.quiet.seconds_left():
            self._wake_at(now + seconds)
            return []
        found = []
        for name in possible_slots:
            host = self.hosts.met.get(name)
            if host is None or not host.is_left:
                opens_at = self._opens_at(name, host.opens_at if host else 0.0)
                if opens_at > now:
                    self._wake_at(opens_at)
                    continue
                if self._is_busy(name):
                    continue
            found.append((self._active_downloads(name), name))
        return found

    def _opens_at(self, name: str, opens_at: float) -> float:
        slot: Slot | None = self.downloader.slots.get(name)
        if slot is None or not slot.delay:
            return opens_at
        asked_at, factor = self._stretched.get(name, (0.0, 0.0))
        if asked_at != slot.lastseen:
            asked_at, factor = slot.lastseen, 1 + random.uniform(0, self.jitter)
            self._stretched[name] = (asked_at, factor)
        return max(opens_at, asked_at + slot.delay * factor)

    def _is_busy(self, name: str) -> bool:
        """Whether the host is being asked as much at once as it may; it is woken when an answer comes."""
        slot = self.downloader.slots.get(name)
        most: int = slot.concurrency if slot else self.downloader.domain_concurrency
        active = self.downloader.active
        return len(active) >= most and sum(self.get_slot_key(request) == name for request in active) >= most

    def _wake_at(self, at: float) -> None:
        if self._alarm and self._alarm_at <= at:
            return
        if self._alarm:
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = call_later(max(0.0, at - time.monotonic()), self._wake)

    def _wake(self) -> None:
        self._alarm = None
        # Scrapy's engine looks by itself only every five seconds.
        if self.crawler.engine and (slot := self.crawler.engine._slot):
            slot.nextcall.schedule()


class QuietHours:
    """The quiet hours, asked about for every request. Raises ValueError where they can not be read."""

    def __init__(self, words: str) -> None:
        self.ranges = quiet_ranges(words or "")
        self._minute = -1
        self._ends_at = 0.0

    def seconds_left(self) -> float:
        """For how long no request may start yet; 0: one may start now."""
        if not self.ranges:
            return 0.0
        now = time.time()
        # They begin and end with a minute.
        if int(now // 60) != self._minute:
            self._minute = int(now // 60)
            self._ends_at = next_allowed(datetime.fromtimestamp(now, UTC), self.ranges).timestamp()
        return max(0.0, self._ends_at - now)
