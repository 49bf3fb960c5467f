"""What a right crawl of the sample site finds, taken from the articles as written, not from any reader."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.demo.pages import MIRRORED, MISSING, NEW_ADDRESS, OLD_ADDRESS, list_paths
from crawler.demo.render import picture_path
from crawler.demo.sources import COLUMNS, Fate, Source, Template, articles


@dataclass(frozen=True, slots=True)
class ExpectedArticle:
    """An article as it must stand in the archive; the names are those of ``pipelines.items.Article``."""

    kind: Template
    title: str
    series: str | None
    subtitle: str | None
    author: str | None
    editor: str | None
    source: str | None
    published_at: str
    column: str
    keywords: tuple[str, ...]
    images: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What a full crawl of the sample site must find; every key is a whole address.

    ``articles`` are to be archived, ``refused`` not, each with the name of its refusal. ``missing`` answer
    404, ``forbidden`` are never asked for, ``moved`` redirect to an article, ``lists`` are the list pages.
    """

    articles: dict[str, ExpectedArticle]
    refused: dict[str, str]
    missing: frozenset[str]
    forbidden: frozenset[str]
    moved: dict[str, str]
    lists: frozenset[str]


def site_truth(base_url: str) -> Truth:
    """What the sample site at ``base_url`` (no slash at its end) holds."""
    by_fate = {
        fate: [source for source in articles() if source.fate == fate]
        for fate in ("live", "gone", "forbidden")
    }
    return Truth(
        articles={base_url + source.path: _expected(source, base_url) for source in by_fate["live"]},
        refused={base_url + source.path: "SoftNotFound" for source in by_fate["gone"]},
        missing=frozenset({base_url + MISSING}),
        forbidden=frozenset(base_url + source.path for source in by_fate["forbidden"]),
        moved={base_url + OLD_ADDRESS: base_url + NEW_ADDRESS},
        lists=frozenset(base_url + path for slug in COLUMNS for path in list_paths(slug)),
    )


def mirror_truth(base_url: str, mirror_url: str) -> dict[str, tuple[str, ExpectedArticle]]:
    """The mirror's copies of standing articles: the address there, the original's, the original's text."""
    return _mirrored(base_url, mirror_url, "live")


def rescued_truth(base_url: str, mirror_url: str) -> dict[str, tuple[str, ExpectedArticle]]:
    """What only the mirror still has: the address there, the lost original's, and the original's text."""
    return _mirrored(base_url, mirror_url, "gone")


def _mirrored(base_url: str, mirror_url: str, fate: Fate) -> dict[str, tuple[str, ExpectedArticle]]:
    return {
        mirror_url + source.path: (base_url + source.path, _expected(source, base_url))
        for source in articles()
        if source.id in MIRRORED and source.fate == fate
    }


def _expected(source: Source, base_url: str) -> ExpectedArticle:
    return ExpectedArticle(
        kind=source.template,
        title=source.title,
        series=source.series,
        subtitle=source.subtitle,
        author=source.author,
        editor=source.editor,
        source=source.source,
        published_at=source.published.isoformat(timespec="minutes"),
        column=source.column_label,
        keywords=source.keywords,
        images=tuple((base_url + picture_path(found.name), found.caption) for found in source.pictures),
        body="\n".join(source.lines),
    )
