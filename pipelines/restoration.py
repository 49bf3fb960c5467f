"""Undo a mirror's damage in every field of an article, with one verdict for the whole page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipelines.coat import ArticlePipeline
from pipelines.items import Article
from pipelines.restore import restore_fields, script_of

# The fields of an article that a mirror mangles as they stand; keywords, captions and lines are added.
FIELDS = ("title", "subtitle", "series", "column", "body")


def restore_article(article: Article) -> Article:
    """Give back the original text of a damaged mirror; touch nothing on any other page.

    Sets ``script``, and on a mirror ``restored`` and ``repairs``. ``original_url`` (where the address
    would point if the page were a mirror) is kept only for one.
    """
    restored = restore_fields(_texts(article))
    if restored.is_mirror:
        _put_back(article, restored.values)
        article.restored = restored.share
        article.repairs = restored.repairs
    else:
        article.original_url = None
    article.script = script_of(article.body)
    return article


def _texts(article: Article) -> dict[str, str]:
    """All texts of the page by name: its fields, ``keyword:0``, ``caption:0``, ``line:0`` and so on."""
    texts = {name: value for name in FIELDS if (value := getattr(article, name))}
    texts.update((f"keyword:{number}", word) for number, word in enumerate(article.keywords))
    texts.update((f"caption:{number}", image.caption or "") for number, image in enumerate(article.images))
    texts.update((f"line:{number}", line.text) for number, line in enumerate(article.lines))
    return texts


def _put_back(article: Article, texts: Mapping[str, str]) -> None:
    for name in FIELDS:
        if name in texts:
            setattr(article, name, texts[name])
    article.keywords = [texts[f"keyword:{number}"] for number in range(len(article.keywords))]
    article.images = [
        replace(image, caption=texts[f"caption:{number}"] or None)
        for number, image in enumerate(article.images)
    ]
    article.lines = [replace(line, text=texts[f"line:{number}"]) for number, line in enumerate(article.lines)]


class RestorePipeline(ArticlePipeline):
    """Scrapy's coat over `restore_article`."""

    stage = staticmethod(restore_article)
