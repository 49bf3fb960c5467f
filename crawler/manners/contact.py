"""By what name a crawl goes: the project's, its version, and how to reach the one who runs it."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version

_ABOUT = "archive of column journalism; +https://pypi.org/project/luntan/"
# What needs no quoting in a header's comment (RFC 9110, 5.6.5) and can break out of none.
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}", re.ASCII)
_PAGE = re.compile(
    r"https?://(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}(?::\d{1,5})?(?:/[\w.~%+/?=&#-]*)?", re.ASCII
)
_LONGEST = 200


def checked_contact(words: str) -> str:
    """A mail address or the address of a web page, fit for a header. Raises ValueError.

    >>> checked_contact(" owner@example.org ")
    'owner@example.org'
    >>> checked_contact("https://example.org/about-our-crawler")
    'https://example.org/about-our-crawler'
    >>> checked_contact("owner@example.org\\r\\nX-Other: 1")
    Traceback (most recent call last):
    ValueError: give a mail address or a web page, such as owner@example.org or https://example.org/crawler
    """
    contact = words.strip()
    if len(contact) <= _LONGEST and (_MAIL.fullmatch(contact) or _PAGE.fullmatch(contact)):
        return contact
    raise ValueError(
        "give a mail address or a web page, such as owner@example.org or https://example.org/crawler"
    )


def user_agent(contact: str = "") -> str:
    """The User-Agent header (RFC 9110, 10.1.5), with the owner's contact if there is one.

    >>> user_agent("owner@example.org").partition(" ")[2]
    '(archive of column journalism; +https://pypi.org/project/luntan/; owner@example.org)'
    """
    try:
        product = f"luntan/{version('luntan')}"
    except PackageNotFoundError:
        product = "luntan"
    return f"{product} ({_ABOUT}; {contact})" if contact else f"{product} ({_ABOUT})"


def from_header(contact: str) -> str | None:
    """The From header (RFC 9110, 10.1.2), where the contact is a mail address.

    >>> from_header("owner@example.org")
    'owner@example.org'
    >>> from_header("https://example.org/") is None
    True
    """
    return contact if "@" in contact and "://" not in contact else None
