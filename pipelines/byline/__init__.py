"""The byline grammar: who wrote, edited and published an article, read from the words of its page."""

from pipelines.byline.grammar import begins_with_label
from pipelines.byline.reading import Reading, read_bylines

__all__ = ["Reading", "begins_with_label", "read_bylines"]
