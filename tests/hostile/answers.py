"""What the hostile site answers with: one function a wickedness, and the plain pages between them."""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import AsyncIterator, Iterable
from functools import cache
from html import escape

from server import Answer, Asked

LINES = (
    "清晨的旧书市集还没有开张，摊主们已经把书一本一本摆上了木板，等着第一批看书的人。",
    "图书馆门前的长椅上坐着几位老人，他们说这条街的树是四十年前大家一起种下的。",
    "下午的阅读课讲的是一封家信，孩子们听完以后把自己想说的话也写了下来。",
)

WORDS = tuple(
    f"{who}{where}{what}"
    for who in ("老人", "孩子们", "店主", "邻居", "游客", "学生", "司机", "园丁")
    for where in ("在街角", "在河边", "在图书馆", "在市集", "在车站", "在公园里")
    for what in ("看书", "下棋", "唱歌", "等车", "喝茶", "画画", "修椅子", "种花")
)


def whole(body: str | bytes, status: str = "200 OK", **headers: str) -> Answer:
    """A complete and honest answer."""
    data = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(data))}
    named["Set-Cookie"] = "who=you; Path=/"
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    return raw(head(status, named) + data)


def head(status: str, headers: dict[str, str]) -> bytes:
    """A status line and headers, with the empty line that ends them."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{lines}Connection: close\r\n\r\n".encode()


def raw(*pieces: bytes) -> Answer:
    """These bytes, then the end of the connection."""

    async def answer(asked: Asked) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return answer


def redirect(target: str) -> Answer:
    """A redirect to ``target``."""
    return whole("", "302 Found", Location=target)


def trickle(start: bytes, rest: bytes) -> Answer:
    """``start`` at once, and the rest a byte every tenth of a second."""

    async def answer(asked: Asked) -> AsyncIterator[bytes]:
        yield start
        for byte in rest:
            yield bytes((byte,))
            await asyncio.sleep(0.1)

    return answer


def endless(start: bytes, piece: bytes, most: int) -> Answer:
    """``start``, and then ``piece`` again and again, ``most`` times: more than anybody should take."""

    async def answer(asked: Asked) -> AsyncIterator[bytes]:
        yield start
        for _ in range(most):
            yield piece

    return answer


def fails_first(times: int, status: str, then: Answer, **headers: str) -> Answer:
    """An error for the first ``times`` requests, then ``then``."""
    error = whole("try again", status, **headers)
    return lambda asked: (error if asked.before < times else then)(asked)


def list_page(links: Iterable[tuple[str, str]], next_page: str | None = None) -> str:
    """A column's list page in the markup of rmlt."""
    items = "".join(f'<li><a href="{escape(url)}">{escape(title)}</a></li>' for url, title in links)
    pager = (
        f'<div class="page"><a class="next" href="{escape(next_page)}">下一页</a></div>' if next_page else ""
    )
    return _frame("栏目", f'<div class="txt-list"><ul>{items}</ul></div>{pager}')


def article_page(title: str, author: str = "秦远山", lines: Iterable[str] = LINES, extra: str = "") -> str:
    """An article in the markup of rmlt."""
    body = "".join(f"<p>\u3000\u3000{escape(line)}</p>" for line in lines)
    return _frame(
        title,
        f'<div class="article"><h1 class="article-title">{escape(title)}</h1><div class="article-info">'
        '<span class="date">2024-01-01 08:30</span> <span class="source">来源：示例论坛网</span>'
        f' <span class="author">作者：{escape(author)}</span></div>'
        f'<div class="article-content">{body}{extra}</div><div class="editor">责任编辑：周平</div></div>',
    )


def story(path: str, extra: str = "") -> str:
    """An article like no other: a few words that its address chooses, in an order of their own."""
    chance = random.Random(path)
    lines = ["，".join(chance.choices(WORDS, k=12)) + "。" for _ in range(5)]
    return article_page(f"文章 {path}", lines=lines, extra=extra)


def _frame(title: str, main: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f"<body>{main}</body></html>"
    )


@cache
def bomb() -> bytes:
    """Ten thousand million zeros in gzip, in some ten million bytes."""
    return gzip.compress(bytes(10_000_000), 9) * 1_000


@cache
def nested_bomb() -> bytes:
    """The same, packed once more: some thirty thousand bytes."""
    return gzip.compress(bomb(), 9)
