"""The resolver that Scrapy connects through: a name that leads to no public address leads nowhere.

What it gives is the very address that is connected to, at every connection anew: a name that changes its
address between two looks (DNS rebinding) gains nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.datatypes import LocalCache
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.safety.addresses import Allowed, is_public, kind_of, literal

# Why a name was refused, for the one who asked: Twisted says only that it has no address.
refused_names: LocalCache[str, str] = LocalCache(10_000)


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver (IPv4), which refuses names of addresses that are not public.

    Addresses as such, and ``localhost``, were judged by `crawler.safety.guard` before; a proxy of the
    environment is the owner's own word, and resolves the sites' names itself.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.allowed = Allowed()
        self._proxies = _proxy_hosts()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Scrapy's way in; reads the setting ALLOWED_PRIVATE_HOSTS."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed = Allowed.parse(crawler.settings.getlist("ALLOWED_PRIVATE_HOSTS"))
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """The address of ``name``. Fails with DNSLookupError where it has none, or one that is not public."""
        found = super().getHostByName(name, timeout)
        if literal(name) is None and name.lower() not in self._proxies:
            found.addCallback(self._judged, name)
        return found

    def _judged(self, text: str, name: str) -> str:
        address = ip_address(text)
        if is_public(address) or self.allowed.allows(name, address):
            refused_names.pop(name.lower(), None)
            return text
        why = f"{name} has the address {text}, {kind_of(address)}"
        why += " - name it in ALLOWED_PRIVATE_HOSTS, if that is right"
        refused_names[name.lower()] = why
        raise DNSLookupError(why)


def _proxy_hosts() -> frozenset[str]:
    """The names of the proxies that the environment sets."""
    hosts = set()
    for address in getproxies().values():
        try:
            host = urlsplit(address if "//" in address else f"//{address}").hostname
        except ValueError:
            continue
        if host:
            hosts.add(host.lower())
    return frozenset(hosts)
