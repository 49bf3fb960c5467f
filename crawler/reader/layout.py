"""A page of a known site: read by the selectors that the site declares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from selectolax.lexbor import LexborNode

from crawler.reader.around import lines_around
from crawler.reader.breadcrumb import column_of
from crawler.reader.document import Document, Parsed, squeeze
from crawler.reader.images import gallery_images
from crawler.reader.metadata import Metadata
from crawler.reader.noise import Noise
from crawler.reader.paragraphs import Body, read_body
from crawler.reader.published import published, read_moment
from crawler.sites.base import Layout, Site
from pipelines.items import Article, Line, Trace

_LONGEST_CREDIT = 300


def read_by_layout(parsed: Parsed, site: Site) -> Article | None:
    """The raw article by the first of the site's layouts that fits the page; None where none does.

    A layout fits when its title and its body are both there and the article's date lies within its dates.
    """
    for layout in site.layouts:
        title, body = parsed.tree.css_first(layout.title), parsed.tree.css_first(layout.body)
        if title is not None and body is not None:
            article = _Reading(parsed, layout, title, body).article()
            if article is not None and _in_force(layout, article.published_at):
                article.site = site.name
                return article
    return None


class _Reading:
    """One layout laid upon one page.

    Only the smallest element around title and body is walked: the selectors reach the rest.
    """

    def __init__(self, parsed: Parsed, layout: Layout, title: LexborNode, body: LexborNode) -> None:
        self.parsed = parsed
        self.layout = layout
        self.rule = f"layout {layout.name}"
        self.root = _around(title, body) or parsed.body
        self.document = Document(parsed, self.root)
        self.title = self.document.index_of(title)
        self.body = self.document.index_of(body)
        self.heading = title

    def article(self) -> Article | None:
        """The raw article, or None where title or body are empty or nobody sees them."""
        if self.title is None or self.body is None:
            return None
        words = self._text(self.heading)
        credits = self._credits(self.body)
        content = self._content(self.body, [node for node, _ in credits])
        gallery = gallery_images(self.parsed, self.layout.gallery) if self.layout.gallery else []
        # A photo story without a text of its own is told by its captions.
        paragraphs = content.paragraphs or [image.caption for image in gallery if image.caption]
        if not words or not paragraphs:
            return None
        article = Article(url=self.parsed.url, title=words, body="\n".join(paragraphs))
        article.provenance["title"] = Trace(words, self.rule, self.layout.title)
        article.provenance["body"] = Trace(paragraphs[0], self.rule, self.layout.body)
        article.images = content.images + [image for image in gallery if image not in content.images]
        metadata = Metadata(self.parsed)
        article.lines = [
            *(line for _, line in credits),
            *self._around(content, self.title),
            *metadata.lines(),
        ]
        self._read_details(article, metadata)
        return article

    def _read_details(self, article: Article, metadata: Metadata) -> None:
        layout, trace = self.layout, article.provenance
        if subtitle := next(iter(self._texts(layout.subtitle)), None):
            article.subtitle = subtitle
            trace["subtitle"] = Trace(subtitle, self.rule, layout.subtitle or "")
        crumbs = self._texts(layout.breadcrumb)
        if column := column_of(crumbs, article.title):
            article.column = column
            trace["column"] = Trace(" > ".join(crumbs), self.rule, layout.breadcrumb or "")
        printed = [Line(text, "head", layout.published or "") for text in self._texts(layout.published)[:1]]
        if not any(read_moment(line.text) for line in printed):
            printed = [line for line in article.lines if line.place != "meta"]
        if found := published(printed, metadata.clock(self.parsed.url)):
            article.published_at, trace["published_at"] = found
        node = self.parsed.tree.css_first(layout.keywords)
        if node is not None and (keywords := metadata.keywords()):
            article.keywords = keywords
            trace["keywords"] = Trace(node.attributes.get("content") or "", self.rule, layout.keywords)

    def _find(self, selector: str | None) -> list[LexborNode]:
        """The elements that a selector finds beside title and body, else anywhere on the page."""
        if selector is None:
            return []
        return self.root.css(selector) or self.parsed.tree.css(selector)

    def _texts(self, selector: str | None) -> list[str]:
        return [text for node in self._find(selector) if (text := self._text(node))]

    def _text(self, node: LexborNode) -> str:
        """An element's visible text; an inline element's is part of a line, so the tree is asked for it."""
        element = self.document.index_of(node)
        return (element is not None and self.document.text_of(element)) or squeeze(node.text())

    def _credits(self, body: int) -> list[tuple[LexborNode, Line]]:
        """The elements that the layout names for author, source and editor, with their lines."""
        layout = self.layout
        selected: list[tuple[LexborNode, Line]] = []
        for selector, usual in ((layout.author, "head"), (layout.source, "head"), (layout.editor, "tail")):
            for node in self._find(selector):
                element = self.document.index_of(node)
                above = usual == "head" if element is None else element < body
                place: Literal["head", "tail"] = "head" if above else "tail"
                text = self._text(node)
                if text and len(text) <= _LONGEST_CREDIT:
                    selected.append((node, Line(text, place, selector or "")))
        return sorted(selected, key=lambda pair: pair[1].place)

    def _content(self, body: int, credits: Sequence[LexborNode]) -> Body:
        document = self.document
        noise = Noise(document, self.title)
        noise.clear(body)
        apart = [*credits, *(node for selector in self.layout.noise for node in self.root.css(selector))]
        cut = [
            element for element in map(document.index_of, apart) if element is not None and element != body
        ]

        def kept(element: int) -> bool:
            return element not in noise and not any(document.holds(outer, element) for outer in cut)

        numbers = [number for number in document.lines_in(body) if kept(document.lines[number].element)]
        pictures = [
            picture for picture in document.pictures if document.holds(body, picture) and kept(picture)
        ]
        return read_body(document, numbers, pictures)

    def _around(self, content: Body, title: int) -> list[Line]:
        heading = next(iter(self.document.lines_in(title)), -1)
        lines = content.lines or [heading]
        return lines_around(self.document, Noise(self.document, title), heading, lines)


def _around(title: LexborNode, body: LexborNode) -> LexborNode | None:
    """The smallest element that holds both."""
    above: set[int] = set()
    node: LexborNode | None = title
    while node is not None:
        above.add(node.mem_id)
        node = node.parent
    node = body
    while node is not None and node.mem_id not in above:
        node = node.parent
    return node


def _in_force(layout: Layout, published_at: str | None) -> bool:
    if published_at is None:
        return True
    day = date.fromisoformat(published_at[:10])
    return (layout.valid_from or date.min) <= day <= (layout.valid_until or date.max)
