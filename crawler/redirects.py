"""Scrapy's redirects, without a Referer: no page of ours says where it came from."""

from __future__ import annotations

from typing import Any

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirectMiddleware
from scrapy.http import Response

from crawler.safety.guard import ForbiddenAddress


class RedirectMiddleware(ScrapyRedirectMiddleware):
    """Scrapy's, which would lose a page that redirects in a circle, and stumble over what is no address."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The request that a redirect asks for. Raises `ForbiddenAddress` where it leads to no address."""
        try:
            return super().process_response(request, response)
        except ValueError as error:
            raise ForbiddenAddress(f"it redirects to what is no address: {error}") from error

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        # What is filtered as seen before is dropped without a word; REDIRECT_MAX_TIMES ends a circle.
        return super()._redirect(redirected, request, reason).replace(dont_filter=True)

    def handle_referer(self, request: Request, response: Response) -> None:
        """Send none; and let the request wait for its turn at the host that it leads to."""
        request.headers.pop("Referer", None)
        request.meta.pop("download_slot", None)

    def _engine_started(self) -> None:
        """Look for no middleware that sets Referer headers."""
