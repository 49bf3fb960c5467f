"""The lines around the body: where the author, the editor, the source and the time are printed."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from typing import Any

from crawler.reader.document import Document, Parsed
from crawler.reader.noise import Noise
from crawler.reader.published import Clock, read_moment
from crawler.reader.wording import turns_elsewhere
from pipelines.byline import begins_with_label
from pipelines.items import Line, Place

_MOST_HEAD = 40
_MOST_TAIL = 40
_ABOVE_TITLE = 8
_LONGEST = 300
_LONGEST_BYLINE = 100
_EDITOR = re.compile(r"^.{0,40}(?:责任?编辑|責任?編輯|责编|責編)\s*[:：/|】]")
_META_LINES = (
    "author",
    "article:author",
    "og:article:author",
    "editor",
    "source",
    "article:source",
    "mediaid",
    "article:publisher",
    "og:site_name",
)
_META_TIMES = (
    "article:published_time",
    "og:published_time",
    "bytedance:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "publishtime",
    "publish-time",
    "publish_time",
    "firstpublishedtime",
    "apub:time",
    "og:release_date",
    "article:create_at",
    "weibo: article:create_at",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "date",
)


def lines_around(document: Document, noise: Noise, title: int, body: Collection[int]) -> list[Line]:
    """The lines beside the body, in document order.

    The head's stand between the title and the body's first line; of those above the title only what is
    set like a byline or a time. The tail's stand inside the body without being part of it, and after it,
    up to where the page turns to other matter; from there on, and in boxes beside the article, only the
    responsible editor is looked for: pages put that line last.

    ``title`` is the number of the title's line (or -1), ``body`` the numbers of the body's lines.
    """
    first, last = min(body), max(body)
    start = title + 1 if 0 <= title < first else max(0, first - _MOST_HEAD)
    numbers = [
        number for number in range(max(0, start - _ABOVE_TITLE), start) if _like_byline(document, number)
    ]
    numbers += [number for number in range(start, first)[:_MOST_HEAD] if number != title]
    lines = [_line(document, number, "head") for number in numbers]
    inside = set(range(first, last)) - set(body)
    elsewhere = False
    for number in [*sorted(inside), *range(last + 1, min(len(document.lines), last + 1 + _MOST_TAIL))]:
        line = document.lines[number]
        elsewhere = elsewhere or (number > last and turns_elsewhere(line.text))
        if (
            _EDITOR.search(line.text)
            if elsewhere or line.block in noise
            else line.linked * 2 <= len(line.text)
        ):
            lines.append(_line(document, number, "tail"))
    return [line for line in lines if len(line.text) <= _LONGEST]


def _like_byline(document: Document, number: int) -> bool:
    line = document.lines[number]
    if line.linked * 2 > len(line.text) or len(line.text) > _LONGEST_BYLINE:
        return False
    return begins_with_label(line.parted) or read_moment(line.parted) is not None


def _line(document: Document, number: int, place: Place) -> Line:
    line = document.lines[number]
    return Line(line.parted, place, document.path(line.element))


class Metadata:
    """What a page says of itself without printing it: meta elements and JSON-LD, bounded in size."""

    def __init__(self, parsed: Parsed) -> None:
        self._named: dict[str, str] = {}
        for node in parsed.tree.css("meta[content]"):
            attributes = node.attributes
            name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
            content = (attributes.get("content") or "").strip()
            if name and content and len(content) <= 2_000:
                self._named.setdefault(name.strip().lower(), content)
        self._linked = dict(_linked_data(parsed))

    def get(self, *names: str) -> tuple[str, str] | None:
        """The first of the named meta elements that has a content: its path and the content."""
        for name in names:
            if content := self._named.get(name):
                return f"meta[name={name}]", content
        return None

    def linked(self, *names: str) -> tuple[str, str] | None:
        """The first of the named JSON-LD members that has a text: its path and the text."""
        for name in names:
            if content := self._linked.get(name):
                return f"jsonld.{name}", content
        return None

    def lines(self) -> list[Line]:
        """The metadata that may name a person or a source."""
        found = [self.get(name) for name in _META_LINES]
        found += [
            self.linked(name) for name in ("author.name", "author", "editor.name", "editor", "publisher.name")
        ]
        return [Line(text, "meta", path) for path, text in filter(None, found) if len(text) <= _LONGEST]

    def clock(self, url: str) -> Clock:
        """What the metadata know of time."""
        times = [self.get(name) for name in _META_TIMES]
        times += [self.linked("datePublished"), self.linked("pubDate")]
        generated = self.get("others", "lastmodifiedtime", "article:modified_time")
        return Clock(url, tuple(filter(None, times)), generated[1] if generated else None)

    def keywords(self) -> list[str]:
        """The page's own keywords."""
        found = self.get("keywords", "news_keywords", "tags")
        if found is None:
            return []
        text = found[1]
        separators = r"[,，;；、|]+" if re.search(r"[,，;；、|]", text) else r"[\s\u3000]+"
        words = (word.strip() for word in re.split(separators, text))
        return list(dict.fromkeys(word for word in words if word and len(word) <= 40))[:50]


def _linked_data(parsed: Parsed) -> Iterable[tuple[str, str]]:
    for script in parsed.tree.css('script[type="application/ld+json"]')[:5]:
        text = script.text()
        if len(text) > 100_000:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for member in data if isinstance(data, list) else [data]:
            if isinstance(member, dict):
                yield from _texts(member)


def _texts(member: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in member.items():
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str):
            yield name, value.strip()
        elif isinstance(value, dict) and isinstance(value.get("name"), str):
            yield f"{name}.name", value["name"].strip()
