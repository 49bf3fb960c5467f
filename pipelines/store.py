"""Store articles and pages in the archive: the coat between Scrapy and `archive.store.Archive`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from archive.errors import ArchiveError
from archive.store import Archive
from archive.visits import RECHECK_DAYS, recheck_days
from pipelines.coat import refusal_of
from pipelines.errors import Refusal
from pipelines.items import Article, Page

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

logger = logging.getLogger(__name__)


def store(archive: Archive, item: Article | Page) -> None:
    """Gather an article with its page, or a page alone. Raises `archive.errors.ArchiveUnusable`."""
    if isinstance(item, Page):
        archive.save_page(as_row(item))
    else:
        page = item.page or Page(item.url)
        archive.save(as_row(item), as_row(page))


def as_row(item: Article | Page) -> dict[str, Any]:
    """The fields of an item as plain values; what an article is made of becomes dictionaries.

    ``ItemAdapter.asdict()`` asks every value what it is, and costs a hundred times as much.
    """
    row = _plain(item)
    if isinstance(item, Article):
        for name in ("bylines", "images", "repairs"):
            row[name] = [_plain(part) for part in row[name]]
        row["provenance"] = {name: _plain(trace) for name, trace in item.provenance.items()}
    return row


def _plain(part: DataclassInstance) -> dict[str, Any]:
    return {name: getattr(part, name) for name in _field_names(type(part))}


@cache
def _field_names(kind: type[DataclassInstance]) -> tuple[str, ...]:
    return tuple(ItemAdapter.get_field_names_from_class(kind) or ())


def refused_page(article: Article, refusal: Refusal) -> Page:
    """The page of an article that was refused, with the reason."""
    return replace(article.page or Page(article.url), state="refused", reason=refusal.reason)


class StorePipeline:
    """Writes what a crawl yields into the archive that ``ARCHIVE_PATH`` names.

    When the archive can not be written any more the crawl is stopped: what it would fetch could not be kept.
    """

    def __init__(self, crawler: Crawler, path: str, days: Sequence[int] = RECHECK_DAYS) -> None:
        self.crawler = crawler
        self.path = path
        self.days = days
        self.run_id = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in. Raises ValueError where ``ARCHIVE_PATH`` or ``ARCHIVE_RECHECK_DAYS`` is wrong."""
        path = crawler.settings.get("ARCHIVE_PATH")
        if not path:
            # Not NotConfigured: that only switches the pipeline off, and the crawl would keep nothing.
            raise ValueError("ARCHIVE_PATH is empty - give the archive: -s ARCHIVE_PATH=archive.db")
        days = recheck_days(crawler.settings.getlist("ARCHIVE_RECHECK_DAYS"))
        pipeline = cls(crawler, path, days)
        crawler.signals.connect(pipeline.item_dropped, signal=signals.item_dropped)
        crawler.signals.connect(pipeline.spider_closed, signal=signals.spider_closed)
        return pipeline

    def open_spider(self) -> None:
        """Open the archive and record that the run began; where it can not begin, say why and close."""
        spider = self.crawler.spider
        self.site = getattr(spider, "site_name", None)
        try:
            self.archive = Archive.open(self.path)
            self.archive.pages.recheck_days = self.days
            self.run_id = self.archive.begin_run("crawl", self.site, getattr(spider, "arguments", {}))
        except ArchiveError as error:
            if hasattr(self, "archive"):
                self.archive.release()
            self.crawler.stats.set_value("archive/error", str(error))
            logger.error("%s", error)
            raise CloseSpider("archive_unusable") from error

    def process_item(self, item: object) -> object:
        """Gather an article with its page, or a page alone; other items pass."""
        if isinstance(item, Article | Page):
            self._store(item)
        return item

    def item_dropped(self, item: object, exception: Exception) -> None:
        """Leave a refused article's page in the archive, with the reason."""
        if isinstance(item, Article) and (refusal := refusal_of(exception)):
            self._store(refused_page(item, refusal))

    def spider_closed(self, reason: str) -> None:
        """Write what is waiting, and what came of the run, if it began."""
        if not self.run_id:
            return
        try:
            self.archive.end_run(self.run_id, reason)
        except Exception as error:
            # Whatever it was, what is waiting is lost: the crawl must not pass for one that ended well.
            self.give_up(error)
        finally:
            self.archive.release()
        for outcome, count in self.archive.outcomes.items():
            self.crawler.stats.set_value(f"archive/{outcome}", count)

    def _store(self, item: Article | Page) -> None:
        try:
            store(self.archive, item)
        except ArchiveError as error:
            self.give_up(error)

    def give_up(self, error: Exception) -> None:
        """Stop the crawl: what it would fetch from now on could not be kept."""
        if self.crawler.stats.get_value("archive/error") is not None:
            return
        self.crawler.stats.set_value("archive/error", str(error))
        logger.error("%s", error, exc_info=not isinstance(error, ArchiveError))
        if self.crawler.engine.running:
            closing = self.crawler.engine.close_spider_async(reason="archive_unusable")
            self._closing = asyncio.get_running_loop().create_task(closing)
