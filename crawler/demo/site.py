"""The sample site and its mirror as sites to crawl: rmlt's declaration with other hosts and columns."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.demo.render import SITE_LABEL
from crawler.demo.server import MIRROR_HOST
from crawler.demo.sources import COLUMNS
from crawler.sites import rmlt
from crawler.sites.base import Column, Site


def demo_sites(base_url: str) -> tuple[Site, ...]:
    """The sample site served at ``base_url`` and the mirror on the same port.

    >>> [site.hosts for site in demo_sites("http://127.0.0.1:8000")]
    [('127.0.0.1:8000',), ('localhost:8000',)]
    """
    parts = urlsplit(base_url)
    mirror_url = f"http://{MIRROR_HOST}:{parts.port}"
    columns = tuple(Column(slug, label, f"{base_url}/{slug}/") for slug, label in COLUMNS.items())
    return (
        replace(_at(parts.netloc), name="demo", label=SITE_LABEL, columns=columns),
        replace(
            _at(urlsplit(mirror_url).netloc),
            name="demo-mirror",
            label=f"{SITE_LABEL}（镜像）",
            columns=(Column("mirror", "镜像", f"{mirror_url}/"),),
            mirrored_path=None,
            mirrored_host=None,
        ),
    )


def _at(netloc: str) -> Site:
    """The declaration of rmlt, moved to another host."""
    return replace(
        rmlt.SITE,
        hosts=(netloc,),
        aliases={},
        article=re.compile(re.escape(netloc) + r"/(?P<date>\d{4}/\d{4})/(?P<id>\d+)\.shtml"),
        mirrored_host=netloc,
    )
