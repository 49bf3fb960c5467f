"""Any bytes at all give an article or a typed refusal, within a second and 200 MB."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reader import locate, read_page
from pipelines.errors import Refusal

URL = "http://www.example.cn/a.html"
PAGES = sorted((Path(__file__).parent / "reader_pages").glob("*.html"))
SECONDS = 1.0
MEGABYTES = 200
MAIN = 9_900_000

SENTENCE = "清晨的旧书市集还没有开张，摊主们已经把书一本一本摆上了木板。"


def filled(piece: str, size: int = MAIN) -> bytes:
    whole = piece.encode()
    return b"<title>t</title><h1>title of the page</h1>" + whole * (size // len(whole))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "one paragraph of 10 MB": lambda: filled(SENTENCE),
    "10 MB of paragraphs": lambda: filled(f"<p>{SENTENCE}"),
    "50,000 paragraphs": lambda: filled(f"<p>{SENTENCE}", 5_000_000),
    "50,000 short lines": lambda: filled("一二三四，<br>", 950_000),
    "29,000 links": lambda: filled("<a href=a_2.html>下一页</a>", 900_000),
    "19,000 list items": lambda: filled("<li><a href=/a>title of the page</a>", 700_000),
    "10,000 deep": lambda: b"<div>" * 10_000 + SENTENCE.encode(),
    "10,000 deep, closed": lambda: b"<div>" * 10_000 + SENTENCE.encode() + b"</div>" * 10_000,
    "10,000 lists deep": lambda: b"<ul><li>" * 10_000 + SENTENCE.encode(),
    "as deep as may be": lambda: b"<div>" * 990 + f"<p>{SENTENCE}</p>".encode() * 3_000,
    "deep in many places": lambda: (b"<div>" * 900 + SENTENCE.encode() + b"</div>" * 900) * 50,
    "strays between": lambda: (b"<div></b>" * 900 + SENTENCE.encode() + b"</div>" * 900) * 20,
    "formatting left open": lambda: b"".join(b"<font a%d><p>x" % n for n in range(10_000)),
    "formatting left open, few": lambda: b"".join(b"<font a%d>" % n for n in range(400)) + b"<p>x" * 1_500,
    "tables in tables": lambda: filled("<table><td>", 20_000) + SENTENCE.encode(),
    "10 MB of attributes": lambda: b"<div " + b'a="b" ' * 1_600_000 + b">" + SENTENCE.encode(),
    "distinct attributes": lambda: b"<div " + b" ".join(b'a%d="b"' % n for n in range(500_000)) + b">",
    "attributes with tags in them": lambda: (
        b"<div " + b" ".join(b'a%d="<b>"' % n for n in range(50_000)) + b">"
    ),
    "attributes with ends in them": lambda: (
        b"<div " + b" ".join(b'a%d=">"' % n for n in range(50_000)) + b">"
    ),
    "attributes with slashes": lambda: b"<div" + b"".join(b"/a%d=/" % n for n in range(300_000)) + b">",
    "attributes with an end now and then": lambda: (
        b"<div " + b" ".join(b'a%d x=">"' % n if n % 900 == 0 else b"a%d" % n for n in range(400_000)) + b">"
    ),
    "attributes without spaces": lambda: b"<div " + b"".join(b'a%d=""' % n for n in range(400_000)) + b">",
    "attributes that begin with a sign": lambda: b"<div " + b"".join(b" =a%d" % n for n in range(400_000)),
    "attributes with a tag each": lambda: b"<div " + b" ".join(b"a%d=<b" % n for n in range(59_000)) + b">",
    "one attribute of 10 MB": lambda: b'<p style="' + b"left:-" * 1_600_000 + b'">' + SENTENCE.encode(),
    "styles": lambda: filled('<p style="display : none"></p>', 900_000),
    "entities": lambda: filled("&amp;&#12345;&nbsp;&notanentity;"),
    "angle brackets": lambda: b"<" * MAIN,
    "open quotes": lambda: b'<a href="' * 100_000,
    "comments": lambda: filled("<!-- x -->", 590_000),
    "spaces": lambda: b"<title>" + b" " * MAIN,
    "line breaks": lambda: b"<p>" + "书\n".encode() * 2_000_000,
    "a title of 10 MB": lambda: b"<title>" + b"title-" * 1_600_000,
    "times": lambda: filled("<br>2019-11-07 09:12", 1_150_000),
    "digits": lambda: b"<h1>title of it</h1><p>" + b"1" * 5_000_000,
    "json": lambda: b'<script type="application/ld+json">' + b"[" * 90_000 + b"</script>" + SENTENCE.encode(),
    "metas": lambda: filled('<meta name="a" content="b">', 1_500_000),
    "images": lambda: filled("<img src=/a.jpg>", 900_000) + SENTENCE.encode(),
    "scripts": lambda: filled("<script>orig:'a',note:</script>", 900_000),
    "breadcrumbs": lambda: filled("<div class=crumb>首页 &gt; ", 20_000) + SENTENCE.encode(),
    "mixed encodings": lambda: (
        (SENTENCE.encode() + SENTENCE.encode("gbk") + SENTENCE.encode("big5", "replace")) * 9_000
    ),
    "random bytes": lambda: bytes((n * 7919 + n // 251) % 256 for n in range(2_000_000)),
    "nuls between": lambda: b"\0".join([f"<p>{SENTENCE}</p>".encode()] * 1_000),
}

MEASURE = """
import json, sys, time
from pathlib import Path
from crawler.reader import locate
from pipelines.errors import Refusal
body = sys.stdin.buffer.read()
begun = time.process_time()
try:
    came = "article, %d characters" % len(locate(body, "http://www.example.cn/a.html").body)
except Refusal as refusal:
    came = refusal.reason
seconds = time.process_time() - begun
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)
print(json.dumps([seconds, peak, came]))
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_costs_no_more_than_a_second_and_200_mb(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input=HOSTILE[name](),
        capture_output=True,
        cwd=PAGES[0].parents[2],
        check=True,
    )
    seconds, megabytes, came = json.loads(done.stdout)
    assert seconds < SECONDS, came
    assert megabytes < MEGABYTES, came


def outcome(body: bytes) -> None:
    begun = time.process_time()
    try:
        article = read_page(body, URL)
    except Refusal as refusal:
        assert URL in str(refusal)
    else:
        assert article.title
        assert article.body
    assert time.process_time() - begun < SECONDS


@given(st.binary(max_size=2_000))
@settings(max_examples=300, deadline=None)
def test_any_bytes(body: bytes) -> None:
    outcome(body)


TAG_NAMES = "html body div p span table tr td ul li a h1 h2 br font b script style title template svg pre"
TAGS = TAG_NAMES.split()
PIECES = st.one_of(
    st.sampled_from(TAGS).map("<{}>".format),
    st.sampled_from(TAGS).map("</{}>".format),
    st.sampled_from(
        [
            "<a href='/x_2.html'>",
            "<div class='content'>",
            "<p style='display:none'>",
            "<img src=/a.jpg>",
            "<meta name=author content=x>",
            "&nbsp;",
            "<!--",
            "-->",
            "<",
            '"',
            "\x1f",
            SENTENCE,
            "2019-11-07 09:12 来源：示例网",
            "首页 > 生活 > 正文",
            "[责任编辑：何小雨]",
            "（作者：林小禾）",
            "昨天 9:00",
            "二〇二六年十三月",
        ]
    ),
    st.text(max_size=12),
)


@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
@settings(max_examples=400, deadline=None)
def test_any_markup(markup: str, encoding: str) -> None:
    outcome(markup.encode(encoding, "replace"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_cut_off_anywhere(path: Path) -> None:
    whole = path.read_bytes()
    for end in range(0, len(whole), max(1, len(whole) // 23)):
        outcome(whole[:end])


@given(st.sampled_from(PAGES), st.data())
@settings(max_examples=200, deadline=None)
def test_a_page_with_damaged_bytes(path: Path, data: st.DataObject) -> None:
    body = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=20)):
        body[place] = data.draw(st.integers(0, 255))
    outcome(bytes(body))


def test_reading_is_deterministic() -> None:
    for path in PAGES:
        assert locate(path.read_bytes(), URL) == locate(path.read_bytes(), URL)
