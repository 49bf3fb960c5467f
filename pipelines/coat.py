"""The one shape of our item pipelines: a pure function on an `Article`; other items pass through."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeVar

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
            return self.stage(item)
        return item
