"""What changed between two texts, paragraph by paragraph and within a paragraph character by character."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import zip_longest
from typing import Literal

Part = tuple[Literal["same", "gone", "new"], str]

# Comparing takes the square of the length: longer paragraphs are shown as replaced whole.
MAX_CHARACTERS = 1_500
MAX_PARAGRAPHS = 400


def differences(earlier: str, later: str) -> list[list[Part]]:
    """The paragraphs that differ, each as parts that stayed, went or came.

    >>> differences("标题\\n老街的清晨。", "标题\\n老街的早晨。")
    [[('same', '老街的'), ('gone', '清'), ('new', '早'), ('same', '晨。')]]
    >>> differences("一样", "一样")
    []
    """
    before, after = earlier.split("\n")[:MAX_PARAGRAPHS], later.split("\n")[:MAX_PARAGRAPHS]
    paragraphs = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            for old, new in zip_longest(before[i:j], after[k:m], fillvalue=""):
                paragraphs.append(list(_parts(old, new)))
    return paragraphs


def _parts(old: str, new: str) -> Iterator[Part]:
    if max(len(old), len(new)) > MAX_CHARACTERS:
        opcodes = [("replace", 0, len(old), 0, len(new))]
    else:
        opcodes = list(difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    for tag, i, j, k, m in opcodes:
        if tag == "equal":
            yield "same", old[i:j]
            continue
        if j > i:
            yield "gone", old[i:j]
        if m > k:
            yield "new", new[k:m]
