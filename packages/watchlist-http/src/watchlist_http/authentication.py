"""Who makes a request: the bearer token of RFC 6750, checked and kept for a moment."""

import re
from collections.abc import Awaitable, Callable
from hashlib import sha256
from time import time
from typing import Final, TypeAlias

from aiohttp import web
from attrs import define, field

from watchlist_core.auth import Identity, InvalidToken, NotSignedIn
from watchlist_core.errors import Unauthenticated

__all__ = ["Authentication", "IdentifyToken", "challenge", "identity_of"]

IdentifyToken: TypeAlias = Callable[[str], Awaitable[Identity]]
"""Tell who shows an access token, or raise InvalidToken."""

_CREDENTIALS: Final = "Authorization"
_BEARER: Final = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/-]+=*) *")
_SCHEME: Final = re.compile(r"(?i:bearer)(?: |$)")
_LONGEST: Final = 8 * 1024
"""Characters; those of identity providers may list many things."""
_IDENTITY: Final = web.RequestKey("watchlist_identity", Identity)


@define
class Authentication:
    """Reads and checks the token of a request.

    What was checked is believed until the second ends in which it was checked, by the clock of
    the world. So a changed role acts within one second, and a token is not believed beyond its
    expiry, which falls on a whole second. Only tokens that were valid are kept, by their digest,
    and no more than *most* of them.
    """

    _identify: IdentifyToken
    clock: Callable[[], float] = time
    """Tell the seconds since 1970."""
    most: int = 10_000
    _kept: dict[bytes, Identity] = field(factory=dict, init=False)
    _second: int = field(default=0, init=False)

    async def __call__(self, request: web.Request) -> Identity:
        """Return who makes *request*, which notes it.

        Raises:
            NotSignedIn: It shows no token.
            InvalidToken: It shows one that is not valid, or more than one.
        """
        identity = await self.if_signed_in(request)
        if identity is None:
            raise NotSignedIn
        return identity

    async def if_signed_in(self, request: web.Request) -> Identity | None:
        """Return who makes *request*, which notes it, or None if it shows no token.

        Raises:
            InvalidToken: It shows one that is not valid, or more than one.
        """
        shown = request.headers.getall(_CREDENTIALS, ())
        if not shown or not (len(shown) > 1 or _SCHEME.match(shown[0])):
            return None
        if len(shown) > 1 or len(shown[0]) > _LONGEST:
            raise InvalidToken
        identity = request[_IDENTITY] = await self._identity(shown[0])
        return identity

    async def _identity(self, credentials: str) -> Identity:
        second = int(self.clock())
        if second != self._second:
            self._kept.clear()
            self._second = second
        digest = sha256(credentials.encode(errors="surrogateescape")).digest()
        if (kept := self._kept.get(digest)) is not None:
            return kept
        bearer = _BEARER.fullmatch(credentials)
        if bearer is None:
            raise InvalidToken
        identity = await self._identify(bearer[1])
        # Checking may have taken until the next second, for which it does not count.
        if second == self._second and len(self._kept) < self.most:
            self._kept[digest] = identity
        return identity


def identity_of(request: web.BaseRequest) -> Identity | None:
    """Return who makes *request* as far as that has been asked for and is known."""
    if _CREDENTIALS not in request.headers:
        return None  # as most are guests, and looking for what is not there is slow
    try:
        return request[_IDENTITY]
    except KeyError:
        return None


def challenge(error: Unauthenticated) -> str:
    """Return the ``WWW-Authenticate`` that goes with *error* (RFC 6750, section 3)."""
    return 'Bearer error="invalid_token"' if isinstance(error, InvalidToken) else "Bearer"
