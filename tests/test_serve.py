"""The pages of `luntan serve`: what they show, that nothing of an article runs, that a browser draws them."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

pytest.importorskip("datasette")

from archive.search_index import update_index
from archive.serve.app import make_datasette
from archive.store import Archive
from tests.test_search import TEXTS, saved

CHROMIUM = shutil.which("chromium")
EVIL = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("serve") / "a.db"
    with Archive.open(path) as archive:
        for number, text in enumerate(TEXTS):
            saved(archive, number, *text)
        saved(
            archive,
            90,
            f"花房{EVIL}",
            f"温室里的花。{EVIL}\n第二段\x0b。",
            f"李{EVIL}",
            "周平",
            "2024-03-01T10:00+08:00",
        )
        archive.flush()
        words = {
            "url": "javascript:alert(1)",
            "body_sha256": "",
            "seen_at": "2026-01-01",
            "title": TEXTS[0][0],
        }
        earlier = {"article_id": 1, "revision": 1, "body": "清晨的图书馆已经坐满了读者。", "author": "林晓"}
        archive.db["revisions"].insert({**words, **earlier, "replaced_at": "2026-02-01T08:00:00+08:00"})
        archive.db["articles"].update(6, {"url": "javascript:alert(1)"})
        update_index(archive.db.conn)
    return path


def get(path: Path, address: str, status: int = 200, **headers: str) -> Any:
    response = asyncio.run(_get(make_datasette(path), address, headers))
    assert response.status_code == status, response.text[:2000]
    return response


async def _get(datasette: Any, address: str, headers: dict[str, str]) -> Any:
    return await datasette.client.get(address, headers=headers)


def test_the_front_page_counts_and_lists(path: Path) -> None:
    text = get(path, "/").text
    assert "6 articles" in text and '<a href="/article/3">公園裏的讀書會</a>' in text
    assert "column__exact=%E7%94%9F%E6%B4%BB" in text


@pytest.mark.parametrize(
    ("query", "title"), [("书", "图书"), ("社區", "老街早市"), ("author:林晓 治理", "图书")]
)
def test_search_finds_short_words(path: Path, query: str, title: str) -> None:
    assert f">{title}</a>" in get(path, f"/search?q={query}").text
    assert "<mark>" in get(path, "/search?q=社区&order=newest").text


def test_an_article_page_has_people_paragraphs_and_what_was_edited(path: Path) -> None:
    text = get(path, "/article/1").text
    assert "<p>志愿者把书一本本放回书架。</p>" in text
    assert '<a href="/person/%E6%9E%97%E6%99%93">林晓</a>' in text
    assert "<del>读者</del>" in text and "<ins>人</ins>" in text
    assert 'rel="noreferrer noopener">original' in text
    assert "There is no article 99." in get(path, "/article/99", 404).text


def test_people(path: Path) -> None:
    assert (
        '<a href="/person/%E5%91%A8%E5%B9%B3">周平</a> <span class="meta">3</span>'
        in get(path, "/people").text
    )
    text = get(path, "/person/林晓").text
    assert "3 articles" in text and ">author 作者</h2>" in text
    # Two articles in 2024, one in 2022, none between.
    assert re.findall(r"<div>(\d*)<i style=\"height: ([\d.]+)rem\"></i>(\d+)</div>", text) == [
        ("1", "2.5", "2022"),
        ("", "0.0", "2023"),
        ("2", "5.0", "2024"),
    ]
    get(path, "/person/无人", 404)


def test_nothing_of_an_article_is_run(path: Path) -> None:
    for address in ("/", "/article/6", "/search?q=花房", "/people", f"/search?q={EVIL}", "/archive/listing"):
        response = get(path, address)
        assert "<script>document" not in response.text and "<img src=x" not in response.text, address
    response = get(path, "/article/6")
    assert 'href="javascript' not in response.text
    assert response.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_feed_is_well_formed(path: Path) -> None:
    feed = ElementTree.fromstring(get(path, "/feed.atom").content)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) == 6
    assert entries[0].findtext("{http://www.w3.org/2005/Atom}updated") == "2024-03-01T10:00:00+08:00"
    assert entries[0].findtext("{http://www.w3.org/2005/Atom}title") == f"花房{EVIL}"


def test_datasette_s_own_table_has_facets_and_searches_by_our_terms(path: Path) -> None:
    rows = get(path, "/archive/listing.json?_search=治理体系&_shape=array").json()
    assert [row["title"] for row in rows] == ["图书"]
    facets = get(path, "/archive/listing.json?_facet=month").json()["facet_results"]
    assert {"site", "column", "author", "editor", "month"} <= set(facets)
    assert '<a href="/article/1">' in get(path, "/archive/listing").text


def test_nothing_can_be_written_and_no_other_name_is_answered(path: Path) -> None:
    before = path.read_bytes()
    get(path, "/archive?sql=delete+from+articles", 400)
    get(path, "/", 421, host="evil.example")
    assert path.read_bytes() == before


@pytest.fixture
def served(path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "crawler", "serve", str(path), "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_a_browser_draws_the_pages_with_chinese_glyphs(served: str, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    browser = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
    for name, address in (
        ("article", "/article/1"),
        ("evil", "/article/6"),
        ("search", "/search?q=%E7%A4%BE%E5%8C%BA"),
    ):
        picture = tmp_path / f"{name}.png"
        command = [*browser, f"--screenshot={picture}", "--window-size=900,1000", served + address]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        assert picture.stat().st_size > 20_000
    dumped = subprocess.run(
        [*browser, "--dump-dom", f"{served}/article/6"], check=True, capture_output=True, timeout=60
    )
    assert "<title>花房" in dumped.stdout.decode()
