"""The way of an article from the reader to the archive, as one pure function."""

from __future__ import annotations

from pipelines.attribution import attribute_article
from pipelines.clean import clean_article
from pipelines.dedupe import identify_article
from pipelines.items import Article
from pipelines.restoration import restore_article
from pipelines.validate import validate_article

# The order of ITEM_PIPELINES in crawler/settings.py; a test holds the two together.
STAGES = (restore_article, attribute_article, clean_article, validate_article, identify_article)


def refine(article: Article) -> Article:
    """Restore, attribute, clean, validate and identify ``article``, which is changed in place.

    Raises a `pipelines.errors.Refusal` where it is no article worth keeping.
    """
    for stage in STAGES:
        article = stage(article)
    return article
