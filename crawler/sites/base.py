"""What a site file declares: columns, addresses, layouts. Data only; the spider and reader act on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


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
    """One site.

    ``hosts`` are its domains; every host below them is the site's too. ``article`` matches a whole article
    address without scheme and query; ``links`` and ``next_page`` are the CSS selectors of a list page (a
    link that reads 下一页 always counts as the next page). ``scheme``, ``aliases`` (host to host) and
    ``query`` (the parameters that tell pages apart; all others are share suffixes) make addresses canonical.
    ``mirrored_path`` matches the paths that hijacked mirrors re-serve; they belong to ``mirrored_host``.
    """

    name: str
    label: str
    hosts: tuple[str, ...]
    columns: tuple[Column, ...]
    article: re.Pattern[str]
    links: str
    layouts: tuple[Layout, ...]
    next_page: str = "a.next"
    scheme: str = "http"
    aliases: Mapping[str, str] = field(default_factory=dict)
    query: tuple[str, ...] = ()
    mirrored_path: re.Pattern[str] | None = None
    mirrored_host: str | None = None

    def owns(self, url: str) -> bool:
        """Whether ``url`` is an http(s) address on one of the site's hosts."""
        host = _host(url)
        return host is not None and any(host == own or host.endswith(f".{own}") for own in self.hosts)

    def canonical(self, url: str) -> str | None:
        """The one address of this page of the site, or None where it is not the site's.

        Scheme and host as the site declares them, only the parameters that tell pages apart, no fragment.
        """
        if not self.owns(url):
            return None
        parts = urlsplit(url)
        host = _host(url) or ""
        query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] in self.query])
        address = f"{self.scheme}://{self.aliases.get(host, host)}{parts.path or '/'}"
        return f"{address}?{query}" if query else address

    def article_url(self, url: str, base: str = "") -> str | None:
        """The canonical address if ``url`` (relative to ``base``) is one of the site's articles."""
        try:
            absolute = urljoin(base, url.strip())
        except ValueError:
            return None
        address = self.canonical(absolute)
        if address is None or self.article.fullmatch(address.split("://", 1)[1].split("?", 1)[0]) is None:
            return None
        return address

    def original_url(self, mirror_url: str) -> str | None:
        """The site's own address of a page that the foreign ``mirror_url`` re-serves under the same path."""
        if self.mirrored_path is None or self.owns(mirror_url):
            return None
        path = urlsplit(mirror_url).path
        if self.mirrored_path.fullmatch(path) is None:
            return None
        return f"{self.scheme}://{self.mirrored_host or self.hosts[0]}{path}"


def _host(url: str) -> str | None:
    """Host and, where it is not the default one, port; None for what is no http(s) address."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    return parts.hostname.lower().rstrip(".") + ("" if port == _DEFAULT_PORTS[parts.scheme] else port)
