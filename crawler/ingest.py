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

_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype|html|head|body|meta|title|div|p)\b", re.I)
_ADDRESS_TAG = re.compile(
    r"<(?:link[^<>]{0,200}\brel\s?=\s?[\"']?canonical|meta[^<>]{0,200}\bproperty\s?=\s?[\"']?og:url)\b[^<>]{0,600}>",
    re.I,
)
_ADDRESS = re.compile(r"\b(?:href|content)\s?=\s?[\"'](https?://[^\"'\s<>]{4,500})[\"']", re.I)


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page as it lies on disk: where, its bytes, and when they were saved."""

    name: str
    body: bytes
    saved_at: str
    is_text: bool


def saved_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The pages among ``paths``: files as given, and those with a page's suffix in folders, in order."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            for found in (Path(folder, name) for name in sorted(names)):
                if found.suffix.lower() in HTML_SUFFIXES + TEXT_SUFFIXES and found.is_file():
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
    address = url or stated_address(saved) or f"urn:sha256:{payload_sha256}"
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
        article = locate(saved.body, page.url, site=site_of(page.url))
    article.url, article.site, article.page = page.url, page.site, page
    article.original_url = original_of(page.url)
    return refine(article)


def ingest_page(archive: Archive, saved: SavedPage) -> Refusal | None:
    """Store the article of a saved page, or its page with the reason why there is none, which is returned."""
    page = page_of(saved)
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


def ingest_all(archive_path: Path, paths: Iterable[Path], *, is_watched: bool) -> Report:
    """Ingest all pages among ``paths`` (``-``: standard input) into the archive, which is made if missing.

    A page that can not be read leaves a ``pages`` row and a problem that names it, and costs no other page.
    Raises the errors of `archive.connect.open_database`, and `ArchiveUnusable` where it can not be written.
    """
    problems = []
    with Archive.open(archive_path) as archive:
        run_id = archive.begin_run("ingest", None, {"paths": [str(path) for path in paths]})
        outcome = "interrupted"
        try:
            for name, load in progress(_sources(paths), "ingest", is_watched):
                if reason := _ingest_one(archive, load):
                    problems.append(f"{name}: {reason}")
            outcome = "finished"
        finally:
            archive.end_run(run_id, outcome)
    counts = [f"{count} {kind}" for kind in COUNTED[1:] if (count := archive.outcomes[kind])]
    return Report(f"{archive.outcomes['pages']} pages: {', '.join(counts) or 'nothing'}", problems)


def _sources(paths: Iterable[Path]) -> Iterator[tuple[str, Callable[[], SavedPage]]]:
    for path in paths:
        if str(path) == "-":
            yield "-", lambda: read_stream(sys.stdin.buffer)
        else:
            for file in saved_files([path]):
                yield str(file), partial(read_file, file)


def progress(work: Iterable[T], label: str, is_watched: bool) -> Iterator[T]:
    """Pass ``work`` on, with a bar on stderr when somebody watches."""
    with click.progressbar(work, label=label, file=sys.stderr, hidden=not is_watched) as bar:
        yield from bar


def _ingest_one(archive: Archive, load: Callable[[], SavedPage]) -> str | None:
    try:
        refusal = ingest_page(archive, load())
    except Unreadable as unreadable:
        return unreadable.reason
    except OSError as error:
        return error.strerror or str(error)
    return refusal.reason if refusal else None
