"""Pages that somebody saved: as files with HTML or plain text, or in the WARC files of others."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urldefrag, urlsplit

from archive.rows import BEIJING, now
from crawler.evidence.foreign import SUFFIXES as WARC_SUFFIXES
from crawler.evidence.foreign import ForeignPage
from crawler.evidence.records import Original, resource
from crawler.filing import file_article
from crawler.reader import Located, locate_page
from crawler.reader.decode import MAX_BYTES, decode, looks_like_html
from crawler.reader.plain import read_text
from crawler.sites import site_of
from crawler.sites.base import Site
from pipelines.errors import Unreadable
from pipelines.items import Article, Page
from pipelines.refine import refine

HTML_SUFFIXES = (".html", ".htm", ".shtml", ".xhtml")
TEXT_SUFFIXES = (".txt", ".text")

SUFFIXES = HTML_SUFFIXES + TEXT_SUFFIXES + WARC_SUFFIXES

_ADDRESS_TAG = re.compile(
    r"<(?:link[^<>]{0,200}\brel\s?=\s?[\"']?canonical|meta[^<>]{0,200}\bproperty\s?=\s?[\"']?og:url)\b[^<>]{0,600}>",
    re.I,
)
_ADDRESS = re.compile(r"\b(?:href|content)\s?=\s?[\"'](https?://[^\"'\s<>]{4,500})[\"']", re.I)


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page as it lies on disk: where, its bytes, and when they were saved.

    One out of a WARC file is ``captured``: it also has the address it came from, and its Content-Type.
    """

    name: str
    body: bytes
    saved_at: str
    is_text: bool
    captured: ForeignPage | None = None

    @classmethod
    def of_capture(cls, found: ForeignPage) -> SavedPage:
        """A page out of a WARC file."""
        return cls(found.place, found.body, found.captured_at, found.is_text, found)

    @property
    def url(self) -> str | None:
        """The address that the page was captured from."""
        return self.captured.url if self.captured else None

    def original(self, url: str) -> Original:
        """The record by which the evidence keeps the page, a file's under the address ``url``."""
        if self.captured:
            return self.captured.original
        kind = "text/plain" if self.is_text else "text/html"
        return resource(url, self.saved_at, kind, self.body, self.name)


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


def page_of(saved: SavedPage, url: str | None = None) -> Page:
    """The address of a saved page and where it lay.

    The address is ``url``, else the one that the page itself states, else the digest of its bytes
    (``urn:sha256:…``): a file's path says nothing that holds on another machine.
    """
    payload_sha256 = hashlib.sha256(saved.body).hexdigest()
    address = url or saved.url or stated_address(saved) or f"urn:sha256:{payload_sha256}"
    site = site_of(address)
    return Page(
        url=address_of(address),
        state="stored",
        site=site.name if site else None,
        found_on=saved.name,
        fetched_at=saved.saved_at,
        payload_sha256=payload_sha256,
    )


def address_of(url: str) -> str:
    """The one address by which the archive knows ``url``: canonical, where its site is known.

    >>> address_of("https://rmlt.com.cn/2019/1107/561091.shtml?from=share")
    'http://www.rmlt.com.cn/2019/1107/561091.shtml'
    """
    site = site_of(url)
    return (site.canonical(url) if site else None) or url


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


def locate_saved(saved: SavedPage, page: Page) -> Located:
    """The raw article of a saved page, and where it goes on. Raises a `Refusal` where it holds none."""
    content_type = saved.captured.content_type if saved.captured else None
    # The links of a captured page are relative to where it was captured from.
    url = saved.url or page.url
    located = locate_received(saved.body, url, content_type, is_text=saved.is_text, site=site_of(url))
    file_article(located.article, page, None)
    return located


def locate_received(
    body: bytes, url: str, content_type: str | None, *, is_text: bool, site: Site | None, status: int = 200
) -> Located:
    """The raw article in bytes that somebody received from ``url``, as HTML or as plain text."""
    if is_text:
        return Located(read_text(decode(body, url), url), None)
    return locate_page(body, url, content_type=content_type, site=site, status=status)


def read_saved(saved: SavedPage, page: Page) -> Article:
    """The whole article of a saved page, refined. Raises a `Refusal` where it holds none."""
    return refine(locate_saved(saved, page).article)
