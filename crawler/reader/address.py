"""Addresses on a page: made absolute, only http and https, nothing that could make us read anything else."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

_LONGEST = 2_000
_ENDING = re.compile(r"(?:[_-]\d{1,2})?(?:\.[a-z]{2,5})?$", re.I)
_EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.I)
_NUMBER = re.compile(r"[_-](\d{1,2})(\.[a-z]{2,5})?$", re.I)


def absolute(address: str | None, base: str) -> str | None:
    """An address as it stands on a page, absolute and without its fragment; None for other than http(s).

    >>> absolute("../b.html#top", "http://www.example.cn/a/a.html")
    'http://www.example.cn/b.html'
    >>> absolute("javascript:void(0)", "http://www.example.cn/")
    """
    if not address or len(address) > _LONGEST:
        return None
    try:
        joined = urldefrag(urljoin(base, address.strip())).url
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in ("http", "https") and parts.hostname else None


def same_article(address: str, url: str) -> bool:
    """Whether an address names another page of the article at ``url``: the same one but for a page number.

    >>> same_article("http://a.cn/c_31153_2.html", "http://a.cn/c_31153.html")
    True
    >>> same_article("http://a.cn/c_31154.html", "http://a.cn/c_31153.html")
    False
    """
    there, here = urlsplit(address), urlsplit(url)
    if there.netloc != here.netloc or address == url:
        return False
    if there.path == here.path:
        return there.query != here.query and "page" in there.query.lower()
    names = [_ENDING.sub("", parts.path) for parts in (there, here)]
    whole = _EXTENSION.sub("", here.path)
    return names[0] in (names[1], whole) and page_number(address) is not None


def first_page(address: str) -> str:
    """The address of the article of which ``address`` is a further page: without its page number.

    >>> first_page("http://a.cn/c_31153_2.html?page=3")
    'http://a.cn/c_31153.html'
    """
    parts = urlsplit(address)
    path = _NUMBER.sub(lambda ending: ending[2] or "", parts.path)
    return urlunsplit(parts._replace(path=path, query="", fragment=""))


def page_number(address: str) -> int | None:
    """The page number that an address ends with, as in ``c_12_2.html``; None where it has none."""
    match = _NUMBER.search(urlsplit(address).path)
    return int(match[1]) if match else None
