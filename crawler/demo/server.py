"""Serve the sample site and its hijacked mirror on loopback, each under its own name.

Invented host names have no address on loopback, so two names of it stand for the two hosts: the site
answers to ``127.0.0.1``, the mirror to ``localhost``, on one port. The ``Host`` header tells them apart.
A path is only ever looked up in a table made beforehand; no request reaches the file system.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from typing import TypeVar

from crawler.demo.pages import Response, mirror_pages, site_pages
from crawler.demo.render import notice

Server = TypeVar("Server", bound=BaseServer)

HOST = "127.0.0.1"
MIRROR_HOST = "localhost"

_NOT_FOUND = Response(
    404, {"Content-Type": "text/html; charset=utf-8"}, notice("404", "您要找的页面不在这里。").encode()
)


class DemoServer(ThreadingHTTPServer):
    """A running demo server. ``requested`` lists the addresses asked for, in their order."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.requested: list[str] = []
        self.hosts: Mapping[str, Mapping[str, Response]] = {
            HOST: site_pages(self.url),
            MIRROR_HOST: mirror_pages(),
        }

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self.server_port

    @property
    def url(self) -> str:
        """The address of the sample site, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    @property
    def mirror_url(self) -> str:
        """The address of the mirror, without a slash at its end."""
        return f"http://{MIRROR_HOST}:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    server: DemoServer
    protocol_version = "HTTP/1.1"
    server_version = "luntan-demo"
    timeout = 60
    # One write an answer; else the body waits for the acknowledgement of the head.
    wbufsize = -1

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the one who crawls says what was fetched."""

    def _answer(self, with_body: bool) -> None:
        host = self.headers.get("Host", HOST).partition(":")[0].lower()
        path = self.path.partition("?")[0]
        self.server.requested.append(f"http://{host}:{self.server.port}{self.path}")
        response = self.server.hosts.get(host, {}).get(path, _NOT_FOUND)
        if _unchanged(response, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")):
            self.send_response(304)
            for name in ("ETag", "Last-Modified"):
                self.send_header(name, response.headers[name])
            self.end_headers()
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(response.body)


def _unchanged(response: Response, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Whether the asker's copy is this one (RFC 9110, 13.2.2: an ETag asked for decides alone)."""
    etag = response.headers.get("ETag")
    if etag is None:
        return False
    if if_none_match is not None:
        return etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return if_modified_since == response.headers["Last-Modified"]


@contextmanager
def serve(port: int = 0) -> Iterator[DemoServer]:
    """Serve the sample site until the block ends, in a thread of its own; port 0 takes any free one.

    Raises ``OSError`` where the port is taken.
    """
    with serving(DemoServer(port)) as server:
        yield server


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Let a server answer until the block ends, in a thread of its own, and close it."""
    with server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
