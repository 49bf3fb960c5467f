"""Redirects without a Referer: no page of ours says where it came from."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirectMiddleware
from scrapy.http import Response


class RedirectMiddleware(ScrapyRedirectMiddleware):
    """Scrapy's, which would warn in every run that Referer headers are left unset."""

    def handle_referer(self, request: Request, response: Response) -> None:
        """Send none."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Look for no middleware that sets Referer headers."""
