"""IP addresses, however they are written, and which of them are anybody's: pure functions, no look-up.

Sources: the IANA registries of special-purpose addresses (RFC 6890 and its updates), RFC 6761 (localhost),
RFC 6052 and 8215 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo), inet_aton(3) for short and octal forms.
"""

from __future__ import annotations

import socket
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
# Global by the letter, or by an older Python's: no web server of the public's stands there.
_NOBODYS = tuple(
    ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "3fff::/20")
)
_LOOPBACK = IPv4Address("127.0.0.1")
_IDNA_DOTS = str.maketrans(dict.fromkeys("。．｡", "."))


def is_public(address: Address) -> bool:
    """Whether anybody may be meant by ``address``: no private, loopback, link-local, shared, multicast,
    reserved or unspecified one, nor an IPv6 address that carries one of those inside.

    >>> [is_public(ip_address(text)) for text in ("93.184.216.34", "2606:2800:220:1::1")]
    [True, True]
    >>> [is_public(ip_address(text)) for text in ("127.0.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1")]
    [False, False, False, False]
    >>> [is_public(ip_address(text)) for text in ("::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")]
    [False, False, False]
    """
    if isinstance(address, IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return is_public(carried)
        if address not in _GLOBAL_UNICAST:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address.version == network.version and address in network for network in _NOBODYS)
    )


def literal(host: str) -> Address | None:
    """The address that a host name is already, in any form that a system's resolver understands.

    ``localhost`` and the names below it are loopback by RFC 6761; for any other name there is none.

    >>> [str(literal(host)) for host in ("127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1")]
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.1']
    >>> [str(literal(host)) for host in ("[::1]", "fe80::1%eth0", "１２７。０。０。１", "x.localhost.")]
    ['::1', 'fe80::1%eth0', '127.0.0.1', '127.0.0.1']
    >>> literal("www.rmlt.com.cn") is None
    True
    """
    plain = unicodedata.normalize("NFKC", host).translate(_IDNA_DOTS).lower().strip("[]").rstrip(".")
    if plain == "localhost" or plain.endswith(".localhost"):
        return _LOOPBACK
    try:
        return ip_address(plain)
    except ValueError:
        pass
    if not plain[:1].isdigit():
        return None
    try:
        # Takes what gethostbyname takes: one to four numbers, decimal, octal or hexadecimal.
        return IPv4Address(socket.inet_aton(plain))
    except (OSError, ValueError):
        return None


def kind_of(address: Address) -> str:
    """What an address that is not public is, in words.

    >>> kind_of(IPv4Address("169.254.169.254")), kind_of(IPv6Address("::ffff:127.0.0.1"))
    ('a link-local address', 'a loopback address')
    """
    carried = _carried(address) if isinstance(address, IPv6Address) else None
    address = carried or address
    for word in ("loopback", "link_local", "unspecified", "multicast", "private"):
        if getattr(address, f"is_{word}"):
            return f"{'an' if word[0] in 'aeiou' else 'a'} {word.replace('_', '-')} address"
    return "no public address"


@dataclass(frozen=True)
class Allowed:
    """The hosts that may lie at addresses which are not public: by name, by address, by network."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = field(default=())

    @classmethod
    def parse(cls, words: Iterable[str]) -> Self:
        """Read the words of the setting ``ALLOWED_PRIVATE_HOSTS``.

        >>> allowed = Allowed.parse(["mirror.lan", "10.1.0.0/16"])
        >>> allowed.allows("Mirror.lan", None), allowed.allows("x.lan", IPv4Address("10.1.2.3"))
        (True, True)
        >>> allowed.allows("y.lan", IPv4Address("10.2.0.1"))
        False
        """
        names, networks = set(), []
        for word in filter(None, (word.strip().lower() for word in words)):
            try:
                networks.append(ip_network(word, strict=False))
            except ValueError:
                names.add(word.rstrip("."))
        return cls(frozenset(names), tuple(networks))

    def allows(self, host: str, address: Address | None) -> bool:
        """Whether the setting names this host, or the network of its address."""
        if host.lower().rstrip(".") in self.names:
            return True
        return address is not None and any(
            address.version == network.version and address in network for network in self.networks
        )


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 address, where a router or the system would go to that one."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
