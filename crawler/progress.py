"""What a crawl is doing, for the one who watches it: a view on the terminal, redrawn a few times a second."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from archive.durations import format_duration
from archive.visible import visible_line
from crawler.manners.hosts import Hosts
from crawler.manners.queue import QuietHours
from crawler.outcome import COUNTED
from crawler.screen import SCREEN, is_watched
from pipelines.items import Page
from pipelines.store import StorePipeline

REDRAW_SECONDS = 0.25
# Pages a second are counted over so long.
RATE_SECONDS = 15.0
ALWAYS_SHOWN = ("new", "changed", "refused", "failed")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A crawl at one moment, ``seconds`` after its start.

    ``counts`` are those of `archive.store.COUNTED`; ``waiting`` requests wait for ``reasons``.
    """

    site: str
    columns: int
    columns_done: int
    seconds: float
    pages_a_second: float
    waiting: int
    counts: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


def view(now: Snapshot) -> list[str]:
    """The lines that show a crawl.

    >>> print(*view(Snapshot("rmlt", 54, 12, 3725.2, 0.93, 2310, {"pages": 1204, "new": 900, "gone": 1},
    ...     ("one request in 1 s to www.rmlt.com.cn",))), sep="\\n")
    rmlt  columns 12/54  pages 1,204  0.9 a second  1h2m5s
      new 900  changed 0  gone 1  refused 0  failed 0
      waiting 2,310: one request in 1 s to www.rmlt.com.cn
    """
    counts = [
        f"{name} {now.counts.get(name, 0):,}"
        for name in COUNTED
        if name in ALWAYS_SHOWN or now.counts.get(name)
    ]
    lines = [
        f"{now.site}  columns {now.columns_done}/{now.columns}  pages {now.counts.get('pages', 0):,}"
        f"  {now.pages_a_second:.1f} a second  {format_duration(timedelta(seconds=int(now.seconds)))}",
        "  " + "  ".join(counts),
    ]
    if now.waiting or now.reasons:
        lines.append(f"  waiting {now.waiting:,}{': ' if now.reasons else ''}{'; '.join(now.reasons)}")
    return [visible_line(line) for line in lines]


class Rate:
    """How many a second there were of late.

    >>> rate = Rate()
    >>> [rate.of(count, at) for count, at in ((0, 100.0), (5, 102.0), (35, 117.0))]
    [0.0, 2.5, 2.0]
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[int, float]] = deque()

    def of(self, count: int, at: float) -> float:
        """The rate at the moment ``at`` (seconds), when there were ``count``."""
        self._seen.append((count, at))
        while len(self._seen) > 2 and self._seen[1][1] <= at - RATE_SECONDS:
            self._seen.popleft()
        first_count, first_at = self._seen[0]
        return (count - first_count) / (at - first_at) if at > first_at else 0.0


class ProgressView:
    """Scrapy extension: shows the crawl while it runs; off where nobody watches."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._rate = Rate()
        self._walked: set[str | None] = set()
        self._quiet = QuietHours(crawler.settings["QUIET_HOURS"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in."""
        if not is_watched() or crawler.settings.getbool("LOG_JSON"):
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        """Begin to show."""
        self._began = time.monotonic()
        self._drawing = asyncio.get_running_loop().create_task(self._draw())

    def item_scraped(self, item: object) -> None:
        """Take note of a column whose last list page was read."""
        if isinstance(item, Page) and item.kind == "list" and item.next_page is None:
            self._walked.add(item.column)

    def spider_closed(self) -> None:
        """Show the last of it, and then nothing more: the summary says what came of it."""
        self._drawing.cancel()
        self._show()
        SCREEN.show(self, [])

    def _show(self) -> None:
        SCREEN.show(self, view(self.snapshot(time.monotonic())))

    async def _draw(self) -> None:
        while True:
            self._show()
            await asyncio.sleep(REDRAW_SECONDS)

    def snapshot(self, at: float) -> Snapshot:
        """The crawl at the moment ``at`` (of `time.monotonic`)."""
        spider: Any = self.crawler.spider
        pipeline = self.crawler.get_item_pipeline(StorePipeline)
        counts = pipeline.archive.outcomes if isinstance(pipeline, StorePipeline) else {}
        engine = self.crawler.engine
        slots = engine.downloader.slots if engine else {}
        scheduler: Any = engine.scheduler if engine else None
        queued = {host: len(slot.queue) for host, slot in slots.items()}
        return Snapshot(
            site=spider.site.name,
            columns=len(spider.columns),
            columns_done=len(self._walked),
            seconds=at - self._began,
            pages_a_second=self._rate.of(self.crawler.stats.get_value("response_received_count", 0), at),
            waiting=len(scheduler or ()) + sum(queued.values()),
            counts=dict(counts),
            reasons=tuple(self._reasons(slots)),
        )

    def _reasons(self, slots: Mapping[str, Any]) -> list[str]:
        if not self.crawler.crawling:
            return ["the crawl is ending in order; once more Ctrl-C ends it at once"]
        if seconds := self._quiet.seconds_left():
            return [f"quiet hours for {_words(seconds)}"]
        hosts = Hosts.of(self.crawler)
        paused = {host.name: host for host in hosts.paused()}
        reasons = [
            f"{host.name} is paused for {_words(host.opens_at - hosts.clock())} ({host.why})"
            for host in paused.values()
        ]
        return reasons + [
            f"one request in {slot.delay:.3g} s to {name}"
            for name, slot in slots.items()
            if slot.delay and name not in paused
        ]


def _words(seconds: float) -> str:
    return format_duration(timedelta(seconds=ceil(seconds)))
