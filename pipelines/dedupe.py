"""Give an article the digests and bands by which its copies are known."""

from __future__ import annotations

from pipelines.coat import ArticlePipeline
from pipelines.fingerprint import body_sha256, fingerprint
from pipelines.items import Article


def identify_article(article: Article) -> Article:
    """Set ``body_sha256``, ``text_sha256`` and ``bands``."""
    article.body_sha256 = body_sha256(article.body)
    article.text_sha256, article.bands = fingerprint(article.title, article.body)
    return article


class DedupePipeline(ArticlePipeline):
    """Scrapy's coat over `identify_article`.

    Whether an address or a text is known already is the archive's to say, which outlives the run:
    `archive.store` brings a known address up to date and files a known text as a copy.
    """

    stage = staticmethod(identify_article)
