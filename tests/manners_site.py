"""A site of two hosts on loopback, which answers by script and keeps a log of what it was asked, and when."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.local_site import article
from crawler.demo.server import serving
from crawler.sites import rmlt
from crawler.sites.base import Column, Site

ROOT = Path(__file__).parent.parent
ARTICLES = 4
PATHS = [f"/2024/0501/{700000 + number}.shtml" for number in range(ARTICLES)]
PROGRAM = """
import sys
{first}
from crawler.cli import main
from crawler.demo.run import registered
from tests.manners_site import site
with registered((site(int(sys.argv[1])),)):
    main(["crawl", sys.argv[2], "two", *sys.argv[3:]], prog_name="luntan")
"""
# Short times; what a test is about it sets itself, later values win.
SHORT = (
    *("DOWNLOAD_DELAY=0.02", "HOST_DELAY_JITTER=0", "HOST_PAUSE_START=0.3", "HOST_PAUSE_MAX=5"),
    *("AUTOTHROTTLE_ENABLED=0", "HTTPPROXY_ENABLED=0"),
)


@dataclass(frozen=True)
class Answer:
    """What the server says in the place of the page."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it: ``at`` is monotonic time."""

    at: float
    host: str
    path: str
    headers: dict[str, str]


Script = Callable[[str, str, int], Answer | None]


class MannersServer(ThreadingHTTPServer):
    """``script(host, path, times)`` may answer the request of that path for the ``times``-th time, from 1."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.log: list[Asked] = []

    def asked(self, path: str = "", host: str = "127.0.0.1") -> list[Asked]:
        """The requests to a host whose path begins so, in their order."""
        return [asked for asked in self.log if asked.host == host and asked.path.startswith(path)]

    def gaps(self, path: str = "", host: str = "127.0.0.1") -> list[float]:
        """The seconds between those requests."""
        times = [asked.at for asked in self.asked(path, host)]
        return [later - earlier for earlier, later in pairwise(times)]


class _Handler(BaseHTTPRequestHandler):
    server: MannersServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        host = self.headers["Host"].partition(":")[0]
        asked = Asked(time.monotonic(), host, self.path, {k.lower(): v for k, v in self.headers.items()})
        self.server.log.append(asked)
        times = sum(other.path == self.path and other.host == host for other in self.server.log)
        answer = self.server.script(host, self.path, times) or _page(self.path)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def _page(path: str) -> Answer:
    html = {"Content-Type": "text/html; charset=utf-8"}
    if path == "/list":
        links = "".join(f'<li><a href="{link}">文章</a></li>' for link in PATHS)
        return Answer(200, f'<html><body><ul class="txt-list">{links}</ul></body></html>'.encode(), html)
    if path in PATHS:
        return Answer(200, article(path).encode(), html)
    return Answer(404)


def site(port: int) -> Site:
    """The site: a column on each of its two hosts, which are two names of this machine."""
    hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
    return replace(
        rmlt.SITE,
        name="two",
        hosts=hosts,
        aliases={},
        columns=tuple(
            Column(f"c{number}", f"栏目{number}", f"http://{host}/list") for number, host in enumerate(hosts)
        ),
        article=re.compile(rf"(?:127\.0\.0\.1|localhost):{port}/\d{{4}}/\d{{4}}/\d+\.shtml"),
    )


@contextmanager
def serve(script: Script = lambda host, path, times: None) -> Iterator[MannersServer]:
    """Serve the site until the block ends."""
    with serving(MannersServer(script)) as server:
        yield server


def start(
    server: MannersServer, archive: Path, *settings: str, options: tuple[str, ...] = (), first: str = ""
) -> subprocess.Popen[str]:
    """``luntan crawl`` in a process of its own, of the first column unless ``options`` are given."""
    chosen = options or ("--column", "c0")
    flags = [word for setting in (*SHORT, *settings) for word in ("-s", setting)]
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            PROGRAM.format(first=first),
            str(server.server_port),
            str(archive),
            *chosen,
            *flags,
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def crawl(server: MannersServer, archive: Path, *settings: str, **values: Any) -> tuple[int, str]:
    """The exit code of such a crawl, and what it said."""
    process = start(server, archive, *settings, **values)
    _, words = process.communicate(timeout=120)
    return process.returncode, words
