"""The sample site answers as promised, and its articles are as different from each other as real ones."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from urllib.robotparser import RobotFileParser

import pytest

from crawler.demo.pages import MISSING, NEW_ADDRESS, OLD_ADDRESS, SHARE_SUFFIX, site_pages
from crawler.demo.server import DemoServer, serve
from crawler.demo.site import demo_sites
from crawler.demo.sources import COLUMNS, Source, articles
from crawler.demo.truth import ExpectedArticle, mirror_truth, rescued_truth, site_truth

GBK_PAGE = "/2024/1123/703455.shtml"
MIRRORED_PAGE = "/2024/0312/690101.shtml"
GONE_PAGE = "/2024/0205/688120.shtml"
FORBIDDEN_PAGE = "/2024/0108/687001.shtml"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(
    server: DemoServer, path: str, headers: Mapping[str, str] | None = None, *, method: str = "GET"
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, path, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def mirrored(server: DemoServer) -> dict[str, tuple[str, ExpectedArticle]]:
    return mirror_truth(server.url, server.mirror_url) | rescued_truth(server.url, server.mirror_url)


def source_at(path: str) -> Source:
    return next(source for source in articles() if source.path == path)


def test_every_list_page_and_article_of_the_truth_is_served(server: DemoServer) -> None:
    truth = site_truth(server.url)
    for url in [*truth.lists, *truth.articles, *truth.refused]:
        answer = ask(server, url.removeprefix(server.url))
        assert answer.status == 200, url
        assert int(answer.headers["Content-Length"]) == len(answer.body)
        assert answer.headers["Content-Type"].startswith("text/html")


def test_every_article_prints_what_its_source_says(server: DemoServer) -> None:
    for source in articles():
        if source.fate == "gone":
            continue
        count = len(source.pages)
        paths = [source.path, *(source.path.replace(".shtml", f"_{n}.shtml") for n in range(2, count + 1))]
        text = "".join(ask(server, path).body.decode(source.charset) for path in paths)
        for printed in (source.title, source.head, source.first, source.tail, source.last, source.editors):
            assert printed is None or printed in text, (source.path, printed)
        for block in source.blocks:
            if not block.startswith(("|", "!", "=")):
                assert block.removeprefix("## ").removeprefix("- ") in text, (source.path, block)


def test_a_byline_in_the_truth_is_among_the_words_that_are_printed() -> None:
    for source in articles():
        author_words = "".join(filter(None, (source.head, source.first, source.tail, source.last)))
        for name in (source.author or "").split("、"):
            assert name in author_words, source.path
        assert (source.editor or "") in (source.editors or ""), source.path
        assert source.series is None or source.series in source.title


def test_the_list_pages_lead_to_every_article_and_to_the_traps(server: DemoServer) -> None:
    truth = site_truth(server.url)
    listed = "".join(ask(server, url.removeprefix(server.url)).body.decode() for url in truth.lists)
    for url in [*truth.articles, *truth.refused, *truth.forbidden]:
        assert f'href="{url}"' in listed
    for path in (OLD_ADDRESS, MISSING):
        assert f'href="{path}"' in listed
    shared = [source for source in articles() if len(source.columns) > 1]
    assert len(shared) >= 2
    assert all(f'href="{server.url}{source.path}{SHARE_SUFFIX}"' in listed for source in shared)


def test_the_truth_is_of_the_size_that_was_promised() -> None:
    truth = site_truth("http://127.0.0.1:1")
    assert len(truth.articles) >= 40
    assert sum(len(paths) >= 2 for paths in _lists_by_column(truth.lists).values()) >= 4
    kinds = {expected.kind for expected in truth.articles.values()}
    assert kinds == {"article", "photo", "video"}
    assert any(expected.author is None for expected in truth.articles.values())
    assert any(expected.editor is None for expected in truth.articles.values())
    assert any(expected.images for expected in truth.articles.values())
    assert len(truth.refused) == len(truth.missing) == len(truth.forbidden) == len(truth.moved) == 1


def _lists_by_column(lists: frozenset[str]) -> dict[str, list[str]]:
    return {slug: [url for url in lists if f"/{slug}/" in url] for slug in COLUMNS}


def test_a_page_says_its_time_in_beijing() -> None:
    truth = site_truth("http://127.0.0.1:1")
    assert truth.articles[f"http://127.0.0.1:1{MIRRORED_PAGE}"].published_at == "2024-03-12T09:12+08:00"


def test_the_gbk_page_is_labelled_gb2312_in_the_page_alone(server: DemoServer) -> None:
    answer = ask(server, GBK_PAGE)
    assert answer.headers["Content-Type"] == "text/html"
    assert b"charset=gb2312" in answer.body
    assert source_at(GBK_PAGE).author in answer.body.decode("gbk")  # type: ignore[operator]
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("gb2312")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


def test_an_old_address_redirects_for_good(server: DemoServer) -> None:
    answer = ask(server, OLD_ADDRESS)
    assert (answer.status, answer.headers["Location"]) == (301, server.url + NEW_ADDRESS)


@pytest.mark.parametrize("path", [MISSING, "/no/such/page", "/etc/passwd", "/articles/690101.txt"])
def test_what_is_not_there_is_a_404(server: DemoServer, path: str) -> None:
    assert ask(server, path).status == 404


@pytest.mark.parametrize(
    "path",
    ["/../server.py", "/%2e%2e/server.py", "/..%2fserver.py", "//etc/passwd", "/./", "/yuedu/../robots.txt"],
)
def test_no_path_reaches_the_file_system(server: DemoServer, path: str) -> None:
    answer = ask(server, path)
    assert answer.status == 404
    assert b"def " not in answer.body and b"root:" not in answer.body


def test_the_gone_article_answers_200_and_says_so(server: DemoServer) -> None:
    answer = ask(server, GONE_PAGE)
    text = answer.body.decode()
    assert answer.status == 200
    assert "已删除或过期" in text
    assert source_at(GONE_PAGE).lines[0] not in text


def test_robots_forbids_what_a_list_page_links(server: DemoServer) -> None:
    robots = RobotFileParser()
    robots.parse(ask(server, "/robots.txt").body.decode().splitlines())
    assert not robots.can_fetch("luntan", server.url + FORBIDDEN_PAGE)
    assert all(robots.can_fetch("luntan", url) for url in site_truth(server.url).articles)
    assert ask(server, FORBIDDEN_PAGE).status == 200


def test_an_unchanged_page_is_a_304_without_a_body(server: DemoServer) -> None:
    first = ask(server, MIRRORED_PAGE)
    for asked in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", W/{first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = ask(server, MIRRORED_PAGE, asked)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    changed = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]}
    assert ask(server, MIRRORED_PAGE, changed).status == 200


def test_head_gives_the_headers_alone(server: DemoServer) -> None:
    asked, got = ask(server, "/", method="HEAD"), ask(server, "/")
    assert asked.body == b""
    assert asked.headers["Content-Length"] == got.headers["Content-Length"]


def test_a_connection_is_kept_open(server: DemoServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.connect()
    socket = connection.sock
    for path in ("/", "/yuedu/", MISSING, OLD_ADDRESS, "/shouyi/"):
        connection.request("GET", path)
        connection.getresponse().read()
        assert connection.sock is socket
    connection.close()


def test_the_query_does_not_change_the_page(server: DemoServer) -> None:
    assert ask(server, MIRRORED_PAGE + SHARE_SUFFIX).body == ask(server, MIRRORED_PAGE).body


def test_the_host_decides_between_site_and_mirror(server: DemoServer) -> None:
    site, mirror = (
        ask(server, MIRRORED_PAGE, {"Host": f"{name}:{server.port}"}) for name in ("127.0.0.1", "localhost")
    )
    assert "把书架搬到菜市场旁边" in site.body.decode()
    assert "把書(shū)架搬到菜市場旁邊" in mirror.body.decode()
    assert ask(server, MIRRORED_PAGE, {"Host": "elsewhere.example"}).status == 404


def test_the_mirror_lists_the_pages_it_took_over(server: DemoServer) -> None:
    front = ask(server, "/", {"Host": "localhost"}).body.decode()
    for url, (original, expected) in mirrored(server).items():
        path = url.removeprefix(server.mirror_url)
        assert original == server.url + path
        assert f'<a href="{path}">' in front
        page = ask(server, path, {"Host": "localhost"}).body.decode()
        assert expected.title not in page
        assert page.index("免费电影") < page.index('<h1 class="article-title">')
        assert "(" in page and "?" in page


def test_the_mirror_keeps_a_page_that_stands_and_one_that_the_site_lost() -> None:
    truth = site_truth("http://a")
    assert {
        original for original, _ in mirror_truth("http://a", "http://b").values()
    } <= truth.articles.keys()
    assert {
        original for original, _ in rescued_truth("http://a", "http://b").values()
    } == truth.refused.keys()


def test_what_was_asked_for_is_remembered() -> None:
    with serve() as server:
        ask(server, "/yuedu/?x=1")
        assert server.requested == [f"{server.url}/yuedu/?x=1"]


def test_the_server_stops_with_its_block() -> None:
    with serve() as server:
        port = server.port
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.1", port, timeout=10).request("GET", "/")


def test_the_declaration_knows_the_addresses(server: DemoServer) -> None:
    site, mirror = demo_sites(server.url)
    truth = site_truth(server.url)
    assert {column.url for column in site.columns} == {f"{server.url}/{slug}/" for slug in COLUMNS}
    for url in truth.articles:
        assert site.article_url(url + SHARE_SUFFIX) == url
        assert mirror.article_url(url) is None
    for url, (original, _) in mirrored(server).items():
        assert mirror.article_url(url) == url
        assert site.original_url(url) == original


def test_the_pages_are_the_same_each_time() -> None:
    assert site_pages("http://127.0.0.1:1") == site_pages("http://127.0.0.1:1")


def _shingles(text: str, size: int = 6) -> set[str]:
    return {text[start : start + size] for start in range(len(text) - size + 1)}


def test_no_two_articles_share_their_text() -> None:
    paragraphs = [line for source in articles() for line in source.lines]
    assert len(paragraphs) == len(set(paragraphs))
    shingles = {source.id: _shingles("".join(source.lines)) for source in articles()}
    for one, other in combinations(shingles.values(), 2):
        assert len(one & other) < 0.02 * min(len(one), len(other))


def test_every_article_is_an_article() -> None:
    for source in articles():
        paragraphs = [line for line in source.lines if len(line) > 30]
        assert len(paragraphs) >= {"article": 4, "photo": 2, "video": 3}[source.template], source.path
        assert source.blocks[-1][0] not in "#-|=", "the bylines are put at the end of a paragraph"
