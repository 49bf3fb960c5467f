"""What changed, for people: the edits of one article, and all edits and disappearances of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from archive.query import Filters
from archive.serve.difference import Part, differences

# Where a paragraph stayed as it was, so much of it is shown around a change.
CONTEXT = 20
FIELDS = ("title", "subtitle", "author", "editor", "source", "published_at", "body")
_MARKS = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}


def history(db: Database, filters: Filters) -> Iterator[dict[str, Any]]:
    """Every edit and every disappearance of the chosen articles, newest first."""
    where, values = filters.where()
    chosen = f"id IN (SELECT id FROM articles WHERE {where})"
    yield from db.query(
        "SELECT edits.edited_at AS at, 'edited' AS what, id, edits.revision, edits.fields,"
        ' site, "column", edits.title, url'
        f" FROM edits JOIN articles ON articles.id = edits.article_id WHERE {chosen}"
        " UNION ALL SELECT gone_at, 'gone', id, revision, NULL, site, \"column\", title, url"
        f" FROM articles WHERE gone_at IS NOT NULL AND {chosen}"
        " ORDER BY at DESC, id DESC, revision DESC",
        values,
    )


def edits(article: dict[str, Any]) -> Iterator[str]:
    """The edits of an article (of `archive.query.get_article`) as lines of text, the latest first.

    ``[-words-]`` were taken out, ``{+words+}`` put in.
    """
    texts = [*sorted(article["revisions"], key=lambda text: text["revision"]), article]
    for earlier, later in reversed(list(pairwise(texts))):
        yield f"revision {earlier['revision']} to {later['revision']}"
        yield f"  seen until {earlier['seen_at']}, replaced by {earlier['replaced_at']}"
        for name in FIELDS:
            for paragraph in differences(earlier[name] or "", later[name] or ""):
                yield f"  {name}: {marked(paragraph)}"
        yield ""


def marked(paragraph: list[Part]) -> str:
    """A changed paragraph with its changes marked and the rest shortened.

    >>> marked([("same", "老街的"), ("gone", "清"), ("new", "早"), ("same", "晨。")])
    '老街的[-清-]{+早+}晨。'
    """
    last = len(paragraph) - 1
    return "".join(
        _MARKS[kind].format(_shortened(words, number == 0, number == last) if kind == "same" else words)
        for number, (kind, words) in enumerate(paragraph)
    )


def _shortened(words: str, is_first: bool, is_last: bool) -> str:
    before = "" if is_first else words[:CONTEXT]
    after = "" if is_last else words[-CONTEXT:]
    return words if len(words) <= len(before) + len(after) + 1 else f"{before}…{after}"
