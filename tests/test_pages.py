"""Every saved page of every registered site, read field by field as a crawl reads it."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from crawler.reader import locate_page, read_list
from crawler.sites import SITES
from pipelines.errors import Refusal
from pipelines.items import Article
from pipelines.refine import refine

PAGES = Path(__file__).parent / "pages"
FOLDERS = sorted(folder for folder in PAGES.glob("*/*") if folder.is_dir())


def load(folder: Path) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    info, expected = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("info", "expected")
    )
    return (folder / "page.html").read_bytes(), info, expected


@lru_cache
def read(folder: Path) -> tuple[Article | Refusal, str | None]:
    """The article of a saved page, or why it is none, and the address of its next page."""
    body, info, _ = load(folder)
    try:
        located = locate_page(
            body,
            info["url"],
            content_type=info["content_type"],
            site=SITES[folder.parent.name],
            status=info["status"],
        )
        return refine(located.article), located.next_page
    except Refusal as refusal:
        return refusal, None


def cases(kind: str) -> list[Any]:
    """(folder, field) for each expected field of the saved pages of one kind."""
    return [
        pytest.param(folder, field, id=f"{folder.parent.name}-{folder.name}-{field}")
        for folder in FOLDERS
        if load(folder)[1]["kind"] == kind
        for field in load(folder)[2]
    ]


@pytest.mark.parametrize("site", SITES)
def test_a_registered_site_has_saved_pages(site: str) -> None:
    kinds = {load(folder)[1]["kind"] for folder in FOLDERS if folder.parent.name == site}
    assert {"article", "list"} <= kinds, (
        f"save an article page and a list page of {site} in tests/pages/{site}/<name>/"
        " (page.html, info.json, expected.json): see CONTRIBUTING.md, 'Add a site'"
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_saved_page_belongs_to_a_registered_site(folder: Path) -> None:
    assert SITES[folder.parent.name].owns(load(folder)[1]["url"])


@pytest.mark.parametrize(("folder", "field"), cases("article"))
def test_an_article_s_field(folder: Path, field: str) -> None:
    expected = load(folder)[2][field]
    article, next_page = read(folder)
    assert isinstance(article, Article), article
    found = asdict(article) | {"next_page": next_page}
    assert (found[field].split("\n") if field == "body" else found[field]) == expected


@pytest.mark.parametrize("folder", [case.values[0] for case in cases("article") if case.values[1] == "title"])
def test_every_value_says_where_it_was_read_and_holds_no_broken_character(folder: Path) -> None:
    article, _ = read(folder)
    assert isinstance(article, Article), article
    for field in ("title", "author", "editor", "source", "published_at", "column", "body"):
        if value := getattr(article, field):
            assert article.provenance[field].place, field
            assert "\ufffd" not in value


@pytest.mark.parametrize(("folder", "field"), cases("list"))
def test_a_list_s_field(folder: Path, field: str) -> None:
    body, info, expected = load(folder)
    found = read_list(body, info["url"], SITES[folder.parent.name], content_type=info["content_type"])
    assert getattr(found, field) == expected[field]


@pytest.mark.parametrize(("folder", "field"), cases("refusal"))
def test_a_refused_page(folder: Path, field: str) -> None:
    refusal, _ = read(folder)
    assert type(refusal).__name__ == load(folder)[2][field]
    assert load(folder)[1]["url"] in str(refusal)
