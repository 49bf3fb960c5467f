"""The quality gate of the reader: floors for each field on pages of many layouts, noise included."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.reader import locate_page, read_page, score_view
from pipelines.items import Article

HERE = Path(__file__).parent
PAGES = HERE / "reader_pages"
EXPECTED: list[dict[str, Any]] = [
    json.loads(line) for line in (PAGES / "expected.jsonl").read_text(encoding="utf-8").splitlines()
]
ROOT = HERE.parent
REAL_PAGES = Path(os.environ.get("LUNTAN_REAL_PAGES") or ROOT.parent / "shared" / "pages")
# The share of pages on which a field must be right: found where the page names one, none where it names none.
REAL_FLOORS = {"title": 0.97, "author": 0.95, "editor": 0.95, "source": 0.85, "published": 0.95}
REAL_BODY_FLOOR = 0.95
# Pages written without sight of the reader: a set is unseen until its defects have been mended. At first
# sight the second had of its first 34 pages title 34, author 26, editor 31, source 32, published 34, body 29
# right, of the other 30 title 28, author 22, editor 25, source 28, published 27, body 26. The floors are a
# point below what is reached now.
HELDOUT_FLOORS = {
    "heldout_pages": {
        "title": 0.99,
        "author": 0.99,
        "editor": 0.99,
        "source": 0.99,
        "published": 0.99,
        "body": 0.99,
    },
    "heldout_pages_2": {
        "title": 0.97,
        "author": 0.95,
        "editor": 0.97,
        "source": 0.96,
        "published": 0.97,
        "body": 0.95,
    },
}


def squeezed(text: str | None) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    return {page["file"]: read_page((PAGES / page["file"]).read_bytes(), page["url"]) for page in EXPECTED}


def pages_with(field: str) -> list[Any]:
    return [
        pytest.param(page, id=Path(page["file"]).stem)
        for page in EXPECTED
        if field in page and field not in page.get("optional", ())
    ]


@pytest.mark.parametrize("page", pages_with("title"))
def test_title(articles: dict[str, Article], page: dict[str, Any]) -> None:
    assert squeezed(articles[page["file"]].title) == squeezed(page["title"])


@pytest.mark.parametrize("field", ["author", "editor"])
@pytest.mark.parametrize("page", EXPECTED, ids=lambda page: Path(page["file"]).stem)
def test_people(articles: dict[str, Article], page: dict[str, Any], field: str) -> None:
    if field in page.get("optional", ()):
        return
    names = getattr(articles[page["file"]], field)
    assert (names.split("、") if names else None) == page[field]


@pytest.mark.parametrize("page", pages_with("source"))
def test_source(articles: dict[str, Article], page: dict[str, Any]) -> None:
    assert articles[page["file"]].source == page["source"]


@pytest.mark.parametrize("page", pages_with("published"))
def test_published(articles: dict[str, Article], page: dict[str, Any]) -> None:
    wanted = page["published"] + ("+08:00" if "T" in page["published"] else "")
    assert articles[page["file"]].published_at == wanted


@pytest.mark.parametrize("field", ["column", "series", "subtitle", "keywords"])
def test_details(articles: dict[str, Article], field: str) -> None:
    pages = [page for page in EXPECTED if field in page]
    assert pages
    assert {page["file"]: getattr(articles[page["file"]], field) for page in pages} == {
        page["file"]: page[field] for page in pages
    }


@pytest.mark.parametrize("page", EXPECTED, ids=lambda page: Path(page["file"]).stem)
def test_body(articles: dict[str, Article], page: dict[str, Any]) -> None:
    body = squeezed(articles[page["file"]].body)
    assert body.startswith(squeezed(page["body_start"]))
    assert body.endswith(squeezed(page["body_end"]))
    assert [words for words in page["must_not"] if squeezed(words) in body] == []
    assert [words for words in page.get("contains", ()) if squeezed(words) not in body] == []


def test_images(articles: dict[str, Article]) -> None:
    pages = [page for page in EXPECTED if "images" in page]
    assert pages
    for page in pages:
        images = [[image.url, image.caption] for image in articles[page["file"]].images]
        assert images == page["images"]


def test_next_page_only_where_the_article_goes_on() -> None:
    following = {
        page["file"]: locate_page((PAGES / page["file"]).read_bytes(), page["url"]).next_page
        for page in EXPECTED
    }
    assert following == {page["file"]: page.get("next_page") for page in EXPECTED}


def test_every_field_says_where_it_came_from(articles: dict[str, Article]) -> None:
    fields = ("title", "subtitle", "author", "editor", "source", "published_at", "column", "body")
    for article in articles.values():
        for field in fields:
            if getattr(article, field):
                assert article.provenance[field].words, field
                assert article.provenance[field].rule, field


def test_there_are_enough_layouts() -> None:
    assert len(EXPECTED) >= 20


def is_right(page: dict[str, Any], field: str, value: str | None) -> bool:
    """Whether a held-out page's field has one of the accepted values, a time to the precision asked for."""
    accepted = [page[field], *page.get("alt", {}).get(field, ())]
    if field in ("author", "editor"):
        return set(value.split("、") if value else ()) in [set(names or ()) for names in accepted]
    if field == "published":
        return any(value == time if time is None else (value or "").startswith(time) for time in accepted)
    return squeezed(value) in map(squeezed, accepted)


def has_body(page: dict[str, Any], value: str) -> bool:
    body = squeezed(value)
    wanted = squeezed(page["body_start"]) in body and squeezed(page["body_end"]) in body
    return wanted and not any(squeezed(words) in body for words in page["must_not"])


@cache
def heldout(folder: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each page of a set, and what is read of it."""
    gold = [
        json.loads(line) for line in (HERE / folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return [(page, score_view((HERE / folder / page["file"]).read_bytes(), page["url"])) for page in gold]


@pytest.mark.parametrize("field", ["title", "author", "editor", "source", "published", "body"])
@pytest.mark.parametrize("folder", HELDOUT_FLOORS)
def test_heldout_pages(folder: str, field: str) -> None:
    asked = [(page, found) for page, found in heldout(folder) if field not in page.get("skip", ())]
    wrong = [
        (page["file"], found.get(field))
        for page, found in asked
        if not (
            has_body(page, found.get("body") or "")
            if field == "body"
            else is_right(page, field, found.get(field))
        )
    ]
    assert len(asked) >= 50
    assert len(wrong) <= (1 - HELDOUT_FLOORS[folder][field]) * len(asked), wrong


@pytest.mark.skipif(not (REAL_PAGES / "score.py").exists(), reason="no folder of real pages")
def test_real_pages() -> None:
    scorer = [
        sys.executable,
        str(REAL_PAGES / "score.py"),
        "--extractor",
        "crawler.reader:score_view",
        "--json",
    ]
    done = subprocess.run(scorer, cwd=ROOT, capture_output=True, text=True, check=True)
    score = json.loads(done.stdout)
    assert score["errors"] == 0
    for field, floor in REAL_FLOORS.items():
        counts = score["fields"][field]
        assert counts["right"] >= floor * counts["n"], (field, counts)
    assert score["fields"]["editor"]["spurious"] == 0
    assert score["body"]["hit"] >= REAL_BODY_FLOOR * score["pages"]
