"""Pages of other sites may call the API where the settings name their origin (CORS).

Never with credentials: a browser sends such a page's token because the page has it, and the
cookie of our own page never.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from aiohttp import web
from attrs import field, frozen

__all__ = ["ANY_ORIGIN", "Cors", "answer_to_options"]

ANY_ORIGIN: Final = "*"

_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_EXPOSED: Final = (
    "Allow, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, "
    "WWW-Authenticate, X-Request-ID"
)
_REQUEST_HEADERS: Final = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID"
)
_KEPT_BY_BROWSERS: Final = "7200"
"""Seconds; the longest that every browser agrees to."""


def _origins(origins: Iterable[str]) -> frozenset[str]:
    known = frozenset(origin.lower() for origin in origins)
    for origin in known - {ANY_ORIGIN}:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(
                f"{origin!r} is no origin; one is * or like https://example.org, without a path"
            )
    return known


@frozen
class Cors:
    """Tells browsers which origins may read the answers.

    Raises:
        ValueError: One of the origins is none.
    """

    origins: frozenset[str] = field(default=frozenset(), converter=_origins)

    @property
    def varies(self) -> bool:
        """Whether the same request gets other headers from another origin."""
        return bool(self.origins) and ANY_ORIGIN not in self.origins

    def headers(self, origin: str | None) -> Sequence[tuple[str, str]]:
        """Return what the answer to a page of *origin* says; nothing to one that is unknown."""
        if origin is None or not self.origins:
            return ()
        if ANY_ORIGIN in self.origins:
            allowed = ANY_ORIGIN
        elif origin in self.origins:
            allowed = origin
        else:
            return ()
        return (
            ("Access-Control-Allow-Origin", allowed),
            ("Access-Control-Expose-Headers", _EXPOSED),
        )

    def preflight_headers(
        self, request: web.BaseRequest, methods: str
    ) -> Sequence[tuple[str, str]]:
        """Return what the answer to a browser that asks beforehand says besides `headers`."""
        asks = "Access-Control-Request-Method" in request.headers
        if not asks or not self.headers(request.headers.get("Origin")):
            return ()
        return (
            ("Access-Control-Allow-Methods", methods),
            ("Access-Control-Allow-Headers", _REQUEST_HEADERS),
            ("Access-Control-Max-Age", _KEPT_BY_BROWSERS),
        )


def answer_to_options(request: web.Request, cors: Cors) -> web.StreamResponse | None:
    """Return 204 with the methods of the path, or None where a handler, or a 404, is to answer."""
    refused = request.match_info.http_exception
    if not isinstance(refused, web.HTTPMethodNotAllowed):
        return None
    methods = ", ".join(sorted({*refused.allowed_methods, "OPTIONS"}))
    headers = [("Allow", methods), *cors.preflight_headers(request, methods)]
    return web.Response(status=204, headers=headers)
