"""The contract: what a reader or a spider may yield, field by field.

A name here is the same name in the item, in the SQL column and in the JSON key. Times (``*_at``)
are ISO 8601 with offset at the printed precision, Beijing time (+08:00) where a page prints none:
``2019-11-07T09:12+08:00``, ``2019-11-07T09:12:30+08:00``, or only the day, ``2019-11-07``, where the
page prints no hour. Digests (``*_sha256``) are lower-case hex. A missing value is ``None``, never "".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Place = Literal["breadcrumb", "title", "head", "body", "tail", "meta", "address"]
Role = Literal[
    "author",
    "editor",
    "chief_editor",
    "proofreader",
    "reviewer",
    "photographer",
    "illustrator",
    "translator",
    "producer",
]


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line beside the body that may hold a byline, a source or a time.

    ``text`` is the line as printed (one element's text, white space as it came); ``place`` says in
    which part of the page it stood, ``path`` where exactly (a CSS path, a meta name, ``line 7``).
    """

    text: str
    place: Place
    path: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a value was read: the words of the page, the rule that read them, their place."""

    words: str
    rule: str
    place: str


@dataclass(frozen=True, slots=True)
class Byline:
    """One person in one role, with the words of the page that say so."""

    role: Role
    name: str
    words: str
    rule: str
    place: str
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """One picture of the article: its absolute address and its caption, if printed."""

    url: str
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One place where restoration changed a field.

    ``start`` and ``end`` are the span of ``before`` in the field as received (in characters);
    ``after`` is what stands there now. ``confidence`` runs from 0 to 1 (1 = certain).
    """

    field: str
    kind: str
    start: int
    end: int
    before: str
    after: str
    confidence: float


PageKind = Literal["list", "article"]
PageState = Literal["found", "fetched", "stored", "refused", "failed", "gone"]


@dataclass(slots=True)
class Page:
    """One address met by a crawl or an ingest, and what came of it.

    ``links`` are the article addresses that a list page named, written as ``found`` together with
    the list page itself; ``reason`` says why a page was refused or failed (``NoBody: …``).
    """

    url: str
    kind: PageKind = "article"
    state: PageState = "found"
    site: str | None = None
    column: str | None = None
    found_on: str | None = None
    reason: str | None = None
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: str | None = None
    payload_sha256: str | None = None
    links: list[str] = field(default_factory=list, repr=False)
    next_page: str | None = None


@dataclass(slots=True)
class Article:
    """One article: what its page says, with the words that say it.

    ``body`` holds one paragraph a line (headings, list items and table rows are lines of their own;
    the cells of a table row are joined by " | "). ``author`` and ``editor`` are names joined with 、,
    ``None`` when the page names none. ``column`` is the Chinese label of the breadcrumb. ``keywords``
    are the page's own. ``text_sha256`` is the digest of the words alone, by which exact copies are known;
    ``bands`` are the integers by which the archive finds near ones.
    ``script`` is ``hans`` or ``hant``: the script of ``body``. ``restored`` is the
    share of the received characters that restoration changed (0.0: untouched). ``original_url`` is
    the address that a mirror's path points back to.

    ``lines`` is what stands around the body, for the byline grammar; it is not stored.
    ``provenance`` gives the trace of each field that has a value.
    """

    url: str
    title: str
    body: str = field(repr=False)
    site: str | None = None
    column: str | None = None
    series: str | None = None
    subtitle: str | None = None
    author: str | None = None
    editor: str | None = None
    source: str | None = None
    published_at: str | None = None
    keywords: list[str] = field(default_factory=list, repr=False)
    script: str | None = None
    body_sha256: str | None = None
    text_sha256: str | None = None
    bands: tuple[int, ...] = field(default=(), repr=False)
    restored: float = 0.0
    original_url: str | None = None
    bylines: list[Byline] = field(default_factory=list, repr=False)
    images: list[Image] = field(default_factory=list, repr=False)
    repairs: list[Repair] = field(default_factory=list, repr=False)
    provenance: dict[str, Trace] = field(default_factory=dict, repr=False)
    lines: list[Line] = field(default_factory=list, repr=False)
    page: Page | None = field(default=None, repr=False)

    @property
    def is_refined(self) -> bool:
        """Whether the article has gone through `pipelines.refine`, whose last stage gives it its digests."""
        return self.body_sha256 is not None
