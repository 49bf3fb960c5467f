"""What a site file declares: columns, addresses, layouts. Data only; the spider and reader act on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Column:
    """One column (栏目): its slug (``luntan crawl --column``), its Chinese label, its list address."""

    slug: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The selectors (CSS) of one article template.

    ``title`` and ``body`` tell the templates of a site apart: a layout fits a page when both match.
    A selector may be a list in order of preference, joined by ``, `` as in CSS. ``gallery`` is a regular
    expression with the groups ``url`` and ``caption`` for photo stories whose pictures stand in a
    script; ``noise`` is what is cut out of the body first. ``valid_from`` and ``valid_until``
    (inclusive) bound the layout by the article's date, so that old pages are still read after a redesign.
    """

    name: str
    title: str
    body: str
    subtitle: str | None = None
    published: str | None = None
    source: str | None = None
    author: str | None = None
    editor: str | None = None
    breadcrumb: str | None = None
    keywords: str = "meta[name=keywords]"
    next_page: str | None = None
    gallery: re.Pattern[str] | None = None
    noise: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One site. ``article`` matches a whole article address (scheme dropped, query dropped); ``links`` and ``next_page``
    are the CSS selectors of a list page; a link whose text is 下一页 always counts as the next page."""

    name: str
    label: str
    hosts: tuple[str, ...]
    columns: tuple[Column, ...]
    article: re.Pattern[str]
    links: str
    layouts: tuple[Layout, ...]
    next_page: str = "a.next"
    query: tuple[str, ...] = ()
    mirrored_path: re.Pattern[str] | None = None
