"""A page of a known site: read by the selectors that the site declares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from crawler.reader.around import Metadata, lines_around
from crawler.reader.breadcrumb import column_of
from crawler.reader.document import Document, squeeze
from crawler.reader.images import gallery_images
from crawler.reader.noise import Noise
from crawler.reader.paragraphs import Body, read_body
from crawler.reader.published import published, read_moment
from crawler.sites.base import Layout, Site
from pipelines.items import Article, Line, Trace


def read_by_layout(document: Document, site: Site) -> Article | None:
    """The raw article by the first of the site's layouts that fits the page; None where none does.

    A layout fits when its title and its body are both there and the article's date lies within its dates.
    """
    metadata = Metadata(document)
    for layout in site.layouts:
        title, body = document.first(layout.title), document.first(layout.body)
        if title is None or body is None:
            continue
        article = _read(document, metadata, site, layout, title, body)
        if article is not None and _in_force(layout, article.published_at):
            return article
    return None


def _read(
    document: Document, metadata: Metadata, site: Site, layout: Layout, title: int, body: int
) -> Article | None:
    words = _text(document, title)
    credits = _selected(document, layout, body)
    content = _body(document, layout, body, [element for element, _ in credits])
    gallery = gallery_images(document, layout.gallery) if layout.gallery else []
    # A photo story without a text of its own is told by its captions.
    paragraphs = content.paragraphs or [image.caption for image in gallery if image.caption]
    if not words or not paragraphs:
        return None
    article = Article(url=document.url, title=words, body="\n".join(paragraphs), site=site.name)
    trace = article.provenance
    trace["title"] = Trace(words, f"layout {layout.name}", layout.title)
    trace["body"] = Trace(paragraphs[0], f"layout {layout.name}", layout.body)
    article.images = content.images + [image for image in gallery if image not in content.images]
    title_line = next(iter(document.lines_in(title)), -1)
    content_lines = content.lines or list(document.lines_in(body)) or [title_line]
    around = lines_around(document, Noise(document, title), title_line, content_lines)
    article.lines = [*(line for _, line in credits), *around, *metadata.lines()]
    _read_details(document, metadata, layout, article)
    return article


def _read_details(document: Document, metadata: Metadata, layout: Layout, article: Article) -> None:
    name, trace = f"layout {layout.name}", article.provenance
    if (subtitle := document.first(layout.subtitle)) is not None and (words := _text(document, subtitle)):
        article.subtitle = words
        trace["subtitle"] = Trace(words, name, layout.subtitle or "")
    if layout.breadcrumb:
        crumbs = [_text(document, element) for element in document.all(layout.breadcrumb)]
        article.column = column_of(crumbs, article.title)
        if article.column:
            trace["column"] = Trace(" > ".join(crumbs), name, layout.breadcrumb)
    printed: list[Line] = []
    if (element := document.first(layout.published)) is not None:
        printed = [Line(_text(document, element), "head", layout.published or "")]
    if not any(read_moment(line.text) for line in printed):
        printed = [line for line in article.lines if line.place != "meta"]
    if found := published(printed, metadata.clock(document.url)):
        article.published_at, trace["published_at"] = found
    node = document.tree.css_first(layout.keywords)
    if node is not None and (keywords := metadata.keywords()):
        article.keywords = keywords
        trace["keywords"] = Trace(node.attributes.get("content") or "", name, layout.keywords)


def _text(document: Document, element: int) -> str:
    """An element's text; an inline element's is part of a line, so the tree is asked and not the lines."""
    return document.text_of(element) or squeeze(document.nodes[element].text())


def _selected(document: Document, layout: Layout, body: int) -> list[tuple[int, Line]]:
    """The elements that the layout names for author, editor and source, with their lines."""
    selected: list[tuple[int, Line]] = []
    for selector in (layout.author, layout.editor, layout.source):
        for element in document.all(selector) if selector else ():
            text = _text(document, element)
            if text and len(text) <= 300:
                place = "head" if element < body else "tail"
                selected.append((element, Line(text, "head" if place == "head" else "tail", selector or "")))
    return sorted(selected, key=lambda pair: pair[0])


def _body(document: Document, layout: Layout, body: int, apart: Iterable[int]) -> Body:
    cut = [element for selector in layout.noise for element in document.all(selector)]
    cut += [element for element in apart if document.holds(body, element) and element != body]
    numbers = [
        number
        for number in document.lines_in(body)
        if not any(document.holds(element, document.lines[number].element) for element in cut)
    ]
    pictures = [
        picture
        for picture in document.pictures
        if document.holds(body, picture) and not any(document.holds(element, picture) for element in cut)
    ]
    return read_body(document, numbers, pictures)


def _in_force(layout: Layout, published_at: str | None) -> bool:
    if published_at is None:
        return True
    day = date.fromisoformat(published_at[:10])
    return (layout.valid_from or date.min) <= day <= (layout.valid_until or date.max)
