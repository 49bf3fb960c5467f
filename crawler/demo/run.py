"""The demo: serve the sample site on loopback, crawl it with the real spider, check what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from archive.connect import open_readonly
from archive.query import counts
from crawler.crawling import crawl_settings, run_crawls
from crawler.demo.server import DemoServer, serve
from crawler.demo.site import demo_sites
from crawler.demo.truth import mirror_truth, rescued_truth, site_truth
from crawler.outcome import problems, summary
from crawler.sites import SITES, know_sites
from crawler.sites.base import Site

# Loopback needs no manners and knows no proxy.
SETTINGS = {
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "HTTPPROXY_ENABLED": False,
    "LOG_LEVEL": "ERROR",
    "STATS_DUMP": False,
}

COMPARED = ("title", "series", "subtitle", "author", "editor", "source", "published_at", "column", "body")

QUERIES = (
    "select * from editors_of_authors order by articles desc limit 5",
    "select * from columns_by_month order by month desc limit 5",
    "select a.title, c.kind, c.url from copies as c join articles as a on a.id = c.article_id",
)


def run_demo(archive: Path) -> list[str]:
    """Crawl the sample site and its mirror into ``archive``, print what came of it and what to try next.

    Gives what differs from what the sample site holds, one sentence each; nothing differs in a right crawl.
    """
    with serve() as server, registered(demo_sites(server.url)) as sites:
        click.echo(f"A sample site at {server.url}, a hijacked mirror of it at {server.mirror_url}")
        crawls = [{"site": site.name} for site in sites]
        found: list[str] = []
        for site, stats in zip(sites, run_crawls(crawl_settings(archive, SETTINGS), crawls), strict=True):
            click.echo(f"crawled {site.name}: {summary(stats)}")
            found += problems(stats)
        db = open_readonly(archive)
        found += differences(db, server)
    for table, count in counts(db).items():
        click.echo(f"{count:>6} {table}")
    click.echo("\nTry next:")
    for query in QUERIES:
        click.echo(f'  sqlite-utils query {archive} "{query}" -t')
    return found


@contextmanager
def registered(sites: tuple[Site, ...]) -> Iterator[tuple[Site, ...]]:
    """Make ``sites`` the only ones known, by their names, until the block ends."""
    known = dict(SITES)
    know_sites({site.name: site for site in sites})
    try:
        yield sites
    finally:
        know_sites(known)


def differences(db: Database, server: DemoServer) -> list[str]:
    """How the archive differs from what the sample site and its mirror hold."""
    truth = site_truth(server.url)
    rescued = rescued_truth(server.url, server.mirror_url)
    mirrored = mirror_truth(server.url, server.mirror_url)
    articles = truth.articles | {url: expected for url, (_, expected) in rescued.items()}
    stored, pages, copies = (
        {row["url"]: row for row in db[table].rows} for table in ("articles", "pages", "copies")
    )
    found = _only_in("archived", articles, stored) + _only_in("a copy", mirrored, copies)
    for url in articles.keys() & stored.keys():
        found += [
            f"{url}: {name} is {stored[url][name]!r}, not {getattr(articles[url], name)!r}"
            for name in COMPARED
            if stored[url][name] != getattr(articles[url], name)
        ]
    for url, (original, _) in rescued.items():
        if url in stored and stored[url]["original_url"] != original:
            found.append(f"{url}: not known as a mirror of {original}")
    for url, (original, _) in mirrored.items():
        if url in copies and copies[url]["article_id"] != stored.get(original, {}).get("id"):
            found.append(f"{url}: not filed as a copy of {original}")
    for url, reason in truth.refused.items():
        if not str(pages.get(url, {}).get("reason")).startswith(reason):
            found.append(f"{url}: not refused as {reason}")
    found += [f"{url}: asked for though forbidden" for url in truth.forbidden & set(server.requested)]
    return found


def _only_in(what: str, expected: Iterable[str], found: dict[str, Any]) -> list[str]:
    wanted, had = set(expected), set(found)
    return [f"{url}: not {what}" for url in sorted(wanted - had)] + [
        f"{url}: {what}, and should not be" for url in sorted(had - wanted)
    ]
