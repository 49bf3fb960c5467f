"""AutoThrottle within our bounds: never faster than the delay, and none where no delay is wanted."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions.throttle import AutoThrottle as ScrapyAutoThrottle


class AutoThrottle(ScrapyAutoThrottle):
    """Scrapy's, switched off by ``DOWNLOAD_DELAY=0``: it would make a delay of every answer's latency.

    It never goes below ``DOWNLOAD_DELAY``, and leaves a host alone whose robots.txt names a pace
    (`crawler.manners.robots`).
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getfloat("DOWNLOAD_DELAY"):
            raise NotConfigured
        super().__init__(crawler)
