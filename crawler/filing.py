"""What a page's reader can not know: whose article it is, and in which column it was found."""

from __future__ import annotations

import hashlib

from crawler.sites import original_of
from crawler.sites.base import Column
from pipelines.items import Article, Page, Trace


def joined_sha256(payload_sha256: str, further: bytes) -> str:
    """The digest of an article of several pages: that of its pages so far, and the payload of one more."""
    return hashlib.sha256(payload_sha256.encode() + further).hexdigest()


def file_article(article: Article, page: Page, column: Column | None) -> Article:
    """Give ``article`` the address and the site of ``page``, and the column crawled where it names none."""
    article.url, article.site, article.page = page.url, page.site, page
    article.original_url = original_of(page.url)
    if article.column is None and column is not None:
        article.column = column.label
        trace = Trace(column.label, "the column crawled", page.found_on or column.url)
        article.provenance["column"] = trace
    return article
