"""Undo a mirror's damage in every field of an article, with one verdict for the whole page."""

from __future__ import annotations

from dataclasses import replace

from pipelines.coat import ArticlePipeline
from pipelines.items import Article
from pipelines.restore import restore_fields, script_of

# The texts of an article that a mirror mangles; the lines around the body are added as "line:<n>".
FIELDS = ("title", "subtitle", "series", "column", "body")


def restore_article(article: Article) -> Article:
    """Give back the original text of a damaged mirror; touch nothing on any other page.

    Sets ``script``, and on a mirror ``restored`` and ``repairs``. ``original_url`` (where the address
    would point if the page were a mirror) is kept only for one.
    """
    fields = {name: value for name in FIELDS if (value := getattr(article, name))}
    fields.update({f"line:{number}": line.text for number, line in enumerate(article.lines)})
    restored = restore_fields(fields)
    if restored.is_mirror:
        for name in FIELDS:
            if name in fields:
                setattr(article, name, restored.values[name] or None)
        article.lines = [
            replace(line, text=restored.values[f"line:{number}"]) for number, line in enumerate(article.lines)
        ]
        article.body = article.body or ""
        article.title = article.title or ""
        article.restored = restored.share
        article.repairs = restored.repairs
    else:
        article.original_url = None
    article.script = script_of(article.body)
    return article


class RestorePipeline(ArticlePipeline):
    """Scrapy's coat over `restore_article`."""

    def article(self, article: Article) -> Article:
        return restore_article(article)
