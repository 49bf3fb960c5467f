"""How much of an answer is taken: what passes a limit is refused with its reason, and not asked for again.

Scrapy bounds the body (DOWNLOAD_MAXSIZE) and the time (DOWNLOAD_TIMEOUT); most of what it meets then are
errors of the network to it, which it would retry, and we would ask for again in every run.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadFailedError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.httpobj import urlparse_cached

from crawler.safety.guard import ForbiddenAddress
from crawler.safety.handler import TooLargeHead
from crawler.safety.resolver import refused_names
from crawler.unpack import ENCODINGS, BadEncoding, TooLarge, unpack

_ACCEPTED = ", ".join(ENCODINGS).encode()


class TooLargeAnswer(IgnoreRequest):
    """An answer whose body or headers are larger than we take; the message says the limit."""


class UnreadableAnswer(IgnoreRequest):
    """An answer whose body is not what its Content-Encoding says."""


class LimitsMiddleware:
    """Downloader middleware, nearest to the network, in the place of Scrapy's for compression.

    It asks for compressed bodies and unpacks them in bounds, and says in our terms why one was refused.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.stats = crawler.stats
        self.max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Say which encodings we understand."""
        request.headers.setdefault("Accept-Encoding", _ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        """The response with its body unpacked. Raises `TooLargeAnswer`, `UnreadableAnswer`."""
        self.stats.inc_value("downloader/response_bytes", len(response.body))
        encodings = response.headers.getlist("Content-Encoding")
        if not encodings or not response.body:
            return response
        try:
            body = unpack(response.body, b",".join(encodings).decode("latin-1"), self.max_size)
        except TooLarge as error:
            raise TooLargeAnswer(f"{error} after unpacking") from error
        except BadEncoding as error:
            raise UnreadableAnswer(str(error)) from error
        del response.headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        return response.replace(cls=kind, body=body)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raise our refusal where Scrapy has only its own error for it."""
        if isinstance(exception, DownloadCancelledError):
            raise TooLargeAnswer(f"a body of more than {self.max_size} bytes") from exception
        if isinstance(exception, DownloadFailedError) and (head := _too_large_head(exception)):
            raise TooLargeAnswer(str(head)) from exception
        if isinstance(exception, CannotResolveHostError):
            why = refused_names.get((urlparse_cached(request).hostname or "").lower())
            if why:
                raise ForbiddenAddress(why) from exception


def _too_large_head(error: DownloadFailedError) -> BaseException | None:
    failures = getattr(error.__cause__, "reasons", ())
    return next((failure.value for failure in failures if failure.check(TooLargeHead)), None)
