"""A local site to measure crawls on: rmlt's markup, as many articles as asked for, 30 KB a page.

    python benchmarks/local_site.py 2000      serve 2,000 articles, print the port

The server is a bare asyncio one, so that it is never what limits a crawl. The articles are put together
from a small stock of sentences by a seeded generator: no two are alike.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from crawler.sites import rmlt
from crawler.sites.base import Column, Site

COLUMNS = 20
LIST_LENGTH = 50

SUBJECTS = [
    "图书馆",
    "早市",
    "公园",
    "村小",
    "老街",
    "社区食堂",
    "健身步道",
    "博物馆",
    "手工作坊",
    "读书会",
    "菜园",
    "车站",
    "河岸",
    "书店",
    "广场",
]
TIMES = ["清晨", "午后", "傍晚", "周末", "雨天", "入秋以后", "开春时节", "假期里", "每逢集日"]
PEOPLE = ["居民", "摊主", "老师", "志愿者", "孩子们", "手艺人", "邻居", "管理员", "读者", "老人"]
# Any two of these make something like a word: texts put together of whole phrases would all be alike.
CHARACTERS = (
    "天地山水风雨花草树木春夏秋冬早晚来去走看听说读写问答教学生活家园门窗桌椅书纸笔墨茶饭米面菜果糖盐油灯火光影声色香味"
    "红黄蓝绿青白黑大小长短高低远近新旧轻重快慢冷热明暗前后左右东西南北里外上下中间开关进出买卖借还种收织补修造画唱跳跑"
)


def article_paths(pages: int) -> Iterator[str]:
    """The paths of all articles."""
    return (
        f"/2024/{1 + number % 12:02}{1 + number % 28:02}/{700000 + number}.shtml" for number in range(pages)
    )


def site(port: int) -> Site:
    """The declaration of the site served on ``port``."""
    netloc = f"127.0.0.1:{port}"
    return replace(
        rmlt.SITE,
        name="local",
        hosts=(netloc,),
        aliases={},
        columns=tuple(
            Column(f"c{number}", f"栏目{number}", f"http://{netloc}/c{number}/1") for number in range(COLUMNS)
        ),
        article=re.compile(re.escape(netloc) + r"/\d{4}/\d{4}/\d+\.shtml"),
    )


def paragraph(rng: random.Random) -> str:
    """About 350 characters in the rhythm of prose; no two paragraphs have a phrase in common."""
    sentences = []
    for _ in range(11):
        words = ["".join(rng.choices(CHARACTERS, k=2)) for _ in range(9)]
        scene = f"{rng.choice(TIMES)}的{rng.choice(SUBJECTS)}里，{rng.choice(PEOPLE)}"
        sentences.append("{}{}{}，{}的{}{}{}，{}{}{}。".format(scene, *words))
    return "".join(sentences)


@lru_cache
def furniture() -> tuple[str, str]:
    """What stands around every article: scripts, navigation, related links."""
    rng = random.Random(0)
    script = ";".join(f"var setting{number}='{rng.random()}'" for number in range(260))
    links = "".join(f'<li><a href="/nav/{number}/">{rng.choice(SUBJECTS)}</a></li>' for number in range(70))
    related = "".join(
        f'<li><a href="/2023/0101/{number}.shtml">{rng.choice(TIMES)}的{rng.choice(SUBJECTS)}</a></li>'
        for number in range(40)
    )
    head = f'<script>{script}</script></head><body><div class="nav"><ul>{links}</ul></div>'
    foot = f'<div class="related"><h3>相关新闻</h3><ul>{related}</ul></div><div class="footer">版权所有</div>'
    return head, foot


def article(path: str) -> str:
    """The page of one article, about 30 KB."""
    number = int(path.rsplit("/", 1)[1].removesuffix(".shtml"))
    rng = random.Random(number)
    title = f"{rng.choice(TIMES)}的{rng.choice(SUBJECTS)}（{number}）"
    head, foot = furniture()
    body = "".join(f"<p>　　{paragraph(rng)}</p>\n" for _ in range(7))
    author, editor = "林" + rng.choice("晓岚静安"), "周" + rng.choice("平远青禾")
    day = f"{path[1:5]}-{path[6:8]}-{path[8:10]}"
    page = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_栏目_本地</title>
<meta name="keywords" content="社区,生活">{head}
<div class="main"><div class="left">
<div class="crumb"><a href="/">首页</a> &gt; <a href="/c/">栏目</a> &gt; 正文</div>
<h1 class="article-title">{title}</h1>
<span class="date">{day} 09:12</span> <span class="source">来源：本地日报</span>
<div class="article-content fontSizeSmall BSHARE_POP">{body}<p>（作者：{author}）</p></div>
<span class="editors">[责任编辑：{editor}]</span></div>{foot}</div></body></html>"""
    return page + f"<!--{'-' * max(0, 30_000 - len(page.encode()))}-->"


def list_page(path: str, paths: list[str]) -> str:
    """One list page of a column: ``/c3/2`` is the second page of the column c3."""
    column, number = int(path.split("/")[1][1:]), int(path.split("/")[2])
    own = paths[column::COLUMNS]
    shown = own[(number - 1) * LIST_LENGTH : number * LIST_LENGTH]
    items = "".join(f'<li><a href="{link}">文章</a></li>' for link in shown)
    more = (
        f'<a class="next" href="/c{column}/{number + 1}">下一页</a>'
        if number * LIST_LENGTH < len(own)
        else ""
    )
    return f'<html><body><ul class="txt-list">{items}</ul><div class="page">{more}</div></body></html>'


async def serve(pages: int) -> None:
    """Serve until killed; the port is printed first."""
    paths = list(article_paths(pages))
    known = set(paths)
    # Small sites are kept ready, so that making pages costs the measured crawl nothing.
    ready = {path: article(path).encode() for path in paths} if pages <= 5_000 else {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                path = request.split(b" ", 2)[1].decode()
                status, body = "200 OK", b""
                if path in known:
                    body = ready.get(path) or article(path).encode()
                elif path.startswith("/c"):
                    body = list_page(path, paths).encode()
                else:
                    status = "404 Not Found"
                head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
