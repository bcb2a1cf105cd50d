"""The command ``watchlist``: a module for each of its commands."""

import sys
from importlib.util import find_spec
from typing import Final

__all__ = ["main"]

_EXTRA: Final = ("click", "rich", "structlog", "typed_settings", "watchlist_sql", "jwt")


def main() -> None:
    """Run the command that the arguments name, or say in one line what is missing for it."""
    if not all(find_spec(name) for name in _EXTRA):
        sys.exit("watchlist: first install the server: pip install 'watchlist-http[server]'")

    from watchlist_http.server.cli.program import program  # noqa: PLC0415  it needs the extra

    program()
