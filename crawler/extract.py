"""One article as ``luntan extract`` prints it: a JSON object, or an explanation for a person."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pipelines.items import Article

# What only the archive and the run know of an article.
_INTERNAL = ("lines", "page")
_EXPLAINED = (
    *("title", "series", "subtitle", "author", "editor", "source", "published_at", "column", "keywords"),
    "body",
)


def extracted(article: Article) -> dict[str, Any]:
    """The fields of an article as JSON knows them, in the order of the contract."""
    return {name: value for name, value in asdict(article).items() if name not in _INTERNAL}


def explanation(article: Article) -> str:
    """For each field its value, and the rule, the words and the place that gave it; then each byline."""
    parts = []
    for name in _EXPLAINED:
        value = getattr(article, name)
        shown = f"{len(value)} characters: {value[:60]}…" if name == "body" else value or "-"
        parts.append(f"{name}: {shown}")
        if trace := article.provenance.get(name):
            parts.append(
                f"    rule   {trace.rule}\n    words  {_short(trace.words)}\n    place  {trace.place}"
            )
    for byline in article.bylines:
        at = f" ({byline.affiliation})" if byline.affiliation else ""
        parts.append(f"byline {byline.role}: {byline.name}{at}")
        parts.append(
            f"    rule   {byline.rule}\n    words  {_short(byline.words)}\n    place  {byline.place}"
        )
    if article.repairs:
        parts.append(f"restored: {article.restored:.1%} of the characters, {len(article.repairs)} places")
    return "\n".join(parts)


def _short(words: str) -> str:
    return words if len(words) <= 100 else f"{words[:100]}…"
