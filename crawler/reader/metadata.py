"""What a page says of itself without printing it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from selectolax.lexbor import LexborNode

from archive.rows import BEIJING
from crawler.reader.document import Parsed, squeeze
from crawler.reader.published import Clock
from pipelines.items import Line

_STATED = 'meta, time[datetime], [itemprop=author], script[type="application/ld+json"]'
_MOST_SCRIPTS = 5
_LONGEST = 300
_COMMENT_WITHIN = 6
_PEOPLE_AND_SOURCE = (
    "author",
    "article:author",
    "og:article:author",
    "editor",
    "source",
    "article:source",
)
_TIMES = (
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
# What scripts call the time at which an article appeared. WeChat's prints it by script alone (pages of 2019
# on), in seconds since 1970.
_SCRIPTED_TIME = re.compile(
    r"""pub(?:lish)?_?(?:[tT]ime|[dD]ate)["']?\s{0,9}[:=]\s{0,9}"""
    r"""["'](\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}[^"'<>]{0,20})["']"""
)
_SCRIPTED_SECONDS = re.compile(r"""ct\s?=\s?["'](1\d{9})["']""")
_SECONDS_MARKS = ('var ct = "1', "var ct = '1", 'var ct="1')
_MOST_SCRIPTED = 50
_CHANGES = ("dateupdate", "datemodified", "article:modified_time", "og:updated_time", "last-modified")


class Metadata:
    """A page's meta elements, its JSON-LD and microdata, bounded in size.

    ``refreshes`` are the contents of those meta elements that send the reader elsewhere.
    """

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self.refreshes: list[str] = []
        self._named: dict[str, str] = {}
        self._author: tuple[str, str] | None = None
        self._time: tuple[str, str] | None = None
        scripts: list[LexborNode] = []
        # One look through the page: four would cost four times as much.
        for node in parsed.tree.css(_STATED):
            tag, attributes = node.tag, node.attributes
            if tag == "script":
                scripts.append(node)
            elif tag == "meta":
                self._read_meta(attributes)
            elif attributes.get("itemprop") == "author":
                self._author = self._author or _microdata_author(node)
            # That of the first time element: the readers' comments, which have some too, come later.
            elif self._time is None and tag == "time":
                self._time = "time[datetime]", attributes.get("datetime") or ""
        self._linked = dict(_linked_data(scripts[:_MOST_SCRIPTS]))

    def _read_meta(self, attributes: dict[str, str | None]) -> None:
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        content = (attributes.get("content") or "").strip()
        if name and content and len(content) <= 2_000:
            self._named.setdefault(name.strip().lower(), content)
        if (attributes.get("http-equiv") or "").lower() == "refresh":
            self.refreshes.append(content)

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

    def titles(self) -> list[str]:
        """The titles that the metadata state."""
        found = [
            self.get("og:title", "title", "articletitle", "twitter:title"),
            self.linked("headline", "title"),
        ]
        return [text for _, text in filter(None, found)]

    def lines(self) -> list[Line]:
        """The metadata that may name a person or a source."""
        found = [self.get(name) for name in _PEOPLE_AND_SOURCE]
        found += [self.linked(name) for name in ("author.name", "author", "editor.name", "editor")]
        found.append(self._author)
        return [Line(text, "meta", path) for path, text in filter(None, found) if len(text) <= _LONGEST]

    def clock(self, url: str) -> Clock:
        """What the metadata know of time."""
        times = [self.get(name) for name in _TIMES]
        times += [self.linked("datePublished"), self.linked("pubDate")]
        if not any(times) and self._time and self._time[1]:
            times.append(self._time)
        changes = [self.get(name) for name in _CHANGES] + [self.linked("dateModified")]
        changed = tuple(text for _, text in filter(None, changes))
        said = self._named.get("others", "")
        generated = said if "生成" in said else None
        scripted = partial(_scripted_time, self._parsed)
        return Clock(url, tuple(filter(None, times)), generated, changed, scripted)

    def keywords(self) -> list[str]:
        """The page's own keywords."""
        found = self.get("keywords", "news_keywords", "tags")
        if found is None:
            return []
        text = found[1]
        separators = r"[,，;；、|]+" if re.search(r"[,，;；、|]", text) else r"[\s\u3000]+"
        words = (word.strip() for word in re.split(separators, text))
        return list(dict.fromkeys(word for word in words if word and len(word) <= 40))[:50]


def _microdata_author(node: LexborNode) -> tuple[str, str] | None:
    """The person whom an element of microdata calls the article's author: its path and the name."""
    if "organization" in (node.attributes.get("itemtype") or "").lower():
        return None
    around = node.parent
    for _ in range(_COMMENT_WITHIN):
        if around is None:
            break
        if around.attributes.get("itemprop") in ("comment", "review"):
            return None
        around = around.parent
    named = node.css_first("[itemprop=name]") or node
    name = squeeze(named.attributes.get("content") or named.text()[:_LONGEST])
    return ("meta[itemprop=author]", name) if name else None


def _scripted_time(parsed: Parsed) -> tuple[str, str] | None:
    """The time that the page's scripts give to its article: where several differ, they tell of others too."""
    found: dict[str, str] = {}
    for script in parsed.tree.css("script:not([src])"):
        for said in _scripted_times(script.text()):
            found.setdefault(said[:10], said)
    return ("script", next(iter(found.values()))) if len(found) == 1 else None


def _scripted_times(text: str) -> Iterator[str]:
    at = text.find("pub")
    for _ in range(_MOST_SCRIPTED):
        if at < 0:
            break
        if match := _SCRIPTED_TIME.match(text, at):
            yield match[1]
        at = text.find("pub", at + 3)
    for mark in _SECONDS_MARKS:
        at = text.find(mark)
        if at >= 0 and (match := _SCRIPTED_SECONDS.match(text, at + 4)):
            yield datetime.fromtimestamp(int(match[1]), BEIJING).isoformat(timespec="minutes")


def _linked_data(scripts: Sequence[LexborNode]) -> Iterable[tuple[str, str]]:
    for script in scripts:
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
