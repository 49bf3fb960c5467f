"""What the log says of a crawl: addresses and reasons, never whole articles."""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter as ScrapyLogFormatter
from scrapy.logformatter import LogFormatterResult
from twisted.python.failure import Failure

from pipelines.items import Article


class LogFormatter(ScrapyLogFormatter):
    """One short line an article; nothing for the pages that only keep the books."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> Any:
        """The line of an article that was kept."""
        if not isinstance(item, Article):
            return None
        return LogFormatterResult(level=logging.DEBUG, msg="kept %(url)s", args={"url": item.url})

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> Any:
        """The line of an article that was refused: the refusal names the address."""
        return LogFormatterResult(
            level=logging.INFO, msg="refused %(reason)s", args={"reason": str(exception)}
        )
