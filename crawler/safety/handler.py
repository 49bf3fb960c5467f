"""Scrapy's HTTP handler with a bound on what may come before a body: it bounds only bodies itself.

Twisted bounds the length of one header line, not their number, so a server could fill the memory with them.
"""

from __future__ import annotations

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web._newclient import Request as TxRequest
from twisted.web.iweb import IResponse

from crawler.evidence.http import MAX_HEAD


class TooLargeHead(Exception):
    """The headers of an answer are larger than a WARC record of ours may have before its payload."""


class _Parser(_LenientHTTPClientParser):
    _received = 0

    def lineReceived(self, line: bytes) -> None:
        # As a record keeps them, with ": " and a line's end.
        self._received += len(line) + 4
        if self._received > MAX_HEAD:
            raise TooLargeHead(f"headers of more than {MAX_HEAD} bytes")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        raise TooLargeHead(f"a header of more than {self.MAX_LENGTH} bytes")


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TxRequest) -> Deferred[IResponse]:
        answered = super().request(request)
        # As Scrapy does it: the class of the parser is fixed in Twisted's method.
        assert self._parser is not None
        self._parser.__class__ = _Parser
        return answered


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https; an answer with too many headers fails with `TooLargeHead`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
