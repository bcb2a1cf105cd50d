"""The headers of answers, as the document tells them."""

from typing import Final

from watchlist_http.scalars import Json

__all__ = ["HEADERS", "RATE_LIMITS", "REQUEST_ID", "headers_of"]


def _header(
    description: str, schema: Json, example: object, *, is_always_there: bool = True
) -> Json:
    return {
        "description": description,
        "required": is_always_there,
        "schema": schema,
        "example": example,
    }


_TEXT: Final = {"type": "string"}
RATE_LIMITS: Final = ("RateLimit", "RateLimit-Policy")
REQUEST_ID: Final = "019aa0b5-7c00-7a11-8c42-3d5e6f708192"
HEADERS: Final = {
    "X-Request-ID": _header(
        "The name of this request: yours, if you sent one of 1 to 128 of `A-Za-z0-9._-`.",
        {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
        REQUEST_ID,
    ),
    "Cache-Control": _header("Who may keep the answer, and how.", _TEXT, "public, no-cache"),
    "ETag": _header(
        "Names this state of the resource; weak (`W/`) where the answer was compressed.",
        {"type": "string", "pattern": '^(W/)?".*"$'},
        '"8f14e45fceea167a5a36dedd4bea2543"',
    ),
    "Link": _header(
        "The pages around (RFC 8288): `first`, `prev`, `next`, and `last` where it is known "
        "and can be asked for by its number.",
        _TEXT,
        '</api/v1/movies?page=3&page_size=20>; rel="next"',
    ),
    "Location": _header(
        "Where the new resource is.",
        {"type": "string", "format": "uri-reference"},
        "/api/v1/movies/019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07",
    ),
    "RateLimit": _header(
        "How many requests are left (`r`) before so many seconds have passed (`t`), of each quota. "
        "Only where requests are limited.",
        _TEXT,
        '"default";r=599;t=42',
        is_always_there=False,
    ),
    "RateLimit-Policy": _header(
        "The quotas of this operation: requests (`q`) in any seconds (`w`), by account, else by "
        "address. Only where requests are limited.",
        _TEXT,
        '"default";q=600;w=60',
        is_always_there=False,
    ),
    "Retry-After": _header("Seconds after which to try again.", {"type": "integer"}, 1),
    "Set-Cookie": _header(
        "The cookie of the web page, or that it is gone: nothing that a script can read.",
        _TEXT,
        "__Host-watchlist=...; expires=Fri, 27 Nov 2026 12:00:00 GMT; HttpOnly; Path=/; "
        "SameSite=Lax; Secure",
    ),
    "WWW-Authenticate": _header("How to sign in (RFC 6750).", _TEXT, "Bearer"),
}


def headers_of(*names: str) -> Json:
    """Return references to the headers of an answer, by their names."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
