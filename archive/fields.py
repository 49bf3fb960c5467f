"""The fields of an exported article and of its parts: names, types, meanings; and their JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

Kind = Literal["integer", "share", "text", "strings"]


class Field(NamedTuple):
    """One field: ``kind`` as SQLite keeps it, whether it may be null, and what it means."""

    kind: Kind
    is_optional: bool
    meaning: str


def _text(meaning: str) -> Field:
    return Field("text", False, meaning)


def _maybe(meaning: str) -> Field:
    return Field("text", True, meaning)


# In the order of an export; the same names as in the item and in the table.
FIELDS = {
    "id": Field("integer", False, "The article's number in its archive."),
    "url": _text("The address of the article itself, not of a copy."),
    "site": _maybe("The site's name (luntan sites)."),
    "column": _maybe("The column's Chinese label, from the breadcrumb."),
    "series": _maybe("The label before the title: 【…】 or … |."),
    "title": _text("The title without the series."),
    "subtitle": _maybe("The subtitle."),
    "author": _maybe("The authors' names joined with 、; null where the page names none."),
    "editor": _maybe("The editors' names joined with 、; null where the page names none."),
    "source": _maybe("Where the page says the article first appeared."),
    "published_at": _maybe("ISO 8601, Beijing time, as precise as the page prints it: a day or a time."),
    "body": _text("The text, one paragraph a line."),
    "keywords": Field("strings", False, "The page's own keywords."),
    "script": _maybe("The script of the body: hans or hant."),
    "restored": Field("share", False, "The share of the received characters that restoration changed."),
    "original_url": _maybe("The address that a mirror's path points back to."),
    "body_sha256": _text("The digest of the body."),
    "revision": Field("integer", False, "1 for the first text seen, one more for each edit."),
    "first_seen_at": _text("When the article was first fetched."),
    "last_seen_at": _text("When it was last fetched."),
    "gone_at": _maybe("When it was first found to be gone; null while it is there."),
}

PARTS = {
    "bylines": {
        "role": _text("author, editor, proofreader, photographer …"),
        "name": _text("One person's name."),
        "affiliation": _maybe("The person's office or house."),
        "words": _text("The words of the page that say so."),
        "rule": _text("The rule that read them."),
        "place": _text("Where they stand on the page."),
    },
    "images": {
        "url": _text("The picture's address."),
        "caption": _maybe("Its caption."),
    },
    "revisions": {
        "revision": Field("integer", False, "The number of this earlier text."),
        "url": _text("Its address then."),
        "title": _text("Its title."),
        "subtitle": _maybe("Its subtitle."),
        "author": _maybe("Its authors."),
        "editor": _maybe("Its editors."),
        "source": _maybe("Its source."),
        "published_at": _maybe("Its printed time."),
        "body": _text("Its text."),
        "body_sha256": _text("The digest of its text."),
        "seen_at": _text("When it was last seen."),
        "replaced_at": _text("When the next text was first seen."),
    },
    "copies": {
        "url": _text("The copy's address."),
        "site": _maybe("The copy's site."),
        "kind": _text("How it is known to be a copy: exact, mirror, near …"),
        "similarity": Field("share", True, "How much of the text is shared."),
        "differs": Field("strings", False, "The fields in which it differs from the article."),
        "title": _text("Its title."),
        "author": _maybe("Its authors."),
        "editor": _maybe("Its editors."),
        "source": _maybe("Its source."),
        "published_at": _maybe("Its printed time."),
        "body": _maybe("Its text; null where it is the article's own."),
        "first_seen_at": _text("When it was first fetched."),
        "last_seen_at": _text("When it was last fetched."),
    },
}
# The order of an article's rows in each part.
ORDER = {"bylines": "position", "images": "position", "revisions": "revision", "copies": "id"}


def schema(fields: Iterable[str], parts: Iterable[str]) -> dict[str, Any]:
    """The JSON Schema of an exported article with these fields and parts."""
    properties = {name: _schema_of(FIELDS[name]) for name in fields}
    for part in parts:
        items = _object({name: _schema_of(field) for name, field in PARTS[part].items()})
        properties[part] = {"type": "array", "items": items}
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, "title": "An article of a luntan archive", **_object(properties)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _schema_of(field: Field) -> dict[str, Any]:
    if field.kind == "strings":
        return {"type": "array", "items": {"type": "string"}, "description": field.meaning}
    name = {"integer": "integer", "share": "number", "text": "string"}[field.kind]
    bounds = {"minimum": 0, "maximum": 1} if field.kind == "share" else {}
    return {"type": [name, "null"] if field.is_optional else name, **bounds, "description": field.meaning}
