"""What a crawl would fetch, from what the archive knows; nothing is fetched and nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from archive.connect import explained, open_readonly
from archive.pages import PageBook
from archive.rows import now
from crawler.sites.base import Column, Site


class Planned(NamedTuple):
    """One address that would be asked for, and why."""

    kind: str
    column: str
    url: str
    why: str


def plan(archive: Path, site: Site, columns: Sequence[Column], limit: int = 0) -> Iterator[Planned]:
    """What a crawl of ``columns`` would begin with: unfinished pages, first list pages, articles due again.

    ``limit`` bounds the articles, as it does in a crawl. What new articles the list pages name nobody knows
    before they are fetched. A missing archive knows nothing and is not made. Raises the errors of
    `archive.connect.open_readonly`.
    """
    if archive.exists() and archive.stat().st_size:
        with closing(open_readonly(archive)) as db, explained(archive):
            yield from _plan(PageBook(db.conn), site, columns, limit)
    else:
        yield from _first_pages(columns)


def _plan(pages: PageBook, site: Site, columns: Sequence[Column], limit: int) -> Iterator[Planned]:
    labels = {column.slug: column.label for column in columns}
    articles = 0
    for url, kind, slug, _ in pages.unfinished(site.name, labels):
        articles += kind == "article"
        if kind == "list" or not limit or articles <= limit:
            yield Planned(kind, labels[slug], url, _unfinished(pages.state(url) or {}))
    yield from _first_pages(columns)
    if limit:
        return
    for kept in pages.due(site.name, list(labels)):
        yield Planned("article", labels[kept.column], kept.url, _due(pages.state(kept.url) or {}))


def _first_pages(columns: Sequence[Column]) -> Iterator[Planned]:
    for column in columns:
        yield Planned("list", column.label, column.url, "first list page")


def _unfinished(page: Mapping[str, Any]) -> str:
    if page["state"] == "found":
        return f"found on {page['found_on']}, not fetched yet"
    return f"{page['state']} at {page['fetched_at']}, tried again: {page['reason']}"


def _due(page: Mapping[str, Any]) -> str:
    if page["next_at"] > now():
        return f"looked at again: last seen at a time to come, {page['fetched_at']}"
    return f"looked at again: due since {page['next_at']}"
