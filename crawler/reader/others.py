"""Lists of other articles, and of what readers say: they bear names and times that are not the article's."""

from __future__ import annotations

import re
from collections.abc import Collection

from crawler.reader.document import Document, squeeze

_ITEMS = frozenset(("article", "dd", "div", "dl", "dt", "li", "p", "section", "tr"))
_SIGNED = re.compile(
    r"(?:责任?编辑|責任?編輯|责编|責編|作者|记者|記者|来源|來源|文)\s?[:：/ ]"
    r"|\d{4}[-/.年]\d{1,2}|\d{1,2}[-/月]\d{1,2}"
)
_TO_THE_MINUTE = re.compile(r"\d{1,2}[-/月]\d{1,2}日?\s{1,3}\d{1,2}:\d{2}")
# A link of so many characters is a title; shorter ones lead to a person or to a medium.
_TITLE = 6
_LONGEST = 400
_MOST_LINES = 12
_FEWEST = 2
_INMOST = 4


class Others:
    """Which lines of a page stand in lists of others; worked out once for each list.

    Two or more siblings of one kind, each with a title that is a link and with a byline or a date, or with a
    link and a time to the minute, are such a list: one alone may be the article's own line. What holds a line
    of the body is no item. ``titled`` asks that the link be a line of its own beside what it is signed with,
    so that no paragraph with a link and a date is taken for an item.
    """

    def __init__(self, document: Document, body: Collection[int] = (), *, titled: bool = False) -> None:
        self._document = document
        self._body = frozenset(body)
        self._titled = titled
        self._items: dict[int, frozenset[int]] = {}

    def __contains__(self, number: int) -> bool:
        """Whether the line with this number stands in a list of others."""
        parents, tags = self._document.parents, self._document.tags
        element = self._document.lines[number].block
        for _ in range(_INMOST):
            if element <= 0:
                return False
            if tags[element] in _ITEMS and element in self._list_in(parents[element]):
                return True
            element = parents[element]
        return False

    def _list_in(self, parent: int) -> frozenset[int]:
        """Those children of an element that are items of a list of others; none where they are too few."""
        if parent not in self._items:
            items: dict[str, list[int]] = {}
            child, end = parent + 1, self._document.ends[parent]
            while child < end:
                if (tag := self._document.tags[child]) in _ITEMS and self._is_item(child):
                    items.setdefault(tag, []).append(child)
                child = self._document.ends[child]
            many = (item for alike in items.values() if len(alike) >= _FEWEST for item in alike)
            self._items[parent] = frozenset(many)
        return self._items[parent]

    def _is_item(self, element: int) -> bool:
        numbers = self._document.lines_in(element)
        if not 0 < len(numbers) <= _MOST_LINES or not self._body.isdisjoint(numbers):
            return False
        lines = [self._document.lines[number] for number in numbers]
        if not any(line.linked for line in lines) or sum(len(line.text) for line in lines) > _LONGEST:
            return False
        if self._titled:
            titles = [line for line in lines if len(line.text) >= _TITLE and line.linked == len(line.text)]
            return bool(titles) and any(is_signed(line.text) for line in lines if not line.linked)
        signs = _SIGNED if self._longest_link(element) >= _TITLE else _TO_THE_MINUTE
        return any(signs.search(line.text) for line in lines)

    def _longest_link(self, element: int) -> int:
        """The characters of the longest link: many short ones side by side are buttons, and no title."""
        document = self._document
        inside = range(element, document.ends[element])
        links = (document.nodes[inner] for inner in inside if document.tags[inner] == "a")
        return max((len(squeeze(link.text())) for link in links), default=_TITLE)


def is_signed(text: str) -> bool:
    """Whether a line may sign an item of a list: it names a byline, a source or a day.

    >>> [is_signed(text) for text in ("来源：北湖日报", "03-11 21:08", "老人们打完一套太极拳。")]
    [True, True, False]
    """
    return _SIGNED.search(text) is not None
