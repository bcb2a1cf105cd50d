"""The cookie by which the web page acts for somebody, and what keeps other pages from using it."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from attrs import define, field, frozen

from watchlist_http.refusals import NotFromThePage

__all__ = ["COOKIE", "PAGE_HEADER", "PageCookie", "PageSessions"]

COOKIE: Final = "__Host-watchlist"
"""A browser takes a cookie so called from this host alone, over https, for all of its paths."""
_PLAIN_COOKIE: Final = "watchlist"

PAGE_HEADER: Final = "X-Watchlist-Page"
"""Another site's page could send it only after asking beforehand, which no answer allows."""

_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_SAME_SITE: Final = "Lax"


@frozen
class PageSessions:
    """Reads and writes the cookie of the page, which is opaque here."""

    public_url: str | None = None
    """The address of the API; without it a page is our own that has the host of the request."""
    is_secure: bool = True
    """Not for development over http, where a browser would send no such cookie."""
    _own_origin: str | None = field(init=False)

    @_own_origin.default
    def _of_the_public_url(self) -> str | None:
        return None if self.public_url is None else _origin(self.public_url)

    @property
    def cookie(self) -> str:
        """The name of the cookie."""
        return COOKIE if self.is_secure else _PLAIN_COOKIE

    def shown_by(self, request: web.BaseRequest) -> str | None:
        """Return the token that the cookie of *request* holds, None where it has no cookie.

        Raises:
            NotFromThePage: It would change something, and does not come from our own page.
        """
        if "Cookie" not in request.headers:
            return None
        token = request.cookies.get(self.cookie)
        if token is None:
            return None
        if request.method not in _SAFE and not self._is_from_the_page(request):
            raise NotFromThePage
        return token

    def _is_from_the_page(self, request: web.BaseRequest) -> bool:
        if not request.headers.get(PAGE_HEADER):
            return False
        sites = request.headers.getall("Sec-Fetch-Site", ())
        if sites:
            return list(sites) == ["same-origin"]
        origins = request.headers.getall("Origin", ())  # of browsers before 2023
        return len(origins) == 1 and self._is_own(origins[0], request.host)

    def _is_own(self, origin: str, host: str) -> bool:
        if self._own_origin is not None:
            return origin.lower() == self._own_origin
        scheme, _, authority = origin.lower().partition("://")
        return scheme in {"http", "https"} and authority == host.lower()

    def give(self, answer: web.StreamResponse, token: str, expires_at: datetime) -> None:
        """Let the browser keep *token* until then, out of the reach of scripts."""
        answer.set_cookie(
            self.cookie,
            token,
            expires=format_datetime(expires_at.astimezone(UTC), usegmt=True),
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite=_SAME_SITE,
        )

    def take(self, answer: web.StreamResponse) -> None:
        """Let the browser forget what it was given."""
        answer.del_cookie(
            self.cookie, path="/", secure=self.is_secure, httponly=True, samesite=_SAME_SITE
        )


def _origin(url: str) -> str:
    """Return the origin of *url* as browsers spell it (RFC 6454)."""
    parts = urlsplit(url.lower())
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    is_usual = parts.port in (None, usual)
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{parts.port}")


@define
class PageCookie:
    """What becomes of the browser's cookie by an answer; a handler that settles it asks for it."""

    _pages: PageSessions
    _given: tuple[str, datetime] | None = field(default=None, init=False, repr=False)
    _is_taken: bool = field(default=False, init=False)

    def give(self, token: str, expires_at: datetime) -> None:
        self._given = (token, expires_at)

    def take(self) -> None:
        self._is_taken = True

    def put_on(self, answer: web.StreamResponse) -> None:
        """Say on *answer* what the handler has settled."""
        if self._given is not None:
            self._pages.give(answer, *self._given)
        if self._is_taken:
            self._pages.take(answer)
