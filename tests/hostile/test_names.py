"""Names that lead to private addresses: what a crawl connects to is judged, at every look-up."""

from __future__ import annotations

from pathlib import Path

from answers import article_page, list_page, whole
from child import Crawl, crawl
from server import Answer, serving

ARTICLE = "/2024/0101/1.shtml"


def routes(path: str) -> Answer:
    if path == "/good/":
        return whole(list_page([(ARTICLE, "旧书市集")]))
    return whole(article_page("旧书市集")) if path == ARTICLE else whole("", "404 Not Found")


def crawl_by_name(archive: Path, port: int, addresses: str, **settings: str) -> Crawl:
    return crawl(
        archive,
        f"http://news.example:{port}",
        "good",
        settings=settings,
        env={"HOSTILE_NAMES": f"news.example={addresses}"},
    )


def test_a_name_with_a_private_address_is_not_connected_to(tmp_path: Path) -> None:
    with serving(routes) as server:
        crawled = crawl_by_name(tmp_path / "a.db", server.port, "127.0.0.1")
        assert server.connections == 0
    assert crawled.code == 1
    assert crawled.page("/good/")[0] == "failed"
    assert "news.example has the address 127.0.0.1, a loopback address" in crawled.out


def test_a_setting_names_the_private_hosts_that_may_be_asked(tmp_path: Path) -> None:
    with serving(routes) as server:
        for number, word in enumerate(("news.example", "127.0.0.0/8")):
            archive = tmp_path / f"{number}.db"
            crawled = crawl_by_name(archive, server.port, "127.0.0.1", ALLOWED_PRIVATE_HOSTS=word)
            assert crawled.code == 0, crawled.out
            assert crawled.stored() == {ARTICLE[1:]}


def test_a_name_that_changes_its_address_is_judged_again(tmp_path: Path) -> None:
    """DNS rebinding: the first look-up (for robots.txt) gives what is allowed, the later ones do not."""
    with serving(routes) as server:
        crawled = crawl_by_name(
            tmp_path / "a.db",
            server.port,
            "127.0.0.1,127.0.0.2",
            ALLOWED_PRIVATE_HOSTS="127.0.0.1",
            DNSCACHE_ENABLED="0",
        )
        assert server.asked == ["/robots.txt"]
    assert "news.example has the address 127.0.0.2" in crawled.page("/good/")[1]
    assert not crawled.stored()
