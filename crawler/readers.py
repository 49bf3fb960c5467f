"""Where a crawl reads its articles: beside the crawl in processes of their own, or in its own.

A fast crawl hands pages over by the portion, and takes the articles as they come back. Until the processes
are ready, and where there are none, each page is read in place; the articles are the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from functools import partial
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

from crawler.reading import ArticleReader, Reading, Received, prepare, read_or_refuse
from crawler.sites import SITES
from crawler.sites.base import Site
from crawler.workers import WorkError, Workers, cores
from pipelines.refine import PIPELINES

logger = logging.getLogger(__name__)

# As many pages go over at once, or as came in so many seconds: handing over costs about as much as a page.
PORTION = 16
GATHERED_SECONDS = 0.02
# While a process reads one portion, others wait for it: as many as come while a batch of rows is written.
PORTIONS_A_PROCESS = 4
MAX_PROCESSES = 4

Waiting = tuple[Received, "asyncio.Future[Reading]"]


class Readers:
    """Reads what a crawl received, in ``processes`` processes; in this one where there are none."""

    def __init__(self, reader: ArticleReader, processes: int) -> None:
        self._reader = reader
        self._limit = processes * PORTIONS_A_PROCESS
        self._workers = Workers(processes, prepare, (dict(SITES), reader)) if processes else None
        self._waiting: deque[Waiting] = deque()
        self._at_work = 0
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, site: Site) -> Self:
        """The readers of a crawl of ``site``, as its settings have them."""
        reader = ArticleReader(site, refines=refines_all(crawler.settings))
        return cls(reader, processes_for(crawler.settings))

    async def read(self, received: Received) -> Reading:
        """What a page gave.

        Raises a `Refusal` where it holds no article, and `crawler.workers.WorkError` where reading it
        failed in another process.
        """
        if not self._are_ready():
            return self._reader.read(received)
        loop = asyncio.get_running_loop()
        reading: asyncio.Future[Reading] = loop.create_future()
        self._waiting.append((received, reading))
        if len(self._waiting) >= PORTION:
            self._hand_over()
        elif self._timer is None:
            self._timer = loop.call_later(GATHERED_SECONDS, self._hand_over)
        return await reading

    def close(self) -> None:
        """End the processes; what is still waiting is given up."""
        if self._workers:
            self._workers.close()

    def _are_ready(self) -> bool:
        if self._workers is None:
            return False
        if not all(ready.done() for ready in self._workers.ready):
            return False
        errors = [error for ready in self._workers.ready if (error := ready.exception())]
        if errors:
            logger.warning("no reader processes, pages are read in the crawl's own: %s", errors[0])
            self._workers.close()
            self._workers = None
        return not errors

    def _hand_over(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._workers and self._waiting and self._at_work < self._limit:
            portion = [self._waiting.popleft() for _ in range(min(PORTION, len(self._waiting)))]
            self._at_work += 1
            done = self._workers.submit(read_or_refuse, [received for received, _ in portion])
            asyncio.wrap_future(done).add_done_callback(partial(self._take, portion))

    def _take(self, portion: list[Waiting], done: asyncio.Future[list[Any]]) -> None:
        self._at_work -= 1
        self._hand_over()
        failed = done.cancelled() or done.exception()
        outcomes = [WorkError(f"given up: {failed}")] * len(portion) if failed else done.result()
        for (_, reading), outcome in zip(portion, outcomes, strict=True):
            if reading.cancelled():
                continue
            if isinstance(outcome, Exception):
                reading.set_exception(outcome)
            else:
                reading.set_result(outcome)


def processes_for(settings: BaseSettings) -> int:
    """How many processes read: ``READER_PROCESSES``, or as many as pay.

    A crawl that waits between its requests has time to read. One core can do one thing at a time.
    """
    if (asked := settings["READER_PROCESSES"]) is not None:
        return int(asked)
    if settings.getfloat("DOWNLOAD_DELAY"):
        return 0
    return min(cores() - 1, MAX_PROCESSES)


def refines_all(settings: BaseSettings) -> bool:
    """Whether the item pipelines begin with our stages, all and in their order."""
    enabled = build_component_list(settings.get_component_priority_dict_with_base("ITEM_PIPELINES"))
    return [load_object(pipeline) for pipeline in enabled][: len(PIPELINES)] == list(PIPELINES)
