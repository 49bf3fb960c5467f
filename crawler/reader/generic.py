"""A page of unknown layout: read by what the pages of Chinese sites have in common."""

from __future__ import annotations

from crawler.reader.around import lines_around
from crawler.reader.body import find_body, is_list
from crawler.reader.breadcrumb import find_column
from crawler.reader.document import Document
from crawler.reader.metadata import Metadata
from crawler.reader.noise import Noise
from crawler.reader.published import published
from crawler.reader.refuse import why_no_article
from crawler.reader.title import Titles, without_title
from pipelines.byline.names import is_office
from pipelines.errors import NotAnArticle, NoTitle
from pipelines.items import Article, Trace

_DASHES = ("——", "—", "--", "－－")


def read_unknown(document: Document, metadata: Metadata) -> Article:
    """The raw article of a page of unknown layout.

    Raises NeedsJavaScript, NotAnArticle or NoBody where no body is found, NoTitle where no title is.
    """
    titles = Titles(document, metadata.titles())
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
    number, title, trace = _title(document, titles, first)
    paragraphs = without_title(body.paragraphs, title)
    if not paragraphs:
        raise why_no_article(document)
    article = Article(url=document.url, title=title, body="\n".join(paragraphs), images=body.images)
    article.provenance["title"] = trace
    place = document.path(document.lines[first].block)
    article.provenance["body"] = Trace(paragraphs[0], "the densest run of paragraphs", place)
    article.lines = lines_around(document, noise, number, body.lines) + metadata.lines()
    _read_details(document, metadata, article, number, first)
    return article


def _title(document: Document, titles: Titles, first: int) -> tuple[int, str, Trace]:
    """The number of the title's line (-1 where none prints it), the title, and where it was read."""
    number, rule = titles.line(before=first), "the line that the page's title repeats"
    if number < 0:
        number, rule = titles.heading_above(first), "the heading above the body"
    if number >= 0 and is_office(document.lines[number].text):
        # The page is called after its site, and so is the banner; the article's heading stands below.
        number = max(number, titles.heading_above(first, below=number))
    if number >= 0:
        title = titles.printed(number)
        return number, title, Trace(title, rule, document.path(document.lines[number].element))
    if (number := titles.above_information(first)) >= 0:
        title, rule = document.lines[number].text, "the line set off above the line about the article"
        return number, title, Trace(title, rule, document.path(document.lines[number].element))
    short = titles.shortened()
    if short is None:
        raise NoTitle(document.url, "no heading above the text and no title in the page's head")
    return number, short, Trace(titles.stated[0], "the page's title, without the site's name", "title")


def _read_details(document: Document, metadata: Metadata, article: Article, title: int, first: int) -> None:
    trace = article.provenance
    under = document.lines[title + 1 : first][:2]
    if subtitle := next((line for line in under if line.text.startswith(_DASHES)), None):
        article.subtitle = subtitle.text
        rule = "the line under the title that begins with a dash"
        trace["subtitle"] = Trace(subtitle.text, rule, document.path(subtitle.element))
    printed = [line for line in article.lines if line.place != "meta"]
    if found := published(printed, metadata.clock(document.url)):
        article.published_at, trace["published_at"] = found
    if column := find_column(document, article.title, first):
        article.column, trace["column"] = column
    if keywords := metadata.keywords():
        article.keywords = keywords
        trace["keywords"] = Trace("、".join(keywords), "metadata", "meta[name=keywords]")
