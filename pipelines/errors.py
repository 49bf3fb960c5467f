"""Refusals: why a page did not become an article."""

from __future__ import annotations


class Refusal(Exception):
    """A page that is not archived, with what was wrong, where, and what to do next."""

    def __init__(self, url: str, what: str) -> None:
        super().__init__(f"{url}: {what}")
        self.url = url
        self.what = what

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str]]:
        return type(self), (self.url, self.what)

    @property
    def reason(self) -> str:
        """What goes into ``pages.reason``: the kind of refusal and its words."""
        return f"{type(self).__name__}: {self.what}"


class Unreadable(Refusal):
    """The bytes are no page: empty, binary, too large, nested too deeply."""


class NoTitle(Refusal):
    """The page has no title."""


class NoBody(Refusal):
    """The page has a title and no text of an article."""


class SoftNotFound(Refusal):
    """The server answered 200 with a page that says the article is gone."""


class NeedsJavaScript(Refusal):
    """The text arrives only through JavaScript; the page as sent holds none."""


class Challenge(Refusal):
    """Instead of the page the server asks for a proof that a person reads it, or says: too often."""


class NotAnArticle(Refusal):
    """A list of links, a front page, an issue's contents: a page, and no article."""


class InvalidField(Refusal):
    """A field breaks the contract of ``pipelines/items.py``."""
