"""A line as tokens: words, labels, separators, brackets, times. One pass over the folded line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple, cast

from pipelines.byline.names import (
    is_name_in_bracket,
    is_office,
    split_being,
    split_done,
    split_glued,
    split_title,
)
from pipelines.byline.vocabulary import LABELS, STOP_WORDS, SURNAMES, Label

TokenKind = Literal[
    "space",
    "time",
    "latin",
    "number",
    "label",
    "stop",
    "word",
    "colon",
    "bar",
    "and",
    "open",
    "close",
    "mark",
]


class Token(NamedTuple):
    """A piece of the folded line; ``label`` is set for the kind ``label``."""

    kind: TokenKind
    text: str
    start: int
    label: Label | None = None

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_LEXER = re.compile(
    r"(?P<space> +)"
    r"|(?P<time>\d{4}年第\d{1,4}期|\d{2,4}(?:[-./]\d{1,2}[-./]|年\d{1,2}月)\d{1,2}日?|\d{1,2}月\d{1,2}日"
    r"|\d{1,2}[-/]\d{1,2}(?= {1,4}\d{1,2}:\d{2})"
    r"|\d{1,2}:\d{2}(?::\d{2})?)"
    r"|(?P<latin>[A-Za-z][A-Za-z0-9.'’_@-]*)"
    r"|(?P<number>\d+)"
    "|(?P<word>[\u3400-\u9fff\U00020000-\U0003ffff〇々·]+)"
    r"|(?P<colon>:+)"
    r"|(?P<bar>[/|\\]+)"
    r"|(?P<and>[、,;&])"
    r"|(?P<open>[(\[{《〈“「『<])"
    r"|(?P<close>[)\]}》〉”」』>])"
    r"|(?P<mark>.)",
    re.DOTALL,
)
_JOINED = {word: label for word, label in LABELS.items() if "/" in word or "、" in word}
_JOINED_LABEL = re.compile("|".join(map(re.escape, sorted(_JOINED, key=len, reverse=True))))
_SET_WIDE = re.compile("[\u3400-\u9fff](?: {1,4}[\u3400-\u9fff]){1,5}")
_SEPARATOR = re.compile(" {0,8}[:/|]")
_BRACKETED_LABEL = re.compile("\\[ {0,2}([\u3400-\u9fff/、]{1,8}) {0,2}\\]")
# A heading may look like a bracketed label (【整理】旧书): only what is a person by its form can follow.
_IN_BRACKETS = {word: replace(label, pen=False) for word, label in LABELS.items()}
_BEFORE_A_BYLINE = " (["
_BEFORE_A_WORD = " ([{《〈“「『<"
_BY_LENGTH = sorted(LABELS, key=len, reverse=True)
_PARTED_PAIR = re.compile("[\u3400-\u9fff] {1,4}[\u3400-\u9fff]")
# Each branch begins with a letter of its own: so the engine passes over all other characters at once.
_LABEL_WORD = re.compile(
    "|".join(re.escape(word) + (r" {0,8}[:\]]" if LABELS[word].short else "") for word in _BY_LENGTH)
)
_ONE_CHARACTER = re.compile(" {1,3}[\u3400-\u9fff](?![\u3400-\u9fff])")
_FIRST_CHARACTERS = frozenset(word[0] for word in LABELS)
_ANY_LABEL = re.compile("|".join(map(re.escape, _BY_LENGTH)))
_FARTHEST = 60  # characters behind a label that may hold its names
_LONGEST_LABEL = max(map(len, LABELS))
_FURNITURE_INSIDE = re.compile(
    "分享到|打印本页|发布时间|发布日期|点击数|浏览次数|浏览量|阅读量|阅读次数|关闭窗口|我有话说|我要评论|网友评论|字体大小|违法和不良信息|违法不良信息|不良信息举报"
)


def may_hold_a_label(folded: str) -> bool:
    """Whether a folded line can hold a label, or names before a bar: a look that spares prose the rest.

    >>> [may_hold_a_label(s) for s in ("责任编辑:李明", "李明/文", "责 任 编 辑:李明", "公园里游人很多。")]
    [True, True, True, False]
    """
    return (
        "/" in folded
        or "|" in folded
        or (" " in folded and _PARTED_PAIR.search(folded) is not None)
        or _LABEL_WORD.search(folded) is not None
    )


def may_begin_with_a_label(folded: str) -> bool:
    """Whether the first character of a folded line, brackets apart, is that of some label.

    >>> [may_begin_with_a_label(s) for s in ("[责任编辑:李明]", "公园里游人很多。")]
    [True, False]
    """
    return folded.lstrip(_BEFORE_A_WORD)[:1] in _FIRST_CHARACTERS


def tokens(folded: str) -> Iterator[Token]:
    """Cut a folded line into tokens; their texts joined give the line.

    >>> [(t.kind, t.text) for t in tokens("责任编辑:李明")]
    [('label', '责任编辑'), ('colon', ':'), ('word', '李明')]
    >>> [(t.kind, t.text) for t in tokens("晨光报记者李明")]
    [('word', '晨光报'), ('label', '记者'), ('word', '李明')]
    >>> [(t.kind, t.text) for t in tokens("[记者]李明")]
    [('label', '[记者'), ('colon', ']'), ('word', '李明')]
    """
    at = 0
    while at < len(folded):
        if folded[at] == "[" and (bracketed := _bracketed_label(folded, at)):
            yield from bracketed
            at = bracketed[-1].end
            continue
        label = _compound_label(folded, at) if folded[at] in _FIRST_CHARACTERS else None
        if label is not None:
            yield label
            at = label.end
            continue
        found = _LEXER.match(folded, at)
        assert found is not None
        if found.lastgroup == "word":
            opens = at == 0 or folded[at - 1] in _BEFORE_A_BYLINE
            separated = bool(_SEPARATOR.match(folded, found.end()))
            run = found.group()
            rank = _last_rank(run) if _ONE_CHARACTER.match(folded, found.end()) else None
            if rank is not None:
                # 记者石 磊: a name set wide begins with the last character of the run
                yield from _words(run[: -1 - len(rank.word)], at, False, opens)
                yield Token("label", rank.word, found.end() - 1 - len(rank.word), rank)
                yield Token("word", run[-1], found.end() - 1)
            else:
                yield from _words(run, at, separated, opens)
        else:
            yield Token(cast(TokenKind, found.lastgroup), found.group(), at)
        at = found.end()


def _bracketed_label(folded: str, at: int) -> list[Token]:
    """【记者】 says what 记者： says: the label with the opening bracket, the closing one as its colon."""
    found = _BRACKETED_LABEL.match(folded, at)
    label = _IN_BRACKETS.get(found[1]) if found is not None else None
    if found is None or label is None:
        return []
    return [Token("label", found.group()[:-1], at, label), Token("colon", "]", found.end() - 1)]


def _compound_label(folded: str, at: int) -> Token | None:
    """A label of two words (文/图), or one set wide (责 任 编 辑：), which only a separator makes sure."""
    joined = _JOINED_LABEL.match(folded, at)
    if joined is not None:
        return Token("label", joined.group(), at, _JOINED[joined.group()])
    wide = _SET_WIDE.match(folded, at)
    if wide is None:
        return None
    ends = [end for end in range(at + 1, wide.end() + 1) if folded[end - 1] != " "]
    for end in reversed(ends):
        label = LABELS.get(folded[at:end].replace(" ", ""))
        if label is not None and " " in folded[at:end] and _SEPARATOR.match(folded, end):
            return Token("label", folded[at:end], at, label)
    return None


def _words(run: str, start: int, separated: bool, opens: bool) -> Iterator[Token]:
    """Cut one run of Han characters where labels stand in it; ``opens``: a byline may begin with the run."""
    pending = at = 0
    if opens and (rank := _rank_at_start(run)):
        yield Token("label", rank.word, start, rank)
        pending = at = len(rank.word)
    while found := _ANY_LABEL.search(run, at):
        at = found.start()
        label = LABELS[found.group()]
        if not _is_label(label, run, at, pending, separated):
            at += 1
            continue
        yield from _plain(run[pending:at], start + pending)
        yield Token("label", label.word, start + at, label)
        at = pending = at + len(label.word)
    yield from _plain(run[pending:], start + pending)


def _last_rank(run: str) -> Label | None:
    """The rank that a run ends with but for a surname behind it."""
    if run[-1] not in SURNAMES:
        return None
    for start in range(max(0, len(run) - 1 - _LONGEST_LABEL), len(run) - 2):
        label = LABELS.get(run[start:-1])
        if label is not None and label.rank:
            return label
    return None


def _longest_label(run: str, at: int) -> Label | None:
    found = _ANY_LABEL.match(run, at)
    return LABELS[found.group()] if found is not None else None


def _is_label(label: Label, run: str, at: int, pending: int, separated: bool) -> bool:
    """Whether a label's word at ``at`` of a run is one; ``pending`` is where its piece begins."""
    rest = run[at + len(label.word) : at + len(label.word) + _FARTHEST]
    if label.short:
        return separated and not rest and at == pending
    if not rest:
        return at == pending or separated or label.rank
    if label.kind == "person":
        return (at == pending or label.rank) and (label.being or _names_follow(rest))
    if label.kind == "source" and at == pending:
        return label.word.endswith(("自", "于")) or is_office(rest)
    return False


def _rank_at_start(run: str) -> Label | None:
    """The rank that begins a run and goes on with a name or an office, though the name be a rare one."""
    label = _longest_label(run, 0)
    if label is None or not label.rank or len(run) > _LONGEST_LABEL + _FARTHEST:
        return None
    rest = run[len(label.word) :]
    return label if is_name_in_bracket(rest) or (len(rest) > 2 and is_office(rest)) else None


def _names_follow(rest: str) -> bool:
    """Does a run that goes on behind a label hold names: 记者李明, 作者李明系某馆馆员, 记者李明报道?"""
    if split_glued(rest) or split_title(rest) or split_being(rest) or split_done(rest):
        return True
    label = _longest_label(rest, 0)
    if label is None or label.kind != "person":
        return False
    return label.word == rest or split_glued(rest.removeprefix(label.word)) is not None


def _plain(run: str, start: int) -> Iterator[Token]:
    """Words that are no label: one token, unless a phrase of the page's furniture is glued to it."""
    if not run:
        return
    furniture = _FURNITURE_INSIDE.search(run)
    if run in STOP_WORDS or furniture is None:
        yield Token("stop" if run in STOP_WORDS else "word", run, start)
        return
    if furniture.start():
        yield Token("word", run[: furniture.start()], start)
    yield Token("stop", run[furniture.start() :], start + furniture.start())
