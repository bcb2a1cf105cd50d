"""What a server says when it has started."""

import socket
import sys

from structlog import get_logger

from watchlist_http.server.listening import address_of
from watchlist_http.server.wiring import Server

__all__ = ["greet"]

_log = get_logger(__name__)


def greet(server: Server, listener: socket.socket) -> None:
    """Tell people in development where to look, and everybody else's logs one line."""
    settings, address = server.settings, address_of(listener)
    if not settings.in_development:
        _log.info(
            "serving",
            address=address,
            public_url=settings.http.public_url,
            database=str(settings.database_url),
            workers=settings.http.workers,
        )
        return
    lines = [
        "",
        f"  Watchlist is at   {address}",
        f"  Try the API at    {address}/docs",
        f"  Its data is in    {settings.database_url}",
    ]
    for account in server.demonstration:
        lines += ["", f"  To try it as a {account.role}:", f"  TOKEN={account.token}"]
    if server.demonstration:
        lines += [
            "",
            f"  curl '{address}/api/v1/movies?title=metropolis'",
            f'  curl -X PUT {address}/api/v1/movies/ID/rating -H "Authorization: Bearer $TOKEN" \\',
            "       -H 'Content-Type: application/json' -d '{\"stars\": 4.5}'",
        ]
    sys.stdout.write("\n".join([*lines, "", "  Ctrl-C ends it.", "", ""]))
    sys.stdout.flush()
