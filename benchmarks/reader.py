"""What reading a page costs, beside a bare parse and beside six selects with lxml, in the same run.

    python benchmarks/reader.py [FOLDER_OF_HTML_PAGES]

Prints milliseconds of CPU a page (median over the pages, each the best of several runs) and asserts that
what was read is right. lxml and parsel come with Scrapy.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from parsel import Selector
from selectolax.lexbor import LexborHTMLParser

from crawler.reader import locate, read_page
from crawler.sites.rmlt import SITE
from pipelines.errors import Refusal

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "tests" / "reader_pages"
URL = "http://www.rmlt.com.cn/2019/1107/561091.shtml"
RUNS = 9
SELECTS = ("h1.article-title", "div.article-content p", "span.date", "span.source", ".editor", "div.crumb a")
SENTENCE = "清晨的旧书市集还没有开张，摊主们已经把书一本一本摆上了木板，等着第一位读者。"


def milliseconds(call: Callable[[], object]) -> float:
    """The CPU time of the fastest of several calls."""
    best = float("inf")
    for _ in range(RUNS):
        begun = time.process_time()
        call()
        best = min(best, time.process_time() - begun)
    return best * 1000


def site_page() -> bytes:
    """A page of 30 KB in the markup of the site whose file ships with the project."""
    links = "".join(f'<li><a href="/{number}.shtml">消息的标题{number}</a></li>' for number in range(150))
    paragraphs = "".join(f"<p>　　{SENTENCE}</p>" for _ in range(60))
    return (
        "<html><head><meta charset=utf-8><title>旧书市集的早晨_人民论坛网</title></head><body>"
        f"<ul>{links}</ul><div class=crumb><a href=/>首页</a> &gt; <a href=/w/>文化生活</a> &gt; 正文</div>"
        "<div class=article><h1 class=article-title>旧书市集的早晨</h1>"
        "<span class=date>2019-11-07 09:12</span><span class=source>来源：人民论坛网</span>"
        f"<div class='article-content fontSizeSmall'>{paragraphs}</div>"
        f"<div class=editor>[责任编辑：何小雨]</div></div><script>{'var a=1;' * 1000}</script></body></html>"
    ).encode()


def readable(folder: Path) -> list[bytes]:
    """The pages of a folder that are articles."""
    pages = []
    for path in sorted(folder.glob("*.html")):
        body = path.read_bytes()
        try:
            locate(body, URL)
        except Refusal:
            continue
        pages.append(body)
    return pages


def check() -> None:
    """What is measured must be right: every sample page, and the site's."""
    for line in (PAGES / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        expected = json.loads(line)
        article = read_page((PAGES / expected["file"]).read_bytes(), expected["url"])
        assert "".join(article.title.split()) == "".join(expected["title"].split()), expected["file"]
    article = locate(site_page(), URL, site=SITE)
    assert article.body.split("\n") == [SENTENCE] * 60
    assert article.provenance["title"].rule == "layout article"


def six_selects(body: bytes) -> list[str]:
    selector = Selector(text=body.decode("utf-8", "replace"))
    return [text for select in SELECTS for text in selector.css(f"{select} ::text").getall()]


def main() -> None:
    check()
    page = site_page()
    print(f"a known site's page of {len(page) // 1000} KB, ms")
    rows: list[tuple[str, Callable[[], object]]] = [
        ("bare parse, selectolax", lambda: LexborHTMLParser(page)),
        ("six selects, parsel", lambda: six_selects(page)),
        ("locate", lambda: locate(page, URL, site=SITE)),
        ("locate, layout unknown", lambda: locate(page, URL)),
        ("read_page", lambda: read_page(page, URL)),
    ]
    for name, call in rows:
        print(f"  {name:24} {milliseconds(call):7.2f}")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    pages = readable(folder)
    size = statistics.median(map(len, pages)) / 1000
    print(f"{len(pages)} pages of {folder.name}, median {size:.0f} KB, ms (median, slowest)")
    readers: list[tuple[str, Callable[[bytes], object]]] = [
        ("bare parse, selectolax", LexborHTMLParser),
        ("six selects, parsel", six_selects),
        ("locate", lambda body: locate(body, URL)),
        ("read_page", lambda body: read_page(body, URL)),
    ]
    for name, read in readers:
        times = [milliseconds(partial(read, body)) for body in pages]
        print(f"  {name:24} {statistics.median(times):7.2f} {max(times):7.2f}")


if __name__ == "__main__":
    main()
