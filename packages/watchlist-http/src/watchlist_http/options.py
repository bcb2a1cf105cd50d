"""What whoever runs the API may settle about it."""

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib.metadata import version
from secrets import token_bytes
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from attrs import Attribute, field, frozen
from attrs.validators import ge, instance_of, min_len

from watchlist_core.keys import SHORTEST_SECRET
from watchlist_http.client_address import Network, networks
from watchlist_http.components import Component
from watchlist_http.freshness import Freshness

if TYPE_CHECKING:
    from watchlist_http.rate_limits import RateLimits

__all__ = ["BODY_PATIENCE", "KEPT_BYTES", "LARGEST_BODY", "Options", "Ready", "Sink"]

LARGEST_BODY: Final = 256 * 1024
"""Bytes: the longest description, each character of it escaped, takes the half of it."""

KEPT_BYTES: Final = 32 << 20

BODY_PATIENCE: Final = 30.0
"""Seconds: of it the largest body takes a tenth, even where the line is poor."""

Ready: TypeAlias = Callable[[], Awaitable[bool]]
"""Tell whether requests can be served at this moment."""

Sink: TypeAlias = Callable[[bytes], object]
"""Take whole lines, each ending in a newline. Called on the loop: it must be quick."""


async def _always() -> bool:
    return True


# RFC 3986 without query, fragment and whom to sign in as: it stands in headers as it is.
_ADDRESS: Final = re.compile(r"https?://[a-z0-9._~:/\[\]!$&'()*+,;=%-]+", re.IGNORECASE | re.ASCII)


def _address(_: object, attribute: "Attribute[str | None]", value: str | None) -> None:
    if value is not None and not (_ADDRESS.fullmatch(value) and _has_host(value)):
        raise ValueError(f"{attribute.name} must be an http or https address: {value!r}")


def _has_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that there is not, or half of an IPv6 address
        return False


def _as_often_as_they_like() -> "RateLimits":
    # It loads aiohttp, which a process does without that answers no request.
    from watchlist_http.rate_limits import RateLimits  # noqa: PLC0415

    return RateLimits()


def _without_slash(address: str | None) -> str | None:
    return None if address is None else address.rstrip("/")


@frozen
class Options:
    """Every one has a default that suits a program which mounts the API for itself."""

    secret: bytes = field(
        factory=partial(token_bytes, SHORTEST_SECRET),
        validator=[instance_of(bytes), min_len(SHORTEST_SECRET)],
        repr=False,
    )
    """Signs cursors. Processes that serve the same lists need the same one; by default each makes
    its own, and cursors end with it."""
    public_url: str | None = field(default=None, converter=_without_slash, validator=_address)
    """The address under which clients reach the root of the API, a mount prefix included. Links
    start with it; without it they start with the mount prefix and name no host."""
    largest_body: int = field(default=LARGEST_BODY, validator=[instance_of(int), ge(1)])
    """Bytes, once unpacked."""
    body_patience: float = BODY_PATIENCE
    """Seconds that a whole body may take to come; a larger one may need more."""
    cors_origins: tuple[str, ...] = ()
    """Whose pages may call the API: ``https://example.org``, none by default."""
    trusted_proxies: Sequence[Network] = field(default=(), converter=networks)
    """Whose ``X-Forwarded-For`` is believed, as networks or as texts like ``10.0.0.0/8``; none by
    default, as anybody can send that header."""
    limits: "RateLimits" = field(factory=_as_often_as_they_like)
    """How often somebody may ask; by default as often as he likes."""
    guests: bool = True
    """Whether people may look who are not signed in. If not, everything but health and what
    leads to a sign-in wants a token, pages included."""
    compress: bool = True
    """Pack answers for clients that ask for it."""
    version: str = field(factory=partial(version, "watchlist-http"))
    """Told by ``/health``."""
    ready: Ready = _always
    components: Sequence[Component] = ()
    """What ``/health/detailed`` tells of."""
    freshness: Freshness | None = None
    """Tells whether what was read of the catalogue still stands. Without, no answer is kept."""
    kept_bytes: int = field(default=KEPT_BYTES, validator=[instance_of(int), ge(0)])
    """That whole answers take at most which are kept; with 0 none is."""
    request_log: Sink | None = None
    """Takes the lines of the request log, one a request; none by default."""
