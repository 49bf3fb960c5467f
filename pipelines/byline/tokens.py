"""A line as tokens: words, labels, separators, brackets, times. One pass, each character looked at a bounded number of times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines.byline.labels import LABELS, STOP_WORDS, Label
from pipelines.byline.names import is_office, split_being, split_done, split_glued, split_title

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


@dataclass(frozen=True, slots=True)
class Token:
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
    r"|(?P<time>\d{4}年第\d{1,4}期|\d{2,4}(?:[-./]\d{1,2}[-./]|年\d{1,2}月)\d{1,2}日?|\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}(?::\d{2})?)"
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
_LONGEST_FIRST = sorted(LABELS, key=lambda word: -len(word))
_SPACED = re.compile("|".join(" {0,4}".join(word) for word in _LONGEST_FIRST if len(word) > 1))
_INNER = re.compile("|".join(word for word in _LONGEST_FIRST if len(word) > 1))
_BEFORE_SEPARATOR = re.compile(" {0,8}[:/|]")
_STOP_INSIDE = re.compile(
    "分享到|打印本页|发布时间|发布日期|点击数|浏览次数|浏览量|阅读量|阅读次数|关闭窗口|我有话说|我要评论|网友评论|字体大小"
)


def tokenize(folded: str) -> list[Token]:
    """Cut a folded line into tokens; their texts joined give the line.

    >>> [(t.kind, t.text) for t in tokenize("责任编辑:李明")]
    [('label', '责任编辑'), ('colon', ':'), ('word', '李明')]
    >>> [(t.kind, t.text) for t in tokenize("晨光报记者李明")]
    [('word', '晨光报'), ('label', '记者'), ('word', '李明')]
    """
    return list(_tokens(folded))


def _tokens(folded: str) -> Iterator[Token]:
    at = 0
    while at < len(folded):
        spaced = _spaced_label(folded, at)
        if spaced is not None:
            yield spaced
            at = spaced.end
            continue
        found = _LEXER.match(folded, at)
        assert found is not None and found.lastgroup is not None
        if found.lastgroup == "word":
            yield from _words(found.group(), at, bool(_BEFORE_SEPARATOR.match(folded, found.end())))
        else:
            yield Token(found.lastgroup, found.group(), at)  # type: ignore[arg-type]
        at = found.end()


def _spaced_label(folded: str, at: int) -> Token | None:
    """A label set wide (责 任 编 辑：), which only a separator behind it makes sure."""
    found = _SPACED.match(folded, at)
    if found is None or " " not in found.group() or not _BEFORE_SEPARATOR.match(folded, found.end()):
        return None
    return Token("label", found.group(), at, LABELS[found.group().replace(" ", "")])


def _words(run: str, start: int, separated: bool) -> Iterator[Token]:
    """Cut one run of Han characters where labels stand in it."""
    pending = 0
    at = 0
    while at < len(run):
        label = _label_at(run, at, pending, separated)
        if label is None:
            following = _INNER.search(run, at + 1)
            at = following.start() if following else len(run)
            continue
        yield from _plain(run[pending:at], start + pending)
        yield Token("label", label.word, start + at, label)
        at = pending = at + len(label.word)
    yield from _plain(run[pending:], start + pending)


def _label_at(run: str, at: int, pending: int, separated: bool) -> Label | None:
    if run in LABELS and LABELS[run].short:
        return LABELS[run] if separated else None
    found = _INNER.match(run, at)
    if found is None:
        return None
    label = LABELS[found.group()]
    rest = run[found.end() :]
    if not rest:
        return label if at == pending or separated or label.rank else None
    if label.kind == "person":
        opens = at == pending or label.rank
        return label if opens and (label.being or _names_follow(rest)) else None
    if label.kind == "source" and at == pending:
        return label if label.word.endswith(("自", "于")) or is_office(rest) else None
    return None


def _names_follow(rest: str) -> bool:
    """Does a run that goes on behind a label hold names: 记者李明, 作者李明系某馆馆员, 记者李明报道?"""
    return bool(
        split_glued(rest)
        or split_title(rest)
        or split_being(rest)
        or split_done(rest)
        or (_INNER.match(rest) and _label_at(rest, 0, 0, False))
    )


def _plain(run: str, start: int) -> Iterator[Token]:
    """Words that are no label: one token, unless a phrase of the page's furniture is glued to it."""
    if not run:
        return
    furniture = _STOP_INSIDE.search(run)
    if run in STOP_WORDS or furniture is None:
        yield Token("stop" if run in STOP_WORDS else "word", run, start)
        return
    if furniture.start():
        yield Token("word", run[: furniture.start()], start)
    yield Token("stop", run[furniture.start() :], start + furniture.start())
