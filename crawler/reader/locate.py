"""Where the parts of an article stand on its page: the door of the reader."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.reader.decode import decode, looks_like_html
from crawler.reader.document import Document, Parsed, parse
from crawler.reader.generic import read_unknown
from crawler.reader.layout import read_by_layout
from crawler.reader.metadata import Metadata
from crawler.reader.pages import next_article_page
from crawler.reader.plain import read_text
from crawler.reader.refuse import gone, told_gone
from crawler.sites.base import Site
from pipelines.errors import Refusal, SoftNotFound
from pipelines.items import Article

# Less text than this beside much that is marked invisible is no article: comments, a notice.
_LITTLE = 60


@dataclass(frozen=True, slots=True)
class Located:
    """A raw article and, where it goes on, the address of its next page."""

    article: Article
    next_page: str | None


def locate_page(
    body: bytes, url: str, *, content_type: str | None = None, site: Site | None = None, status: int = 200
) -> Located:
    """The raw article of a page, and the address of the article's next page.

    With ``site``, its layouts are tried first; where none fits, or without a site, the page is read as one of
    unknown layout. Raw means: as printed. The bylines are still among ``article.lines`` and in the body.

    Raises a Refusal of ``pipelines.errors``: Unreadable, SoftNotFound, NeedsJavaScript, NotAnArticle,
    NoTitle or NoBody.
    """
    if status in (404, 410):
        raise SoftNotFound(url, f"the server answered {status}")
    if (content_type or "").startswith("text/plain") and not looks_like_html(body):
        text = read_text(decode(body, url, content_type), url)
        text.site = site.name if site else None
        return Located(text, None)
    parsed = parse(body, url, content_type)
    article = read_by_layout(parsed, site) if site else None
    if article is None:
        document, metadata = Document(parsed), Metadata(parsed)
        if refusal := gone(document, metadata):
            raise refusal
        article = _read(parsed, document, metadata)
        article.site = site.name if site else None
    elif refusal := told_gone(article):
        raise refusal
    return Located(article, next_article_page(parsed, site))


def locate(
    body: bytes, url: str, *, content_type: str | None = None, site: Site | None = None, status: int = 200
) -> Article:
    """The raw article of a page: ``locate_page`` without the next page."""
    return locate_page(body, url, content_type=content_type, site=site, status=status).article


def _read(parsed: Parsed, document: Document, metadata: Metadata) -> Article:
    """The raw article of a page of unknown layout.

    Text that is marked invisible counts where what is visible makes no article: some pages show theirs by
    script.
    """
    try:
        article = read_unknown(document, metadata)
        if not document.veiled or len(article.body) >= _LITTLE:
            return article
    except Refusal:
        if not document.veiled:
            raise
    return read_unknown(Document(parsed, unveil=True), metadata)
