"""Undo what hijacked mirrors did to a text, and say exactly what was changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.items import Repair
from pipelines.restore.edits import undo
from pipelines.restore.page import RestoredFields, restore_fields
from pipelines.restore.script import script_of, to_simplified


@dataclass(frozen=True, slots=True)
class Restored:
    """A text as it was before the mirror, what was changed (spans of the text as received), and the verdict.

    ``share`` is the share of the received characters that were changed: 0.0 for a text left untouched.
    """

    text: str
    repairs: list[Repair] = field(default_factory=list)
    is_mirror: bool = False
    share: float = 0.0


def restore(text: str) -> Restored:
    """Restore a text that a hijacked mirror damaged; any other text comes back as it is.

    >>> restore("图书馆里的书，借阅的人很多。").is_mirror
    False
    """
    done = restore_fields({"text": text})
    return Restored(done.values["text"], done.repairs, done.is_mirror, done.share)


__all__ = ["Restored", "RestoredFields", "restore", "restore_fields", "script_of", "to_simplified", "undo"]
