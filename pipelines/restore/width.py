"""Marks that a text corpus folded to ASCII, back to full width where the sentence is Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.restore.edits import Edit

_FULL = dict(zip(",:;!?()", "，：；！？（）", strict=True))
_FOLDED = re.compile(r"[,:;!?()]")
_CHINESE = re.compile(r"[\u3007\u4e00-\u9fff“”‘’《》〈〉「」『』【】—…、。·，：；！？（）％℃]")


def is_folded(text: str) -> bool:
    """Were the marks of this page folded? A page in its own form has commas of full width.

    >>> is_folded("今天,天气很好。"), is_folded("今天，天气很好。")
    (True, False)
    """
    return len(re.findall(r"[\u4e00-\u9fff”》],", text)) > text.count("，")


def widen(text: str) -> Iterator[Edit]:
    """The marks that stand in Chinese, as edits of one character.

    >>> from pipelines.restore.edits import apply
    >>> def wide(text): return apply(text, widen(text))
    >>> wide("他说:好(真的),走吧!")
    '他说：好（真的），走吧！'
    >>> wide("12:30到, 比分3:1, 见 http://a.cn/b?c (GDP)")
    '12:30到， 比分3:1， 见 http://a.cn/b?c (GDP)'
    """
    pairs = dict(_pairs(text))
    for found in _FOLDED.finditer(text):
        at = found.start()
        char = found.group()
        if char in "()":
            wide = at in pairs and pairs[at]
        else:
            wide = _stands_in_chinese(text, at)
        if wide:
            yield Edit(at, at + 1, _FULL[char], "width")


def _stands_in_chinese(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if before and _CHINESE.match(before):
        return True
    if before in (")", "]") or before == "%" or before.isalnum():
        return bool(after == "" or after == "\n" or _CHINESE.match(after) or after == " " and False)
    return bool(after and _CHINESE.match(after))


def _pairs(text: str) -> Iterator[tuple[int, bool]]:
    """Each bracket that has a partner in its line, and whether the two stand in Chinese."""
    open_at: list[int] = []
    for found in re.finditer(r"[()\n]", text):
        at = found.start()
        if found.group() == "\n":
            open_at.clear()
        elif found.group() == "(":
            open_at.append(at)
        elif open_at:
            start = open_at.pop()
            inside = text[start + 1 : at]
            outside = text[start - 1 : start] + text[at + 1 : at + 2]
            wide = bool(_CHINESE.search(inside) or _CHINESE.search(outside))
            yield start, wide
            yield at, wide
