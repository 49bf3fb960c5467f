"""Read saved pages into the archive: the same reader, pipelines and store as a crawl, without the network."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from archive.store import BATCH_ROWS, COUNTED, Archive
from crawler.evidence.foreign import SUFFIXES as WARC_SUFFIXES
from crawler.evidence.foreign import Damage, ForeignPage, foreign_pages
from crawler.evidence.keeper import EvidenceKeeper
from crawler.filing import joined_sha256
from crawler.outcome import EXPECTED_REFUSALS
from crawler.reader import Located, join_pages
from crawler.reader.address import first_page, page_number
from crawler.reader.pages import MAX_ARTICLE_PAGES
from crawler.saved import SavedPage, address_of, locate_saved, page_of, read_file, read_stream, saved_files
from crawler.sites import site_of
from crawler.waiting import WaitingPages
from pipelines.errors import Refusal, Unreadable
from pipelines.items import Page
from pipelines.refine import refine
from pipelines.store import store

T = TypeVar("T")


@dataclass(slots=True)
class Report:
    """What came of an ingest: one line for a person, and what somebody must act upon."""

    summary: str
    problems: list[str]


def ingest_all(
    archive_path: Path,
    paths: Iterable[Path],
    *,
    is_watched: bool,
    any_site: bool = False,
    keeps_evidence: bool = True,
) -> Report:
    """Ingest all pages among ``paths`` (``-``: standard input) into the archive, which is made if missing.

    Of a WARC or WET file the articles of known sites are taken, with ``any_site`` all pages; the pages of an
    article of several are joined. What is taken is kept as received in the evidence, so that replay reads it.
    A page that can not be read leaves a ``pages`` row and a problem that names it, and costs no other page.
    Raises the errors of `archive.connect.open_database`, and `ArchiveUnusable` where it can not be written.
    """
    with Archive.open(archive_path) as archive, closing(WaitingPages()) as waiting:
        run_id = archive.begin_run("ingest", None, {"paths": [str(path) for path in paths]})
        outcome = "interrupted"
        try:
            keeper = EvidenceKeeper(archive, run_id) if keeps_evidence else None
            work = _Ingest(archive, keeper, waiting, any_site=any_site)
            for name, load in progress(_sources(paths, any_site), "ingest", is_watched):
                work.receive(name, load)
            work.join()
            outcome = "finished"
        finally:
            archive.end_run(run_id, outcome)
    counts = [
        f"{count} {kind}"
        for kind in (*COUNTED[1:], "older", "incomplete")
        if (count := archive.outcomes[kind])
    ]
    return Report(f"{archive.outcomes['pages']} pages: {', '.join(counts) or 'nothing'}", work.problems)


class _Ingest:
    """One run: pages come one by one; those of articles with several pages wait for all the others."""

    def __init__(
        self, archive: Archive, keeper: EvidenceKeeper | None, waiting: WaitingPages, *, any_site: bool
    ) -> None:
        self.archive = archive
        self.keeper = keeper
        self.waiting = waiting
        self.any_site = any_site
        self.problems: list[str] = []
        # The addresses whose rows may not be written yet.
        self._latest: deque[str] = deque(maxlen=BATCH_ROWS)

    def receive(self, name: str, load: Callable[[], SavedPage]) -> None:
        """Take one page, or let it wait."""
        try:
            saved = load()
        except Unreadable as unreadable:
            self.problems.append(f"{name}: {unreadable.reason}")
            return
        except OSError as error:
            self.problems.append(f"{name}: {error.strerror or error}")
            return
        if saved.captured and (number := page_number(saved.captured.url)):
            self.waiting.add(address_of(saved.captured.url), saved.captured, number)
            return
        self._take(saved)

    def join(self) -> None:
        """Take the articles whose pages waited, then those that begin with a page number."""
        for found in self.waiting.firsts():
            self._take_joined(SavedPage.of_capture(found))
        for found in self.waiting.unused():
            if self.any_site or _is_article(found.url):
                self._take_joined(SavedPage.of_capture(found))
            else:
                self.problems.append(f"{found.place}: the first page before {found.url} is not in the files")

    def _locate(self, saved: SavedPage, page: Page) -> Located | None:
        """The article of a page; None for one that is refused, which is stored as such."""
        try:
            return locate_saved(saved, page)
        except Refusal as refusal:
            self._store(page, [saved], refusal)
            return None

    def _take(self, saved: SavedPage) -> None:
        page = page_of(saved)
        located = self._locate(saved, page)
        if located is None:
            return
        if located.next_page and saved.captured:
            self.waiting.add(page.url, saved.captured, 0)
        else:
            self._store(page, [saved], [located])

    def _take_joined(self, first: SavedPage) -> None:
        page = page_of(first)
        located = self._locate(first, page)
        if located is None:
            return
        further = list(self._further(first, page.url, located))
        for saved, _ in further:
            page.payload_sha256 = joined_sha256(page.payload_sha256 or "", saved.body)
        self._store(
            page, [first, *(saved for saved, _ in further)], [located, *(read for _, read in further)]
        )

    def _further(
        self, first: SavedPage, address: str, located: Located
    ) -> Iterator[tuple[SavedPage, Located]]:
        """The further pages of an article, as far as they are in the files and can be read."""
        addresses = [address]
        while located.next_page and len(addresses) < MAX_ARTICLE_PAGES:
            following = address_of(located.next_page)
            if following in addresses:
                return
            addresses.append(following)
            where = f"{first.name}: page {len(addresses)} of the article, {following},"
            found = self.waiting.take(following, first.saved_at)
            if found is None:
                self._incomplete(f"{where} is not in the files")
                return
            saved = SavedPage.of_capture(found)
            try:
                located = locate_saved(saved, page_of(saved))
            except Refusal as refusal:
                self._incomplete(f"{where} can not be read: {refusal.reason}")
                return
            yield saved, located

    def _incomplete(self, problem: str) -> None:
        self.archive.outcomes["incomplete"] += 1
        # Crawls of all sites lack many a page: the number of them says enough.
        if not self.any_site:
            self.problems.append(problem)

    def _store(self, page: Page, saved: list[SavedPage], read: list[Located] | Refusal) -> None:
        """Keep the pages as received, then the article that they hold, or the reason why there is none."""
        if page.url in self._latest:
            self.archive.flush()
            self._latest.clear()
        self._latest.append(page.url)
        originals = [one.original(page.url) for one in saved]
        if saved[0].captured and self.archive.pages.is_older(page.url, saved[0].saved_at):
            # A capture from before the text that is kept: it must not take that one's place.
            self.archive.outcomes["older"] += 1
            if self.keeper:
                self.keeper.keep_older(originals)
            return
        if self.keeper:
            self.keeper.keep(originals, page)
        try:
            if isinstance(read, Refusal):
                raise read
            article = join_pages(read[0].article, [located.article for located in read[1:]])
            article.page = page
            store(self.archive, refine(article))
        except Refusal as refusal:
            store(self.archive, replace(page, state="refused", reason=refusal.reason))
            if self._is_problem(saved[0], refusal):
                self.problems.append(f"{saved[0].name}: {refusal.reason}")

    def _is_problem(self, saved: SavedPage, refusal: Refusal) -> bool:
        # A crawl of others holds all kinds of pages; that not all are articles is no news.
        return not saved.captured or not (self.any_site or type(refusal).__name__ in EXPECTED_REFUSALS)


def _sources(paths: Iterable[Path], any_site: bool) -> Iterator[tuple[str, Callable[[], SavedPage]]]:
    for path in paths:
        if str(path) == "-":
            yield "-", lambda: read_stream(sys.stdin.buffer)
        else:
            for file in saved_files([path]):
                if file.name.lower().endswith(WARC_SUFFIXES):
                    yield from _captured(file, any_site)
                else:
                    yield str(file), partial(read_file, file)


def _captured(file: Path, any_site: bool) -> Iterator[tuple[str, Callable[[], SavedPage]]]:
    try:
        for found in foreign_pages(file, _is_any if any_site else _is_wanted):
            yield found.place, partial(_saved, found)
    except OSError as error:
        yield str(file), partial(_saved, Damage(str(file), error.strerror or str(error)))


def _saved(found: ForeignPage | Damage) -> SavedPage:
    if isinstance(found, Damage):
        raise Unreadable(found.place, found.reason)
    return SavedPage.of_capture(found)


def _is_any(url: str) -> bool:
    return True


def _is_wanted(url: str) -> bool:
    return _is_article(url) or (page_number(url) is not None and _is_article(first_page(url)))


def _is_article(url: str) -> bool:
    site = site_of(url)
    return site is not None and site.article_url(url) is not None


def progress(work: Iterable[T], label: str, is_watched: bool) -> Iterator[T]:
    """Pass ``work`` on, with a bar on stderr when somebody watches."""
    with click.progressbar(work, label=label, file=sys.stderr, hidden=not is_watched) as bar:
        yield from bar
