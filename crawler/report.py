"""The end of a crawl: one line of what came of it, and one for each thing that somebody must act upon."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archive.store import COUNTED
from crawler.logs import Voice, tell
from crawler.outcome import problems, summary


def report(archive: Path, stats: Mapping[str, Any], how: Voice) -> bool:
    """Tell what Scrapy's ``stats`` say of a crawl; gives whether somebody must act."""
    counts = {name: stats.get(f"archive/{name}", 0) for name in COUNTED}
    fields = {"archive": str(archive), "summary": summary(stats), "counts": counts}
    tell(how, logging.INFO, "%(archive)s: %(summary)s", fields)
    found = problems(stats)
    for problem in found:
        tell(how, logging.ERROR, problem)
    return bool(found)
