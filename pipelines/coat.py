"""The one shape of our item pipelines: a pure function on an `Article`; other items pass through."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeVar

from pipelines.errors import Refusal
from pipelines.items import Article

Item = TypeVar("Item")


class ArticlePipeline(ABC):
    """A Scrapy item pipeline over a function from article to article, which may raise a `Refusal`."""

    @staticmethod
    @abstractmethod
    def stage(article: Article) -> Article:
        """The better article. Raises `pipelines.errors.Refusal` where it is none."""

    def process_item(self, item: Item) -> Item | Article:
        """What Scrapy calls: articles are made better; refined ones, pages and other items pass."""
        if isinstance(item, Article) and not item.is_refined:
            try:
                return self.stage(item)
            except Refusal as refusal:
                raise _dropped(refusal) from refusal
        return item


def refusal_of(dropped: BaseException) -> Refusal | None:
    """Why one of our stages dropped an article; None for the drop of another pipeline."""
    return dropped.__cause__ if isinstance(dropped.__cause__, Refusal) else None


def _dropped(refusal: Refusal) -> Exception:
    # Not above: a process that only reads would begin in twice the time, and take twice the memory.
    from scrapy.exceptions import DropItem

    # Scrapy counts a drop by the name of its class.
    kind: type[DropItem] = type(type(refusal).__name__, (DropItem,), {})
    return kind(str(refusal), log_level="INFO")
