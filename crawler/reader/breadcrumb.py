"""The breadcrumb: the page's own word for the column it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.reader.document import Document, squeeze
from pipelines.items import Trace
from pipelines.restore.notes import BRACKETED

_MARKED = (
    "[class*=crumb i], [id*=crumb i], [class*=position i], [class*=location i], [class*=weizhi i],"
    " [class*=path i], [id*=path i]"
)
_LEAD = re.compile(r"^.{0,8}?(?:位置|所在|正在阅读|您在|當前|当前)[^:：]{0,4}[:：]\s*")
_BETWEEN = re.compile(r"\s*(?:>>|&gt;|[>＞»›→]|/(?!/)|\s-\s|\s·\s|\|)\s*")
_LINE = re.compile(r"^(?:.{0,10}[:：]\s*)?[^>＞»›]{1,20}\s*(?:>|＞|»|›)")
# Without one of these a line is neither of the two.
_SET_APART = re.compile("[>＞»›:：]")
_NOTE = re.compile(BRACKETED)
_CUT_TITLE = 6
_MOST_MARKED = 20
_NO_COLUMN = re.compile(
    r"(?:网站|網站|本站|返回)?(?:首\s*[页頁]|主\s*[页頁])|.{0,8}(?:网|網)?首[页頁]|(?:文章)?正文"
    r"|(?:新闻|详细)?内容|內容|查看文章|列表|home",
    re.I,
)


def column_of(names: Iterable[str], title: str) -> str | None:
    """The column among a breadcrumb's parts: the last that is neither the front page, 正文, nor the title.

    >>> column_of(["首页", "社区观察", "正文"], "社区图书馆的早晨")
    '社区观察'
    """
    kept = [name for name in map(squeeze, names) if name and not _NO_COLUMN.fullmatch(without_notes(name))]
    kept = [name for name in kept if len(without_notes(name)) <= 20 and not _is_title(name, title)]
    return kept[-1] if kept else None


def without_notes(name: str) -> str:
    """A part of a breadcrumb without the readings that a mirror put into it, which make it long.

    >>> without_notes("網(wǎng)站首頁(yè)")
    '網站首頁'
    """
    return _NOTE.sub("", name) if "(" in name else name


def _is_title(name: str, title: str) -> bool:
    """Whether a part is the title, which breadcrumbs cut short."""
    return name == title or (len(name) >= _CUT_TITLE and title.startswith(name.rstrip(".…")))


def find_column(document: Document, title: str, before: int) -> tuple[str, Trace] | None:
    """The column of a page of unknown layout, from a breadcrumb among its first ``before`` lines."""
    for element in document.all(_MARKED)[:_MOST_MARKED]:
        lines = document.lines_in(element)
        if len(lines) == 0 or lines.start >= before or len(lines) > 12:
            continue
        texts = [document.lines[number].text for number in lines]
        words = next(filter(_LINE.match, texts), " > ".join(texts))
        if len(words) <= 120 and (column := _column_in(words, title)):
            return column, Trace(words, "breadcrumb", document.path(element))
    for line in reversed(document.lines[:before]):
        if len(line.text) > 120 or not _SET_APART.search(line.text):
            continue
        if _LINE.match(line.text) or _LEAD.match(line.text):
            column = _column_in(line.text, title)
            if column:
                return column, Trace(line.text, "breadcrumb", document.path(line.block))
    return None


def _column_in(words: str, title: str) -> str | None:
    parts = [part for part in _BETWEEN.split(_LEAD.sub("", words)) if part]
    return column_of(parts, title) if len(parts) > 1 else None
