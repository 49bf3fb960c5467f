"""A page of unknown layout: read by what the pages of Chinese sites have in common."""

from __future__ import annotations

from crawler.reader.around import Metadata, lines_around
from crawler.reader.body import find_body, is_list
from crawler.reader.breadcrumb import find_column
from crawler.reader.document import Document, Parsed
from crawler.reader.noise import Noise
from crawler.reader.published import published
from crawler.reader.refuse import why_no_article
from crawler.reader.title import Titles, without_title
from pipelines.errors import NotAnArticle, NoTitle
from pipelines.items import Article, Trace

_DASHES = ("——", "—", "--", "－－")


def read_unknown(parsed: Parsed, document: Document) -> Article:
    """The raw article of a page of unknown layout.

    Raises NeedsJavaScript, NotAnArticle or NoBody where no body is found, NoTitle where no title is.
    """
    metadata = Metadata(parsed)
    named = [
        metadata.get("og:title", "title", "articletitle", "twitter:title"),
        metadata.linked("headline", "title"),
    ]
    titles = Titles(document, [text for _, text in filter(None, named)])
    presumed = titles.line()
    if presumed < 0:
        presumed = titles.first_heading()
    noise = Noise(document, document.lines[presumed].element if presumed >= 0 else None)
    body = find_body(document, noise, presumed)
    if body is None or not body.paragraphs:
        raise why_no_article(document)
    if is_list(document, body):
        raise NotAnArticle(document.url, "every other line of the text is a link: a list of articles")
    first = body.lines[0]
    number, rule = titles.line(before=first), "the line that the page's title repeats"
    if number < 0:
        number, rule = titles.heading_above(first), "the heading above the body"
    if number >= 0:
        title = titles.printed(number)
        trace = Trace(title, rule, document.path(document.lines[number].element))
    else:
        short = titles.shortened()
        if short is None:
            raise NoTitle(document.url, "no heading above the text and no title in the page's head")
        title, trace = short, Trace(titles.stated[0], "the page's title, without the site's name", "title")
    subtitle = next(
        (line for line in document.lines[number + 1 : first][:2] if line.text.startswith(_DASHES)), None
    )
    paragraphs = without_title(body.paragraphs, title)
    article = Article(url=document.url, title=title, body="\n".join(paragraphs))
    article.provenance["title"] = trace
    article.provenance["body"] = Trace(
        paragraphs[0], "the densest run of paragraphs", document.path(document.lines[body.lines[0]].block)
    )
    if subtitle is not None:
        article.subtitle = subtitle.text
        article.provenance["subtitle"] = Trace(
            subtitle.text, "the line under the title that begins with a dash", document.path(subtitle.element)
        )
    article.images = body.images
    article.lines = lines_around(document, noise, number, body.lines) + metadata.lines()
    printed = [line for line in article.lines if line.place != "meta"]
    if found := published(printed, metadata.clock(document.url)):
        article.published_at, article.provenance["published_at"] = found
    if column := find_column(document, title, first):
        article.column, article.provenance["column"] = column
    if keywords := metadata.keywords():
        article.keywords = keywords
        article.provenance["keywords"] = Trace("、".join(keywords), "metadata", "meta[name=keywords]")
    return article
