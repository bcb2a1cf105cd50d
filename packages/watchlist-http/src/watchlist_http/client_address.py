"""Where a request comes from, though proxies stand between."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING, Final, NewType, TypeAlias

from attrs import field, frozen

if TYPE_CHECKING:  # settings name proxies in processes that answer no request
    from aiohttp import web

__all__ = ["ClientAddress", "Household", "Network", "Origin", "household_of", "networks", "peer_of"]

Network: TypeAlias = IPv4Network | IPv6Network
_Address: TypeAlias = IPv4Address | IPv6Address

Origin = NewType("Origin", str)
"""The address that a request comes from, as a text: always the same for the same address."""

Household = NewType("Household", str)
"""Whom limits count as one: an address of IPv4, or the network of 64 bits that IPv6 gives a home.

Who has one of these may send each of his requests from another address.
"""

_FORWARDED: Final = "X-Forwarded-For"
_PORT: Final = re.compile(r":[0-9]+\Z")
_BRACKETED: Final = re.compile(r"\[([^\[\]]*)\](?::[0-9]+)?")
_HOME: Final = 64
_NOWHERE: Final = Origin("unknown")
"""Of a connection that has no address, as through a socket in the file system."""


def networks(given: Iterable[str | Network]) -> Sequence[Network]:
    """Return the networks meant by texts such as ``10.0.0.0/8`` or ``::1``.

    Raises:
        ValueError: One is none, or has bits beyond its mask.
    """
    return tuple(one if isinstance(one, Network) else ip_network(one) for one in given)


@frozen
class ClientAddress:
    """Tells where requests come from: the audit keeps it, and the limits count by its household.

    It is the address of the connection. Where that is a trusted proxy's, its ``X-Forwarded-For``
    says who came there, and so on from right to left as long as a proxy is trusted: what stands
    further left was written by whoever is not, and may be anything. The header ``Forwarded`` is
    not read.
    """

    proxies: Sequence[Network] = field(default=(), converter=networks)

    def __call__(self, request: "web.BaseRequest") -> Origin:
        return self.behind(peer_of(request), request)

    def behind(self, peer: Origin, request: "web.BaseRequest") -> Origin:
        """Return where *request* comes from, which *peer* has brought."""
        address = _known(peer) if self.proxies else None
        if address is None or not self._trusts(address):
            return peer
        for hop in _hops(request):
            before = _known(hop)
            if before is None:  # who is trusted wrote it, but it tells nothing
                break
            address = before
            if not self._trusts(address):
                break
        return _told(address)

    def _trusts(self, address: _Address) -> bool:
        return any(address in network for network in self.proxies)


def peer_of(request: "web.BaseRequest") -> Origin:
    """Return the address of the connection by which *request* came."""
    peer = request.remote
    return _written(peer) if peer else _NOWHERE


def household_of(origin: Origin) -> Household:
    """Return whom to count a request from *origin* as."""
    return Household(_household(origin))


@lru_cache(maxsize=1024)
def _household(origin: str) -> str:
    address = _known(origin)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _HOME), strict=False))
    return origin


def _hops(request: "web.BaseRequest") -> Iterator[str]:
    """Return who has passed the request on, the last one first."""
    for line in reversed(request.headers.getall(_FORWARDED, ())):
        yield from reversed(line.split(","))


@lru_cache(maxsize=1024)
def _known(text: str) -> _Address | None:
    """Return the address that *text* is, with or without a port; None where it is none.

    An IPv4 address in the clothes of IPv6 is one of IPv4, and the zone of a link does not count.
    """
    host = text.strip()
    if bracketed := _BRACKETED.fullmatch(host):
        host = bracketed[1]
    elif host.count(":") == 1:
        host = _PORT.sub("", host)
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=1024)  # by the text: the hash of an address takes longer than all the rest
def _written(peer: str) -> Origin:
    address = _known(peer)
    return Origin(peer) if address is None else _told(address)


@lru_cache(maxsize=1024)
def _told(address: _Address) -> Origin:
    return Origin(str(address))
