"""Run the spider from Python, as ``luntan crawl`` does, and say what came of it."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from archive.errors import SiteBusy
from archive.lock import is_held
from archive.store import Archive
from crawler.logs import Voice, set_up_logging, tell
from crawler.workers import spare_the_collector

Busy = Literal["fail", "skip", "wait"]
# How often a crawl that waits looks whether the site is free.
LOOK_SECONDS = 1.0


def crawl_settings(archive: Path, overrides: Mapping[str, Any]) -> Settings:
    """luntan's Scrapy settings with the archive's path and ``overrides``, which win over all."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    settings = get_project_settings()
    settings.set("ARCHIVE_PATH", str(archive), priority="cmdline")
    settings.setdict(dict(overrides), priority="cmdline")
    return settings


def run_crawls(settings: Settings, crawls: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Crawl once for each of ``crawls`` (arguments of `ColumnSpider`) and give Scrapy's statistics of each.

    Raises the errors of `archive.connect.open_database`, and `archive.errors.SiteBusy` where a site is
    being crawled already, before anything is fetched. Ctrl-C ends the crawl in order: what was fetched is
    stored, what was found is taken up by the next one.
    """
    with Archive.open(settings["ARCHIVE_PATH"]) as archive:
        for arguments in crawls:
            archive.check_free(str(arguments["site"]))
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    set_up_logging(settings)
    crawlers = [process.create_crawler("column") for _ in crawls]
    for crawler, arguments in zip(crawlers, crawls, strict=True):
        process.crawl(crawler, **arguments)
    spare_the_collector()
    process.start()
    return [crawler.stats.get_stats() for crawler in crawlers]


def crawl_when_free(
    settings: Settings, arguments: Mapping[str, Any], busy: Busy, how: Voice
) -> dict[str, Any] | None:
    """Crawl one site as `run_crawls` does, where it is not being crawled already; there do as ``busy`` says.

    Gives None where the work is left to the other crawl (``skip``). Raises `archive.errors.SiteBusy`
    (``fail``).
    """
    while True:
        try:
            (stats,) = run_crawls(settings, [arguments])
            return stats
        except SiteBusy as error:
            if busy == "fail":
                raise
            if busy == "skip":
                tell(how, logging.INFO, f"{error.words} - the work is left to it")
                return None
            tell(how, logging.INFO, f"{error.words} - waiting until it ends")
        while is_held(Path(settings["ARCHIVE_PATH"]), str(arguments["site"])):
            time.sleep(LOOK_SECONDS)
