"""A line on the terminal while a crawl runs and somebody watches; nothing otherwise."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from pipelines.items import Article, Page


class ProgressLine:
    """Scrapy extension: list pages, articles and refusals so far, rewritten in place on stderr."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in; off where stderr is no terminal."""
        if not sys.stderr.isatty():
            raise NotConfigured
        line = cls()
        crawler.signals.connect(line.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(line.item_dropped, signal=signals.item_dropped)
        crawler.signals.connect(line.spider_closed, signal=signals.spider_closed)
        return line

    def item_scraped(self, item: object) -> None:
        """Count an article, a list page or a page without an article."""
        if isinstance(item, Article):
            self._count("articles")
        elif isinstance(item, Page):
            self._count("list pages" if item.kind == "list" else "without an article")

    def item_dropped(self, item: object) -> None:
        """Count a refused article."""
        self._count("without an article")

    def spider_closed(self) -> None:
        """Leave the last line standing."""
        if self.counts:
            sys.stderr.write("\n")

    def _count(self, what: str) -> None:
        self.counts[what] += 1
        words = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()
