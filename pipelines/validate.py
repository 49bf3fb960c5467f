"""Hold an article to the contract of ``pipelines/items.py`` before it is stored."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from pipelines.coat import ArticlePipeline
from pipelines.errors import InvalidField, NoBody, NoTitle
from pipelines.items import Article

MAX_TITLE = 500
MAX_BODY = 2_000_000

# The web reached China's news offices in 1995; an earlier date is a misreading.
FIRST_YEAR = 1995

_PUBLISHED = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?\+08:00)?")


def validate_article(article: Article) -> Article:
    """The article, if every field keeps its promise. Raises `NoTitle`, `NoBody` or `InvalidField`."""
    if not article.title:
        raise NoTitle(article.url, "no title is left once white space is removed")
    if not article.body:
        raise NoBody(article.url, "no text is left once bylines and notices are removed")
    for name, limit in (("title", MAX_TITLE), ("body", MAX_BODY)):
        if len(getattr(article, name)) > limit:
            raise InvalidField(article.url, f"{name} is longer than {limit} characters")
    if article.body.count("\ufffd") * 100 > len(article.body):
        raise InvalidField(article.url, "body holds U+FFFD: the page was read in a wrong encoding")
    if article.published_at is not None:
        _check_published(article.url, article.published_at)
    return article


def _check_published(url: str, published_at: str) -> None:
    if _PUBLISHED.fullmatch(published_at) is None:
        raise InvalidField(url, f"published_at is not ISO 8601 in Beijing time: {published_at!r}")
    try:
        moment = datetime.fromisoformat(published_at)
    except ValueError:
        raise InvalidField(url, f"published_at is no date: {published_at!r}") from None
    if not FIRST_YEAR <= moment.year <= (datetime.now() + timedelta(days=1)).year:
        raise InvalidField(url, f"published_at is out of range: {published_at!r}")


class ValidatePipeline(ArticlePipeline):
    """Scrapy's coat over `validate_article`."""

    stage = staticmethod(validate_article)
