"""Give an article the digests by which its copies are known."""

from __future__ import annotations

from pipelines.coat import ArticlePipeline
from pipelines.fingerprint import body_sha256, text_sha256
from pipelines.items import Article


def identify_article(article: Article) -> Article:
    """Set ``body_sha256`` and ``text_sha256``."""
    article.body_sha256 = body_sha256(article.body)
    article.text_sha256 = text_sha256(article.title, article.body)
    return article


class DedupePipeline(ArticlePipeline):
    """Scrapy's coat over `identify_article`.

    Whether an address or a text is known already is the archive's to say, which outlives the run:
    `archive.store` brings a known address up to date and files a known text as a copy.
    """

    def article(self, article: Article) -> Article:
        return identify_article(article)
