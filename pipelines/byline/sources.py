"""The medium that a page names as its source: where the value ends, and what is none."""

from __future__ import annotations

import re

from pipelines.byline.names import is_office
from pipelines.byline.tokens import Token

_NO_MEDIUM = frozenset(
    "网络 互联网 网络整理 网络综合 网上 本站 本站原创 原创 转载 未知 不详 佚名 其他 其它 无 暂无 综合 整理 综合整理 默认 作者 编辑 admin 管理员 内部 来源 官方 自采 手机 互联网整理".split()
)
# Behind a medium's name: what kind of copy it is, or which issue. No part of the name.
_TRAILER = re.compile(
    r"(?: *(?:原创稿|原创|稿件|\d{4}年第\d{1,4}期|\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{4}/\d{2}|第\d{1,4}[期版]|\d{2}版))+ *$"
)
_CONTINUES = re.compile(
    "综合|客户端|微信公众号|公众号|微博|网站|官网|官方微博|频道|微信|APP|App|app|头条号|号外|视频号"
)
_MOST_CHARACTERS = 40


def read_medium(tokens: list[Token], at: int) -> tuple[int, int, int]:
    """Where the medium's name begins and ends that stands at token ``at``, and the token behind it.

    A space ends it unless a word follows that can only go on with it (人民网 客户端, 晨光网-晚报).
    """
    while at < len(tokens) and tokens[at].kind in ("space", "colon"):
        at += 1
    first = at
    depth = 0
    end = start = tokens[at].start if at < len(tokens) else -1
    while at < len(tokens):
        token = tokens[at]
        if token.kind in ("label", "stop", "time") and not depth:
            break
        if token.kind == "space" and not depth and not _goes_on(tokens, at):
            break
        if token.kind == "open":
            if not depth and at > first and token.text in "([{<":
                break
            depth += 1
        if token.kind == "close":
            if not depth:
                break
            depth -= 1
        if token.kind == "mark" and token.text in "。!?…>" or token.text == "," or token.text == ";":
            break
        at += 1
        if token.kind != "space":
            end = token.end
    return start, end, at


def _goes_on(tokens: list[Token], at: int) -> bool:
    """Does the name go on behind the single space at ``at``?"""
    if len(tokens[at].text) > 1 or at + 1 >= len(tokens):
        return False
    following, before = tokens[at + 1], tokens[at - 1]
    if before.kind == "mark" and before.text in "-—–":
        return True
    if following.kind == "mark" and following.text in "-—–":
        return True
    if following.kind in ("latin", "number"):
        return before.kind in ("latin", "number")
    return following.kind == "word" and (
        bool(_CONTINUES.match(following.text)) or before.kind == "latin" or _both_media(before, following)
    )


def _both_media(before: Token, following: Token) -> bool:
    return before.kind == "word" and is_office(before.text) and is_office(following.text)


def tidy_medium(printed: str) -> str | None:
    """The medium's name alone, or ``None`` when the words name no medium.

    >>> tidy_medium("《晨光》2019年第24期"), tidy_medium("晨光网 原创稿"), tidy_medium("网络整理")
    ('晨光', '晨光网', None)
    """
    value = _TRAILER.sub("", printed).strip(" \u3000\u00a0-—–·.,，、:：|")
    if (
        len(value) > 2
        and value[0] + value[-1] in ("《》", "[]", "()", "（）", "【】", "“”", "「」", "<>")
        and not (set(value[1:-1]) & set("《》“”()（）【】"))
    ):
        value = value[1:-1].strip()
    if not 2 <= len(value) <= _MOST_CHARACTERS or value in _NO_MEDIUM or value.isdigit() or "://" in value:
        return None
    return value
