"""The list pages of a column as one run walks them: when there is nothing more to see."""

from __future__ import annotations

from collections.abc import Sequence


class Walk:
    """Remembers the addresses and the articles of a column's list pages, a number for each.

    A site that always has one more page, with the articles it had before, is at its end.

    >>> walk = Walk()
    >>> walk.repeats("/list?page=1", ["/a", "/b"]), walk.repeats("/list?page=2", ["/c"])
    (False, False)
    >>> walk.repeats("/list?page=3", ["/c"]), walk.has_seen("/list?page=2")
    (True, True)
    """

    def __init__(self) -> None:
        self._addresses: set[int] = set()
        self._contents: set[int] = set()

    @property
    def length(self) -> int:
        """How many list pages were walked."""
        return len(self._addresses)

    def repeats(self, url: str, links: Sequence[str]) -> bool:
        """Take note of a list page; whether it names just the articles that another one named before."""
        self._addresses.add(hash(url))
        contents = hash(tuple(links))
        if contents in self._contents:
            return True
        self._contents.add(contents)
        return False

    def has_seen(self, url: str) -> bool:
        """Whether this list page was walked already: a next page that leads back is none."""
        return hash(url) in self._addresses
