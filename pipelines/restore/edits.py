"""Changes to a text: collected, composed with later ones, undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.items import Repair


@dataclass(slots=True)
class Edit:
    """``after`` stands for ``received[start:end]``."""

    start: int
    end: int
    after: str
    kind: str
    confidence: float = 1.0


def apply(received: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made; they are in order and do not overlap.

    >>> apply("網(wǎng)站", [Edit(0, 1, "网", "script"), Edit(1, 7, "", "note")])
    '网站'
    """
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (received[at : edit.start], edit.after)
        at = edit.end
    parts.append(received[at:])
    return "".join(parts)


def compose(first: Sequence[Edit], second: Iterable[Edit]) -> list[Edit]:
    """The edits of two passes as one: those of ``second`` are in places of the text that ``first`` gave,
    one character to one character.
    """
    merged = [Edit(edit.start, edit.end, edit.after, edit.kind, edit.confidence) for edit in first]
    added: list[Edit] = []
    shift = index = 0  # received place = restored place + shift, behind the first ``index`` edits
    for change in second:
        while index < len(merged):
            edit = first[index]
            if edit.start - shift + len(edit.after) > change.start:
                break
            shift += edit.end - edit.start - len(edit.after)
            index += 1
        if index < len(merged) and change.start >= first[index].start - shift:
            if first[index].kind == "unresolved":
                continue
            inside = change.start - (first[index].start - shift)
            after = merged[index].after
            if after[inside] == "?":
                continue  # what a torn run leaves so is a digit that was lost, and no mark
            merged[index].after = after[:inside] + change.after + after[inside + change.end - change.start :]
        else:
            added.append(
                Edit(change.start + shift, change.end + shift, change.after, change.kind, change.confidence)
            )
    return sorted([*merged, *added], key=lambda edit: (edit.start, edit.end))


def repairs(received: str, edits: Iterable[Edit], field: str) -> list[Repair]:
    """The edits as the rows of evidence that the archive keeps."""
    return [
        Repair(
            field,
            edit.kind,
            edit.start,
            edit.end,
            received[edit.start : edit.end],
            edit.after,
            edit.confidence,
        )
        for edit in edits
        if edit.kind == "unresolved" or received[edit.start : edit.end] != edit.after
    ]


def undo(restored: str, changes: Iterable[Repair]) -> str:
    """The text as received, from the restored one and its repairs.

    >>> script = Repair("text", "script", 0, 1, "網", "网", 1.0)
    >>> undo("网站", [script, Repair("text", "note", 1, 7, "(wǎng)", "", 1.0)])
    '網(wǎng)站'
    """
    parts: list[str] = []
    at = received = 0
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        plain = change.start - received
        parts += (restored[at : at + plain], change.before)
        at += plain + len(change.after)
        received = change.end
    parts.append(restored[at:])
    return "".join(parts)
