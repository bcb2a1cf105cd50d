"""What every answer tells a browser not to do with it."""

from collections.abc import Sequence
from typing import Final

__all__ = ["security_headers"]

_YEAR: Final = 365 * 24 * 60 * 60


def security_headers(public_url: str | None) -> Sequence[tuple[str, str]]:
    """Return the headers of every answer; they hold HSTS only where the world speaks https."""
    headers = [
        # For data; a page brings a policy of its own.
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        # Keeps answers out of other sites' <img> and <script>; CORS is asked apart from it.
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Server", "watchlist"),  # instead of aiohttp's, which tells its version
    ]
    if public_url is not None and public_url.lower().startswith("https://"):
        # Without subdomains: they may belong to somebody else's services.
        headers.append(("Strict-Transport-Security", f"max-age={_YEAR}"))
    return tuple(headers)
