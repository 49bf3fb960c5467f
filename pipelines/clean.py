"""Clean the texts of an article: white space, full-width letters and digits, boilerplate lines."""

from __future__ import annotations

from dataclasses import replace

from pipelines.coat import ArticlePipeline
from pipelines.items import Article
from pipelines.text import drop_boilerplate, fold_width, normalise_space, series_of

# One-line fields; the body keeps its lines.
LINES = ("title", "subtitle", "series", "column", "source")


def clean_article(article: Article) -> Article:
    """Even out what the page's template did to the texts; a text with nothing left becomes None."""
    for name in LINES:
        if value := getattr(article, name):
            setattr(article, name, clean_line(value) or None)
    article.title = article.title or ""
    article.series = article.series or series_of(article.title)
    article.body = drop_boilerplate(fold_width(normalise_space(article.body)))
    article.keywords = [word for keyword in article.keywords if (word := clean_line(keyword))]
    article.images = [
        replace(image, caption=clean_line(image.caption or "") or None) for image in article.images
    ]
    return article


def clean_line(text: str) -> str:
    """``text`` as one line, white space and the width of letters and digits evened out.

    >>> clean_line("　２０１９年\\n读书　会 ")
    '2019年 读书 会'
    """
    return " ".join(fold_width(normalise_space(text)).split())


class CleanPipeline(ArticlePipeline):
    """Scrapy's coat over `clean_article`."""

    stage = staticmethod(clean_article)
