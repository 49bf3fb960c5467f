"""The registered sites, by name. A new site is one module here, one line below, one folder of saved pages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from crawler.sites import rmlt
from crawler.sites.base import Column, Site

SITES: dict[str, Site] = {site.name: site for site in (rmlt.SITE,)}


def know_sites(sites: Mapping[str, Site]) -> None:
    """Make ``sites`` the only ones known in this process."""
    known = dict(sites)
    SITES.clear()
    SITES.update(known)


class UnknownName(LookupError):
    """A site or column that is not registered; the message suggests the nearest."""


def get_site(name: str) -> Site:
    """The site registered under ``name``. Raises `UnknownName` with the nearest names."""
    try:
        return SITES[name]
    except KeyError:
        raise UnknownName(_unknown("site", name, SITES, "luntan sites")) from None


def get_columns(site: Site, names: tuple[str, ...]) -> tuple[Column, ...]:
    """The columns of ``site`` by slug or Chinese label; all of them where ``names`` is empty.

    A label that several columns share (rmlt's 前沿理论) names all of them. Raises `UnknownName`.

    >>> [column.slug for column in get_columns(get_site("rmlt"), ("党建", "marx"))]
    ['dangjian', 'marx']
    """
    if not names:
        return site.columns
    chosen: dict[str, Column] = {}
    for name in names:
        found = [column for column in site.columns if name in (column.slug, column.label)]
        if not found:
            known = [word for column in site.columns for word in (column.slug, column.label)]
            raise UnknownName(_unknown("column", name, known, f"luntan columns {site.name}"))
        chosen.update((column.slug, column) for column in found)
    return tuple(chosen.values())


def site_of(url: str) -> Site | None:
    """The registered site that ``url``'s host belongs to, if any.

    >>> site_of("https://politics.rmlt.com.cn/2019/1107/561091.shtml").name
    'rmlt'
    >>> site_of("http://rmlt.com.cn.example/2019/1107/561091.shtml") is None
    True
    """
    return next((site for site in SITES.values() if site.owns(url)), None)


def original_of(mirror_url: str) -> str | None:
    """The address at a registered site whose article a mirror re-serves under the same path, if any.

    >>> original_of("http://mirror.example/2019/1107/561091.shtml")
    'http://www.rmlt.com.cn/2019/1107/561091.shtml'
    """
    return next((found for site in SITES.values() if (found := site.original_url(mirror_url))), None)


def _unknown(kind: str, name: str, known: Iterable[str], command: str) -> str:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    hint = f" - did you mean {' or '.join(near)}?" if near else ""
    return f"unknown {kind} {name!r}{hint} (see: {command})"
