"""Say who wrote and who edited an article: the byline grammar applied to all that its page prints."""

from __future__ import annotations

from pipelines.byline import read_bylines
from pipelines.coat import ArticlePipeline
from pipelines.items import Article


def attribute_article(article: Article) -> Article:
    """Fill ``bylines``, ``author``, ``editor`` and ``source`` from the lines around the body and the body.

    The sentences that name them leave ``body``; the lines that were read are used up, so that a second
    call changes nothing.
    """
    if not article.lines and article.bylines:
        return article
    reading = read_bylines(article.lines, article.body, published_at=article.published_at)
    article.bylines = reading.bylines
    article.author = reading.author
    article.editor = reading.editor
    article.source = reading.source
    article.body = reading.body
    article.lines = []
    for name in ("author", "editor", "source"):
        trace = getattr(reading, f"{name}_trace")
        if trace is not None:
            article.provenance[name] = trace
    return article


class BylinePipeline(ArticlePipeline):
    """Scrapy's coat over `attribute_article`."""

    stage = staticmethod(attribute_article)
