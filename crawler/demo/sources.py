"""The articles of the sample site, as written: a small header, an empty line, one block a line.

The header tells what a page prints (``title``, ``editors``, ``tail`` …) and what that means (``author``,
``editor``, ``series``). In the body a line is a paragraph, ``## `` begins a heading, ``- `` a list item,
``| a | b |`` is a table row, ``![caption](name)`` a picture, and ``===`` starts the next page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Literal

from archive.rows import BEIJING

PAGE_BREAK = "==="
_PICTURE = re.compile(r"!\[(?P<caption>[^\]]*)\]\((?P<name>[\w-]+)\)")

Template = Literal["article", "photo", "video"]
Fate = Literal["live", "gone", "forbidden"]

COLUMNS = {
    "yuedu": "阅读时光",
    "jiefang": "街坊日常",
    "shouyi": "手艺人家",
    "tianye": "田野来信",
    "tushuo": "图说",
    "shipin": "视频",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of an article: the name of its file and its caption."""

    name: str
    caption: str


@dataclass(frozen=True, slots=True)
class Source:
    """One article as written.

    ``columns`` are slugs; the first is the one in the breadcrumb, the list pages of all name the article.
    ``head``, ``first``, ``tail``, ``last`` and ``editors`` are bylines as printed: beside the date, as the
    first paragraph, at the end of the last one, as the last paragraph, and below the body. ``author``
    and ``editor`` are the names in them. ``fate`` is what became of it: ``gone`` from the site (the mirror
    still has it), or ``forbidden`` by robots.txt. ``charset`` is the encoding of the page's bytes.
    """

    id: int
    published: datetime
    columns: tuple[str, ...]
    title: str
    blocks: tuple[str, ...]
    template: Template = "article"
    fate: Fate = "live"
    charset: str = "utf-8"
    series: str | None = None
    subtitle: str | None = None
    source: str | None = None
    keywords: tuple[str, ...] = ()
    author: str | None = None
    editor: str | None = None
    head: str | None = None
    first: str | None = None
    tail: str | None = None
    last: str | None = None
    editors: str | None = None

    @property
    def path(self) -> str:
        """The address below the host: ``/YYYY/MMDD/<id>.shtml``."""
        return f"/{self.published:%Y/%m%d}/{self.id}.shtml"

    @property
    def column_label(self) -> str:
        """The Chinese name of the column in the breadcrumb."""
        return COLUMNS[self.columns[0]]

    @property
    def pages(self) -> tuple[tuple[str, ...], ...]:
        """The blocks of each page of the article."""
        pages: list[list[str]] = [[]]
        for block in self.blocks:
            if block == PAGE_BREAK:
                pages.append([])
            else:
                pages[-1].append(block)
        return tuple(tuple(page) for page in pages)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures in their order."""
        return tuple(found for block in self.blocks if (found := picture(block)))

    @property
    def lines(self) -> tuple[str, ...]:
        """The body as it belongs in the archive: a paragraph, heading, list item or table row a line."""
        return tuple(
            text_of(block) for block in self.blocks if block != PAGE_BREAK and picture(block) is None
        )


def picture(block: str) -> Picture | None:
    """The picture that a block is, or ``None``.

    >>> picture("![清晨的公园](park-1)")
    Picture(name='park-1', caption='清晨的公园')
    """
    found = _PICTURE.fullmatch(block)
    return Picture(found["name"], found["caption"]) if found else None


def cells(row: str) -> list[str]:
    """The cells of a table row.

    >>> cells("| 春 | 小葱、生菜 |")
    ['春', '小葱、生菜']
    """
    return [cell.strip() for cell in row.strip("|").split("|")]


def text_of(block: str) -> str:
    """The text of a block without its mark.

    >>> text_of("## 一把椅子"), text_of("- 种子"), text_of("| 春 | 小葱 |")
    ('一把椅子', '种子', '春 | 小葱')
    """
    if block.startswith("|"):
        return " | ".join(cells(block))
    return block.removeprefix("## ").removeprefix("- ")


def parse(article_id: int, text: str) -> Source:
    """Read one article file. Raises ``TypeError`` or ``KeyError`` where its header is not right."""
    head, _, body = text.partition("\n\n")
    header = dict(line.split(": ", 1) for line in head.splitlines())
    return Source(
        id=article_id,
        published=datetime.strptime(header.pop("published"), "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING),
        columns=tuple(header.pop("columns").split()),
        keywords=tuple(header.pop("keywords", "").split()),
        blocks=tuple(line for line in body.splitlines() if line),
        **header,  # type: ignore[arg-type]  # the names are the fields'; a wrong one is a TypeError
    )


def _files() -> Iterator[tuple[int, str]]:
    for file in resources.files(__package__).joinpath("articles").iterdir():
        if file.name.endswith(".txt"):
            yield int(file.name.removesuffix(".txt")), file.read_text(encoding="utf-8")


@cache
def articles() -> tuple[Source, ...]:
    """All articles of the sample site, newest first."""
    found = [parse(article_id, text) for article_id, text in _files()]
    return tuple(sorted(found, key=lambda source: source.published, reverse=True))
