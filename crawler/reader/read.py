"""A page to the finished item, and to the plain values that a scorer compares."""

from __future__ import annotations

from typing import Any

from crawler.reader.locate import locate
from pipelines.errors import Refusal
from pipelines.items import Article
from pipelines.refine import refine


def read_page(html: bytes, url: str) -> Article:
    """The article of a page of any layout: located, then refined by the pipelines' pure functions.

    Raises a Refusal of ``pipelines.errors`` for a page that is no article.
    """
    return refine(locate(html, url))


def score_view(html: bytes, url: str) -> dict[str, Any]:
    """The values of a page under the names that a scorer of extractors uses; empty for a refused page."""
    try:
        article = read_page(html, url)
    except Refusal:
        return {}
    return {
        "title": article.title,
        "author": article.author,
        "editor": article.editor,
        "source": article.source,
        "published": article.published_at,
        "body": article.body,
    }
