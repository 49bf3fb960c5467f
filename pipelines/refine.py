"""The way of an article from the reader to the archive, as one pure function."""

from __future__ import annotations

from pipelines.attribution import BylinePipeline
from pipelines.clean import CleanPipeline
from pipelines.dedupe import DedupePipeline
from pipelines.items import Article
from pipelines.restoration import RestorePipeline
from pipelines.validate import ValidatePipeline

# The order of ITEM_PIPELINES in crawler/settings.py; a test holds the two together.
PIPELINES = (RestorePipeline, BylinePipeline, CleanPipeline, ValidatePipeline, DedupePipeline)


def refine(article: Article) -> Article:
    """Restore, attribute, clean, validate and identify ``article``, which is changed in place.

    Raises a `pipelines.errors.Refusal` where it is no article worth keeping.
    """
    for pipeline in PIPELINES:
        article = pipeline.stage(article)
    return article
