"""The medium that a page names as its source: where the value ends, and what is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.byline.fold import Folded
from pipelines.byline.line import TokenLine
from pipelines.byline.names import is_office
from pipelines.byline.vocabulary import NO_MEDIUM

# Behind a medium's name: what kind of copy it is, or which issue. No part of the name.
_TRAILER = re.compile(
    r"(?:原创稿|原创|稿件|\d{4}年第\d{1,4}期|\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{4}/\d{2}|第\d{1,4}[期版]|\d{2}版)$"
)
_CONTINUES = re.compile("综合|客户端|微信|公众号|微博|网站|官网|官方|频道|APP|App|app|头条号|视频号|综合报道")
_MOST_CHARACTERS = 40
# What a comment was written on is no medium: 来自手机客户端.
_DEVICE = re.compile(
    "(?:手机|安卓|苹果|电脑|移动|网页|Android|iPhone|iPad|iOS|PC|WAP|App|APP)(?:手机)?(?:客户端|网页|网|版|端|平板)*"
)
_ISSUE = re.compile(
    r"[(\[]?《 ?([^《》]{1,20}[报刊志]) ?》 {0,4}[(\[]? {0,4}\d{4}年 {0,2}\d{1,2}月 {0,2}\d{1,2}日 {0,4},?"
    r" {0,4}第? {0,4}[A-Z]?\d{1,4} {0,4}[版期][^()\[\]。]{0,8}[)\]]{0,2}"
)
_PAIRS = ("《》", "[]", "()", "（）", "【】", "“”", "「」", "<>")
_JOINTS = ("+", "&")
_DASHES = "-—–－"


@dataclass(frozen=True, slots=True)
class Medium:
    """The span of the name in the printed line, and the place of the token behind it."""

    start: int
    end: int
    behind: int


def read_medium(line: TokenLine, at: int) -> Medium:
    """The medium's name that begins at place ``at``; the span is empty when none does.

    A space ends it unless what follows can only go on with it (晨光网 客户端, 晨光网 - 晨光晚报).
    """
    at = line.skip_space(at)
    first = at
    depth = 0
    while line.kind(at) != "end":
        kind, text = line.kind(at), line.text(at)
        if not depth and (
            (kind in ("label", "stop") and line.text(at - 1) not in _JOINTS)
            or kind in ("time", "close", "colon")
            or (kind == "space" and not _goes_on(line, at))
            or (kind == "open" and at > first and text in ("(", "[", "{", "<"))
        ):
            break
        if text in ("。", "!", "?", "…", ",", ";"):
            break
        depth += (kind == "open") - (kind == "close")
        at += 1
    if at == first:
        return Medium(0, 0, at)
    end = line.tokens[at - 1].end
    return Medium(line.tokens[first].start, end, _behind_issue(line, at))


def printed_issue(line: Folded) -> str | None:
    """The paper of a line that is nothing but its issue.

    >>> from pipelines.byline.fold import fold
    >>> printed_issue(fold("《晨光日报》（2016年05月09日 第 12 版）"))
    '晨光日报'
    """
    folded = line.folded.strip()
    found = _ISSUE.fullmatch(folded) if "《" in folded[:2] else None
    if found is None:
        return None
    start = len(line.folded) - len(line.folded.lstrip()) + found.start(1)
    return line.printed[start : start + len(found[1])]


def _behind_issue(line: TokenLine, at: int) -> int:
    """Step over the issue or the date that goes with a printed medium: 《晨光》|2019年第24期."""
    behind = line.skip_space(at)
    if line.text(at - 1) != "》" or line.kind(behind) != "time":
        return at
    while line.kind(behind) in ("time", "number") or line.text(behind) in ("第", "期", "版"):
        behind = line.skip_space(behind + 1)
    return behind


def _goes_on(line: TokenLine, at: int) -> bool:
    """Does the name go on behind the space at ``at``?"""
    if line.gap(at) > 1:
        return False
    before, following = line.text(at - 1), line.text(at + 1)
    if (before and before in _DASHES) or (following and following in _DASHES):
        return True
    if line.kind(at + 1) in ("latin", "number"):
        return line.kind(at - 1) == "latin"
    if line.kind(at + 1) != "word":
        return False
    return bool(_CONTINUES.match(following)) or (is_office(before) and is_office(following))


def tidy_medium(printed: str) -> str | None:
    """The medium's name alone, or ``None`` when the words name no medium.

    >>> tidy_medium("《晨光》2019年第24期"), tidy_medium("晨光网 原创稿"), tidy_medium("网络整理")
    ('晨光', '晨光网', None)
    """
    value = printed
    while True:
        shorter = _TRAILER.sub("", value).strip(" \u3000\u00a0-—–·.,，、:：|")
        if shorter == value:
            break
        value = shorter
    if value[:1] + value[-1:] in _PAIRS and not set(value[1:-1]) & set("《》“”()（）【】"):
        value = value[1:-1].strip()
    if not 2 <= len(value) <= _MOST_CHARACTERS or value in NO_MEDIUM or value.isdigit() or "://" in value:
        return None
    if _DEVICE.fullmatch(value):
        return None
    return value
