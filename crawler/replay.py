"""Read all evidence again with today's readers and pipelines, offline, on all cores."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from archive.captures import Visit
from archive.errors import ArchiveUnusable
from archive.store import COUNTED, Archive
from crawler.evidence.http import BadCapture
from crawler.evidence.reader import Place, Record, read_record
from crawler.evidence.recorder import evidence_folder
from crawler.filing import file_article
from crawler.ingest import Report, progress
from crawler.reader import Located, join_pages
from crawler.saved import address_of, locate_received
from crawler.sites import SITES, know_sites
from crawler.sites.base import Column, Site
from crawler.workers import WorkError, Workers, cores
from pipelines.errors import Refusal
from pipelines.items import Article, Page
from pipelines.refine import refine
from pipelines.store import as_row

# Pages that a process reads at a time, and how many such portions wait: enough to keep all busy, and no more.
PORTION = 16
WAITING_PORTIONS = 4
MAX_PROBLEMS = 20


class Reading(NamedTuple):
    """What came of a visit: the rows of an article and its page, or the reason why there is none."""

    url: str
    had_article: bool
    article: dict[str, Any] | None = None
    page: dict[str, Any] | None = None
    refusal: str | None = None
    damage: str | None = None


def replay(archive_path: Path, *, is_watched: bool) -> Report:
    """Read the evidence of every article's page again; improved fields are updated, without a revision.

    Evidence that is missing or damaged is a problem, and so is an article that can not be read any more;
    the article stays as it is. Raises the errors of `archive.connect.open_database`, and `ArchiveUnusable`
    where the folder of the evidence is not there.
    """
    problems: list[str] = []
    found_problems = refused = 0
    # Reading and writing have a connection each: what is written must not move what is being read.
    with reading_pool() as pool, _open(archive_path) as reader, _open(archive_path) as archive:
        folder = _existing_folder(archive_path, reader)
        run_id = archive.begin_run("replay", None, {})
        outcome = "interrupted"
        try:
            found = readings(pool, folder, reader.captures.visits())
            for reading in progress(found, "replay", is_watched):
                if reading.article is not None and reading.page is not None:
                    archive.save_reading(reading.article, reading.page)
                    continue
                refused += reading.refusal is not None
                if reading.damage or reading.had_article:
                    found_problems += 1
                    if len(problems) < MAX_PROBLEMS:
                        problems.append(f"{reading.url}: {reading.damage or reading.refusal}")
            outcome = "finished"
        finally:
            archive.end_run(run_id, outcome)
    if found_problems > len(problems):
        problems.append(f"and {found_problems - len(problems)} more pages")
    counts = [f"{count} {kind}" for kind in COUNTED[1:] if (count := archive.outcomes[kind])]
    if refused:
        counts.append(f"{refused} refused")
    return Report(f"{archive.outcomes['pages']} pages: {', '.join(counts) or 'nothing'}", problems)


def readings(pool: Workers, folder: Path, visits: Iterable[Visit]) -> Iterator[Reading]:
    """What today's readers make of ``visits``, in their order, from the WARC files in ``folder``.

    Visits are taken only as they are wanted: the memory stays flat.
    """
    waiting: deque[tuple[list[Visit], Future[list[Any]]]] = deque()
    visits = iter(visits)
    while portion := list(islice(visits, PORTION)):
        waiting.append((portion, pool.submit(read_again, [(folder, visit) for visit in portion])))
        if len(waiting) >= WAITING_PORTIONS * cores():
            yield from _read_portion(*waiting.popleft())
    while waiting:
        yield from _read_portion(*waiting.popleft())


def read_again(job: tuple[Path, Visit]) -> Reading:
    """One visit's evidence to the rows of its article, as a crawl would have read it today."""
    folder, visit = job
    had_article = visit.article_id is not None
    try:
        article = refine(_read(folder, visit))
    except BadCapture as damage:
        return Reading(visit.page_url, had_article, damage=str(damage))
    except Refusal as refusal:
        return Reading(visit.page_url, had_article, refusal=refusal.reason)
    assert article.page is not None
    return Reading(visit.page_url, had_article, as_row(article), as_row(article.page))


def _read(folder: Path, visit: Visit) -> Article:
    site = SITES.get(visit.site or "")
    read: list[Article] = []
    expected: str | None = None
    for url, warc_file, offset, length in visit.parts:
        if read and (expected is None or address_of(url) != address_of(expected)):
            break
        located = _located(read_record(folder, Place(warc_file, offset, length)), url, site)
        read.append(located.article)
        expected = located.next_page
    if not read:
        raise BadCapture("no response of this visit was kept")
    page = Page(
        visit.page_url,
        state="stored",
        site=visit.site,
        column=visit.column,
        found_on=visit.found_on,
        fetched_at=visit.fetched_at,
        payload_sha256=visit.payload_sha256,
    )
    first = file_article(read[0], page, _column(site, visit.column))
    return join_pages(first, read[1:])


def _located(record: Record, url: str, site: Site | None) -> Located:
    response = record.response()
    is_text = not record.is_answer and (response.content_type or "").startswith("text/plain")
    return locate_received(
        response.payload, url, response.content_type, is_text=is_text, site=site, status=response.status
    )


def _column(site: Site | None, slug: str | None) -> Column | None:
    return next((column for column in site.columns if column.slug == slug), None) if site else None


def _existing_folder(archive_path: Path, reader: Archive) -> Path:
    folder = evidence_folder(archive_path)
    if not folder.is_dir() and next(reader.captures.visits(), None) is not None:
        raise ArchiveUnusable(f"{folder}: the archive's evidence is not there - copy it beside the archive")
    return folder


def _open(archive_path: Path) -> Archive:
    return Archive.open(archive_path, create=False)


def reading_pool() -> Workers:
    """One process a core, which knows the sites that this one knows."""
    return Workers(cores(), know_sites, dict(SITES))


def _read_portion(visits: list[Visit], done: Future[list[Any]]) -> Iterator[Reading]:
    for visit, outcome in zip(visits, done.result(), strict=True):
        if isinstance(outcome, WorkError):
            yield Reading(visit.page_url, visit.article_id is not None, damage=str(outcome))
        else:
            yield outcome
