"""A proxy's password is for the proxy: no log, no evidence, no archive holds it."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import pytest
from answers import list_page, redirect, story, whole
from child import Crawl, crawl
from server import Answer, Asked, HostileServer, serving

ARTICLE, AWAY = "/2024/0101/1.shtml", "/2024/0101/2.shtml"
SITE = "http://news.example"
PASSWORD = "s3cret-w0rd"
SECRETS = (PASSWORD.encode(), base64.b64encode(f"guest:{PASSWORD}".encode()))


def proxy(path: str) -> Answer:
    """A proxy that asks for the password, before an innocent site with one article that leads away."""

    def answer(asked: Asked):  # type: ignore[no-untyped-def]
        if asked.headers.get("proxy-authorization") != f"Basic {SECRETS[1].decode()}":
            return whole("", "407 Proxy Authentication Required")(asked)
        return behind(path)(asked)

    return answer


def behind(path: str) -> Answer:
    if path == f"{SITE}/good/":
        return whole(list_page([(ARTICLE, "一"), (AWAY, "二")]))
    if path == f"{SITE}{AWAY}":
        return redirect("http://169.254.169.254/latest/")
    return whole(story(path)) if path == f"{SITE}{ARTICLE}" else whole("", "404 Not Found")


def crawl_through(server: HostileServer, folder: Path, site: str, password: str) -> Crawl:
    address = f"http://guest:{password}@127.0.0.1:{server.port}"
    # No name is ever asked for: the proxy resolves them.
    env = {"http_proxy": address, "https_proxy": address, "no_proxy": "", "HOSTILE_NAMES": ""}
    settings = {"HTTPPROXY_ENABLED": 1, "LOG_LEVEL": "DEBUG", "RETRY_TIMES": 1}
    return crawl(folder / "a.db", site, "good", settings=settings, env=env)


def leaks(folder: Path) -> list[str]:
    """The files that hold a secret, packed ones as they are and unpacked."""
    found = []
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        data = path.read_bytes()
        if path.name.endswith(".gz"):
            data += gzip.decompress(data)
        if any(secret in data for secret in SECRETS):
            found.append(str(path))
    return found


def test_a_proxy_is_asked_with_its_password_and_nothing_else_holds_it(tmp_path: Path) -> None:
    with serving(proxy) as server:
        crawled = crawl_through(server, tmp_path, SITE, PASSWORD)
        assert crawled.code == 0, crawled.out
        assert f"{SITE}{ARTICLE}" in server.asked and "proxy-authorization" in server.headers
        assert not [path for path in server.asked if "169.254" in path]
    assert crawled.stored() == {ARTICLE[1:]}
    assert list(tmp_path.rglob("*.warc.gz"))
    assert not leaks(tmp_path)


def test_what_authorizes_us_is_in_no_evidence(tmp_path: Path) -> None:
    def routes(path: str) -> Answer:
        return behind(f"{SITE}{path}")

    headers = json.dumps({"Authorization": f"Bearer {PASSWORD}", "Cookie": f"key={PASSWORD}"})
    with serving(routes) as server:
        crawled = crawl(
            tmp_path / "a.db", server.url(), "good", settings={"DEFAULT_REQUEST_HEADERS": headers}
        )
        assert {"authorization", "cookie"} <= server.headers, crawled.out
    assert crawled.stored() == {ARTICLE[1:]}
    assert not leaks(tmp_path)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_says_no_makes_nobody_tell_the_password(tmp_path: Path, scheme: str) -> None:
    with serving(lambda path: whole("", "407 Proxy Authentication Required")) as server:
        crawled = crawl_through(server, tmp_path, f"{scheme}://news.example", PASSWORD)
        assert server.asked, crawled.out
    assert crawled.code == 1
    assert "407" in crawled.out
    assert not leaks(tmp_path)
