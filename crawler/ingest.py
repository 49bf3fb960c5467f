"""Read saved pages into the archive: the same reader, pipelines and store as a crawl, without the network."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from html import unescape
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import urldefrag, urlsplit

import click

from archive.rows import BEIJING, now
from archive.store import COUNTED, Archive
from crawler.evidence.foreign import SUFFIXES as WARC_SUFFIXES
from crawler.evidence.foreign import Damage, ForeignPage, foreign_pages
from crawler.outcome import EXPECTED_REFUSALS
from crawler.reader import locate
from crawler.reader.decode import MAX_BYTES, decode
from crawler.reader.plain import read_text
from crawler.sites import original_of, site_of
from pipelines.errors import Refusal, Unreadable
from pipelines.items import Article, Page
from pipelines.refine import refine
from pipelines.store import store

T = TypeVar("T")

HTML_SUFFIXES = (".html", ".htm", ".shtml", ".xhtml")
TEXT_SUFFIXES = (".txt", ".text")

SUFFIXES = HTML_SUFFIXES + TEXT_SUFFIXES + WARC_SUFFIXES

_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype|html|head|body|meta|title|div|p)\b", re.I)
_ADDRESS_TAG = re.compile(
    r"<(?:link[^<>]{0,200}\brel\s?=\s?[\"']?canonical|meta[^<>]{0,200}\bproperty\s?=\s?[\"']?og:url)\b[^<>]{0,600}>",
    re.I,
)
_ADDRESS = re.compile(r"\b(?:href|content)\s?=\s?[\"'](https?://[^\"'\s<>]{4,500})[\"']", re.I)


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page as it lies on disk: where, its bytes, and when they were saved.

    One out of a WARC file also has the address it was captured from, and its Content-Type.
    """

    name: str
    body: bytes
    saved_at: str
    is_text: bool
    url: str | None = None
    content_type: str | None = None


def saved_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among ``paths``: as given, and in folders those with a suffix of `SUFFIXES`, in order."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            for found in (Path(folder, name) for name in sorted(names)):
                if found.name.lower().endswith(SUFFIXES) and found.is_file():
                    yield found


def read_file(path: Path) -> SavedPage:
    """The page saved at ``path``. Raises OSError, or `Unreadable` for one too large to be a page."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Unreadable(str(path), f"{size} bytes, more than the limit of {MAX_BYTES}; look at it by hand")
    saved_at = datetime.fromtimestamp(path.stat().st_mtime, BEIJING).isoformat(timespec="seconds")
    body = path.read_bytes()
    suffix = path.suffix.lower()
    is_text = suffix in TEXT_SUFFIXES or (suffix not in HTML_SUFFIXES and not looks_like_html(body))
    return SavedPage(str(path), body, saved_at, is_text)


def read_stream(stream: BinaryIO) -> SavedPage:
    """The page that comes from standard input. Raises `Unreadable` where it is too large."""
    body = stream.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise Unreadable("-", f"more than the limit of {MAX_BYTES} bytes; look at it by hand")
    return SavedPage("-", body, now(), is_text=not looks_like_html(body))


def looks_like_html(body: bytes) -> bool:
    """Whether the first bytes hold markup.

    >>> looks_like_html(b"<!DOCTYPE html>"), looks_like_html("首页 > 正文".encode())
    (True, False)
    """
    return _LOOKS_LIKE_HTML.search(body[:4096].replace(b"\0", b"")) is not None


def page_of(saved: SavedPage, url: str | None = None) -> Page:
    """The address of a saved page and where it lay.

    The address is ``url``, else the one that the page itself states, else the digest of its bytes
    (``urn:sha256:…``): a file's path says nothing that holds on another machine.
    """
    payload_sha256 = hashlib.sha256(saved.body).hexdigest()
    address = url or saved.url or stated_address(saved) or f"urn:sha256:{payload_sha256}"
    site = site_of(address)
    return Page(
        url=site.canonical(address) or address if site else address,
        state="stored",
        site=site.name if site else None,
        found_on=saved.name,
        fetched_at=saved.saved_at,
        payload_sha256=payload_sha256,
    )


def read_saved(saved: SavedPage, page: Page) -> Article:
    """The whole article of a saved page, refined. Raises a `Refusal` where it holds none."""
    if saved.is_text:
        article = read_text(decode(saved.body, page.url), page.url)
    else:
        article = locate(saved.body, page.url, content_type=saved.content_type, site=site_of(page.url))
    article.url, article.site, article.page = page.url, page.site, page
    article.original_url = original_of(page.url)
    return refine(article)


def ingest_page(archive: Archive, saved: SavedPage) -> Refusal | None:
    """Store the article of a saved page, or its page with the reason why there is none, which is returned."""
    page = page_of(saved)
    if saved.url and archive.pages.is_older(page.url, saved.saved_at):
        # A capture from before the text that is kept: it must not take that one's place.
        archive.outcomes["older"] += 1
        return None
    try:
        store(archive, read_saved(saved, page))
    except Refusal as refusal:
        store(archive, replace(page, state="refused", reason=refusal.reason))
        return refusal
    return None


def stated_address(saved: SavedPage) -> str | None:
    """The address that a page gives as its own (canonical link, og:url), if it names more than a host."""
    if saved.is_text:
        return None
    head = saved.body[:65536].decode("utf-8", "replace")
    for tag in _ADDRESS_TAG.findall(head):
        if found := _ADDRESS.search(tag):
            address = urldefrag(unescape(found[1])).url
            if len(urlsplit(address).path) > 1:
                return address
    return None


@dataclass(slots=True)
class Report:
    """What came of an ingest: one line for a person, and what somebody must act upon."""

    summary: str
    problems: list[str]


def ingest_all(
    archive_path: Path, paths: Iterable[Path], *, is_watched: bool, any_site: bool = False
) -> Report:
    """Ingest all pages among ``paths`` (``-``: standard input) into the archive, which is made if missing.

    Of a WARC or WET file the articles of known sites are taken, with ``any_site`` all pages.
    A page that can not be read leaves a ``pages`` row and a problem that names it, and costs no other page.
    Raises the errors of `archive.connect.open_database`, and `ArchiveUnusable` where it can not be written.
    """
    problems = []
    with Archive.open(archive_path) as archive:
        run_id = archive.begin_run("ingest", None, {"paths": [str(path) for path in paths]})
        outcome = "interrupted"
        try:
            for name, load in progress(_sources(paths, any_site), "ingest", is_watched):
                if reason := _ingest_one(archive, load, any_site):
                    problems.append(f"{name}: {reason}")
            outcome = "finished"
        finally:
            archive.end_run(run_id, outcome)
    counts = [f"{count} {kind}" for kind in (*COUNTED[1:], "older") if (count := archive.outcomes[kind])]
    return Report(f"{archive.outcomes['pages']} pages: {', '.join(counts) or 'nothing'}", problems)


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
        for found in foreign_pages(file, _is_any if any_site else _is_article):
            yield found.place, partial(_saved, found)
    except OSError as error:
        yield str(file), partial(_saved, Damage(str(file), error.strerror or str(error)))


def _saved(found: ForeignPage | Damage) -> SavedPage:
    if isinstance(found, Damage):
        raise Unreadable(found.place, found.reason)
    return SavedPage(found.place, found.body, found.captured_at, found.is_text, found.url, found.content_type)


def _is_any(url: str) -> bool:
    return True


def _is_article(url: str) -> bool:
    site = site_of(url)
    return site is not None and site.article_url(url) is not None


def progress(work: Iterable[T], label: str, is_watched: bool) -> Iterator[T]:
    """Pass ``work`` on, with a bar on stderr when somebody watches."""
    with click.progressbar(work, label=label, file=sys.stderr, hidden=not is_watched) as bar:
        yield from bar


def _ingest_one(archive: Archive, load: Callable[[], SavedPage], any_site: bool) -> str | None:
    try:
        saved = load()
        refusal = ingest_page(archive, saved)
    except Unreadable as unreadable:
        return unreadable.reason
    except OSError as error:
        return error.strerror or str(error)
    if refusal is None or (saved.url and (any_site or type(refusal).__name__ in EXPECTED_REFUSALS)):
        # A crawl of others holds all kinds of pages; that not all are articles is no news.
        return None
    return refusal.reason
