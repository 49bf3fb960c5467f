"""What really came of a crawl, from Scrapy's statistics: Scrapy itself exits 0 even when all was lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from archive.durations import format_duration

# Refusals that tell of the page, not of our reading: nobody has to act.
EXPECTED_REFUSALS = ("SoftNotFound", "NotAnArticle", "ForbiddenByRobots", "ForbiddenAddress")

# Where a host asked us to come later the next run goes on; one that refused has a sentence of its own.
ENDED_IN_ORDER = ("finished", "asked_to_wait", "refused")

COUNTED = ("new", "changed", "unchanged", "copies", "gone", "refused", "failed")


def problems(stats: Mapping[str, Any]) -> list[str]:
    """What somebody must act upon, one sentence each; empty when the crawl did what it should.

    >>> problems({"finish_reason": "finished", "item_scraped_count": 3})
    []
    >>> problems({"finish_reason": "shutdown"})
    ['the crawl was interrupted (shutdown) - run the same command again to finish it']
    """
    found = []
    reason = stats.get("finish_reason")
    if error := stats.get("archive/error"):
        found.append(str(error))
    elif reason is None:
        found.append("the crawl did not start - the log says why")
    elif reason not in ENDED_IN_ORDER:
        found.append(f"the crawl was interrupted ({reason}) - run the same command again to finish it")
    for host, words in _hosts(stats, "left"):
        found.append(f"{host} {words} and was left alone - its other pages wait for the next run")
    if lists := stats.get("column/lists_failed"):
        found.append(
            f"{lists} list page(s) gave no articles - see: pages with kind 'list' and state 'failed'"
        )
    if failed := stats.get("column/failed"):
        found.append(f"{failed} page(s) did not come - run the same command again to retry them")
    for name, count in _unexpected_refusals(stats):
        found.append(f"{count} page(s) could not be read ({name}) - see: pages with state 'refused'")
    if exceptions := stats.get("spider_exceptions/count"):
        found.append(f"{exceptions} page(s) met an error in luntan itself - please report the log")
    elif errors := _unexplained_errors(stats):
        found.append(f"{errors} error(s) in the log")
    return found


def summary(stats: Mapping[str, Any]) -> str:
    """One line for a person: what came of the crawl, and what it cost.

    >>> summary({"archive/pages": 12, "archive/new": 9, "archive/refused": 1})
    '12 pages: 9 new, 1 refused'
    >>> summary({"downloader/response_bytes": 1_234_567, "elapsed_time_seconds": 75.4})
    '0 pages: nothing new; 1.2 MB in 1m15s'
    >>> summary({"manners/asked_to_wait/www.example.cn": "asked not to be visited before …"})
    '0 pages: nothing new; www.example.cn asked not to be visited before …'
    """
    counts = [f"{count} {name}" for name in COUNTED if (count := stats.get(f"archive/{name}"))]
    said = [f"{stats.get('archive/pages', 0)} pages: {', '.join(counts) or 'nothing new'}"]
    if (seconds := stats.get("elapsed_time_seconds")) is not None:
        size = stats.get("downloader/response_bytes", 0) / 1e6
        said.append(f"{size:.1f} MB in {format_duration(timedelta(seconds=seconds))}")
    said += [f"{host} {words}" for host, words in _hosts(stats, "asked_to_wait")]
    return "; ".join(said)


def _hosts(stats: Mapping[str, Any], kind: str) -> list[tuple[str, str]]:
    prefix = f"manners/{kind}/"
    return [(key.removeprefix(prefix), value) for key, value in stats.items() if key.startswith(prefix)]


def _unexpected_refusals(stats: Mapping[str, Any]) -> list[tuple[str, int]]:
    prefixes = ("column/refused/", "item_dropped_reasons_count/")
    return [
        (name, count)
        for key, count in sorted(stats.items())
        for prefix in prefixes
        if key.startswith(prefix) and (name := key.removeprefix(prefix)) not in EXPECTED_REFUSALS
    ]


def _unexplained_errors(stats: Mapping[str, Any]) -> int:
    explained = int(stats.get("column/lists_failed", 0)) + int("archive/error" in stats)
    return max(0, int(stats.get("log_count/ERROR", 0)) - explained)
