"""The command ``luntan`` with the hostile site known by the name of "hostile", as a child process runs it.

Arguments: the site's address, then luntan's own. ``HOSTILE_NAMES`` gives names and the addresses that a
resolver answers with, one after the other (``name=address,address``), so that no test asks a real one.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from dataclasses import replace
from itertools import chain, repeat
from urllib.parse import urlsplit

from crawler.cli import main
from crawler.demo.run import registered
from crawler.safety.addresses import literal
from crawler.sites import rmlt
from crawler.sites.base import Column, Site


def hostile_site(url: str, columns: str) -> Site:
    """The site at ``url`` with these columns (their slugs, joined by commas)."""
    parts = urlsplit(url)
    return replace(
        rmlt.SITE,
        name="hostile",
        label="示例论坛网",
        hosts=(parts.netloc,),
        scheme=parts.scheme,
        aliases={},
        columns=tuple(Column(slug, slug, f"{url}/{slug}/") for slug in columns.split(",")),
        article=re.compile(re.escape(parts.netloc) + r"/(?P<date>\d{4}/\d{4})/(?P<id>\d+)(?:_\d+)?\.shtml"),
        mirrored_path=None,
        mirrored_host=None,
    )


def _answer_names(words: str) -> None:
    names = {}
    for word in words.split():
        name, _, addresses = word.partition("=")
        first = addresses.split(",")
        names[name] = chain(first, repeat(first[-1]))

    real = socket.gethostbyname

    def gethostbyname(name: str) -> str:
        if literal(name):
            return real(name)
        if name not in names:
            raise socket.gaierror(f"the tests know no {name}")
        return next(names[name])

    socket.gethostbyname = gethostbyname


if __name__ == "__main__":
    if "HOSTILE_NAMES" in os.environ:
        _answer_names(os.environ["HOSTILE_NAMES"])
    with registered((hostile_site(sys.argv[1], sys.argv[2]),)):
        main(sys.argv[3:], prog_name="luntan")
