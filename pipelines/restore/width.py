"""Marks that a text corpus folded to ASCII, back to full width where the sentence is Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.restore.edits import Edit

_FULL = dict(zip(",:;!?()", "，：；！？（）", strict=True))
_MARK = re.compile(r"[,:;!?()]")
_BRACKET = re.compile(r"[()\n]")
_CHINESE = re.compile(r"[\u3007\u4e00-\u9fff“”‘’《》〈〉「」『』【】—…、。·，：；！？（）％℃]")
_LOST = re.compile(r"(?<=[\u4e00-\u9fff”》])\?|\?(?=[\u4e00-\u9fff“《])")
_ASKING = "吗呢吧么"  # behind these a question mark is one
_MOST = 8  # marks in a row that are known for one cry
_FOLDED_COMMA = re.compile(r"[\u4e00-\u9fff”》],")


def is_folded(text: str) -> bool:
    """Were the marks of this page folded? A page in its own form has commas of full width.

    >>> is_folded("今天,天气很好。"), is_folded("今天，天气很好。")
    (True, False)
    """
    return len(_FOLDED_COMMA.findall(text)) > text.count("，")


def widen(text: str) -> Iterator[Edit]:
    """The marks that stand in Chinese, as edits of one character to one.

    Digits, Latin text, times, ratios and addresses keep theirs. A question mark that ends nothing is what
    the mirror left of a character that GBK lacks: it stays, and is reported as unresolved.

    >>> from pipelines.restore.edits import apply
    >>> def wide(text): return apply(text, widen(text))
    >>> wide("他说:好(真的),走吧!")
    '他说：好（真的），走吧！'
    >>> wide("真的?!不要啊!!!"), wide("OK?!")
    ('真的？！不要啊！！！', 'OK?!')
    >>> wide("增长一成(12%),2019年")
    '增长一成（12%），2019年'
    >>> wide("12:30到,比分3:1, see http://a.cn/b?c (GDP)")
    '12:30到，比分3:1, see http://a.cn/b?c (GDP)'
    >>> wide("[摘? 要]是什么?"), wide("去吗? 他说")
    ('[摘? 要]是什么？', '去吗？ 他说')
    """
    brackets = dict(_brackets(text))
    for found in _MARK.finditer(text):
        at, mark = found.start(), found.group()
        if mark == "?" and _ends_nothing(text, at):
            yield Edit(at, at + 1, mark, "unresolved", 0.0)
        elif brackets.get(at, brackets.get(at - 1) or _stands_in_chinese(text, at)):
            yield Edit(at, at + 1, _FULL[mark], "width")


def lost(text: str) -> Iterator[Edit]:
    """The ASCII question marks in the Chinese of a page whose own marks are of full width: what the mirror
    left of characters that GBK lacks. They stay, and are reported as unresolved.

    >>> [edit.start for edit in lost("[摘? 要]是什么？ What? 好")]
    [2]
    """
    for found in _LOST.finditer(text):
        yield Edit(found.start(), found.end(), "?", "unresolved", 0.0)


def _ends_nothing(text: str, at: int) -> bool:
    before, behind = text[at - 1 : at], text[at + 1 : at + 2]
    if before in ("", "\n"):
        return bool(_CHINESE.match(behind))
    return behind == " " and bool(_CHINESE.match(before)) and before not in _ASKING


def _stands_in_chinese(text: str, at: int) -> bool:
    before, behind = text[max(0, at - 3) : at].rstrip(" ")[-1:], text[at + 1 : at + 2]
    if _CHINESE.match(before) or _CHINESE.match(text[max(0, at - _MOST) : at].rstrip("!?")[-1:]):
        return True
    return bool(_CHINESE.match(behind)) or (behind in ("", "\n") and text[at] in ",;" and bool(before))


def _brackets(text: str) -> Iterator[tuple[int, bool]]:
    """Each bracket that has a partner in its line, and whether the two stand in Chinese."""
    opened: list[int] = []
    for found in _BRACKET.finditer(text):
        at = found.start()
        if found.group() == "\n":
            opened.clear()
        elif found.group() == "(":
            opened.append(at)
        elif opened:
            start = opened.pop()
            outside = text[start - 1 : start] + text[at + 1 : at + 2]
            wide = bool(_CHINESE.search(text, start + 1, at) or _CHINESE.search(outside))
            yield start, wide
            yield at, wide
