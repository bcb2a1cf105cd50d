"""Who makes a request: by the bearer token of RFC 6750, or by the cookie of the web page."""

import re
from collections.abc import Awaitable, Callable
from hashlib import sha256
from time import time
from typing import Final, TypeAlias

from aiohttp import hdrs, web
from attrs import define, field

from watchlist_core.auth import Identity, InvalidToken, NotSignedIn
from watchlist_core.errors import Unauthenticated
from watchlist_http.page_sessions import PageSessions

__all__ = ["Authentication", "IdentifyToken", "challenge", "identity_of"]

IdentifyToken: TypeAlias = Callable[[str], Awaitable[Identity]]
"""Tell who shows an access token, or what the cookie of the page holds, or raise InvalidToken."""

_CREDENTIALS: Final = hdrs.AUTHORIZATION
_BEARER: Final = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/-]+=*) *")
_SCHEME: Final = re.compile(r"(?i:bearer)(?: |$)")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LONGEST: Final = 8 * 1024
"""Characters; those of identity providers may list many things."""
_IDENTITY: Final = web.RequestKey("watchlist_identity", Identity)


@define
class Authentication:
    """Reads and checks by what a request is made.

    What was checked is believed until the second ends in which it was checked, by the clock of
    the world, or until `forget`. So a changed role acts within one second, and a token is not
    believed beyond its expiry, which falls on a whole second. Only what was valid is kept, by its
    digest, and no more than *most* of it.
    """

    _identify: IdentifyToken
    _identify_page: IdentifyToken | None = None
    """Without it nobody signs in on the page, and cookies are not looked at."""
    pages: PageSessions = field(factory=PageSessions)
    clock: Callable[[], float] = time
    """Tell the seconds since 1970."""
    most: int = 10_000
    _kept: dict[bytes, Identity] = field(factory=dict, init=False)
    _second: int = field(default=0, init=False)

    async def __call__(self, request: web.Request) -> Identity:
        """Return who makes *request*, which notes it.

        Raises:
            NotSignedIn: It shows neither a token nor a cookie.
            InvalidToken: It shows one that is not valid, or more than one token.
            NotFromThePage: It has the cookie, but another page may have sent it.
        """
        identity = await self.if_signed_in(request)
        if identity is None:
            raise NotSignedIn
        return identity

    async def if_signed_in(self, request: web.Request) -> Identity | None:
        """Return who makes *request*, which notes it, or None if it shows nothing.

        Where there are other credentials the cookie is not looked at.

        Raises:
            InvalidToken, NotFromThePage: As for who has to be signed in.
        """
        shown = request.headers.getall(_CREDENTIALS, ())
        if not shown:
            return await self._on_the_page(request)
        if not (len(shown) > 1 or _SCHEME.match(shown[0])):
            return None
        if len(shown) > 1 or len(shown[0]) > _LONGEST:
            raise InvalidToken
        identity = request[_IDENTITY] = await self._believed(shown[0], self._by_token)
        return identity

    def forget(self) -> None:
        """Believe nothing any more: rights have changed, and are asked for again.

        Neither is kept what is being checked at this moment, maybe by what was right before.
        """
        self._kept = {}

    async def _on_the_page(self, request: web.Request) -> Identity | None:
        identify = self._identify_page
        if identify is None or (token := self.pages.shown_by(request)) is None:
            return None
        if not _TOKEN.fullmatch(token):
            raise InvalidToken
        # It stands among tokens, all of which begin with another word.
        identity = await self._believed(f"{self.pages.cookie}:{token}", lambda _: identify(token))
        request[_IDENTITY] = identity
        return identity

    async def _by_token(self, credentials: str) -> Identity:
        bearer = _BEARER.fullmatch(credentials)
        if bearer is None:
            raise InvalidToken
        return await self._identify(bearer[1])

    async def _believed(self, shown: str, check: IdentifyToken) -> Identity:
        second = int(self.clock())
        if second != self._second:
            self.forget()
            self._second = second
        digest = sha256(shown.encode(errors="surrogateescape")).digest()
        kept = self._kept
        if (identity := kept.get(digest)) is not None:
            return identity
        identity = await check(shown)
        # Checking may have taken until the next second, or until rights have changed.
        if kept is self._kept and len(kept) < self.most:
            kept[digest] = identity
        return identity


def identity_of(request: web.BaseRequest) -> Identity | None:
    """Return who makes *request* as far as that has been asked for and is known."""
    if _CREDENTIALS not in request.headers and hdrs.COOKIE not in request.headers:
        return None  # as most are guests, and looking for what is not there is slow
    try:
        return request[_IDENTITY]
    except KeyError:
        return None


def challenge(error: Unauthenticated) -> str:
    """Return the ``WWW-Authenticate`` that goes with *error* (RFC 6750, section 3)."""
    return 'Bearer error="invalid_token"' if isinstance(error, InvalidToken) else "Bearer"
