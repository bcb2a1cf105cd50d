"""What a server says when it has started."""

import socket
import sys
from collections.abc import Iterator, Sequence

from structlog import get_logger

from watchlist_core.auth import Role
from watchlist_http.server.demonstration import DemonstrationAccount
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
        article = "an" if account.role is Role.ADMIN else "a"
        lines += ["", f"  To try it as {article} {account.role}:", f"  TOKEN={account.token}"]
    if server.demonstration:
        lines += ["", *_to_type(address)]
    lines += _to_sign_in(address, server.demonstration)
    sys.stdout.write("\n".join([*lines, "", "  Ctrl-C ends it.", "", ""]))
    sys.stdout.flush()


def _to_type(address: str) -> Iterator[str]:
    yield f"  curl '{address}/api/v1/movies?title=metropolis'"
    yield f'  curl -X PUT {address}/api/v1/movies/ID/rating -H "Authorization: Bearer $TOKEN" \\'
    yield "       -H 'Content-Type: application/json' -d '{\"stars\": 4.5}'"


def _to_sign_in(address: str, accounts: Sequence[DemonstrationAccount]) -> Iterator[str]:
    """Tell of the passwords that are still those of the demonstration."""
    known = [account for account in accounts if account.password is not None]
    if known:
        yield ""
        yield "  Or sign in, by address and password:"
        yield from (f"  {account.email}  {account.password}" for account in known)
        yield ""
        yield f"  curl {address}/api/v1/auth/login -H 'Content-Type: application/json' \\"
        yield f'       -d \'{{"email": "{known[0].email}", "password": "{known[0].password}"}}\''
