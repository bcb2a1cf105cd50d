"""The operations of the API, a module per capability."""

from typing import Final

from watchlist_http import health
from watchlist_http.api import auditing, auth, outbox, rating, users, watching
from watchlist_http.api.catalogue import genres, movies, search

__all__ = ["ACCOUNTS", "CAPABILITIES", "MOVIES", "RUNNING"]

ACCOUNTS: Final = (auth.routes, users.routes, auditing.routes)
"""Left out by a program that has accounts of its own."""

RUNNING: Final = (outbox.routes, health.routes)
"""For whoever runs the server."""

MOVIES: Final = (movies.routes, search.routes, genres.routes, watching.routes, rating.routes)

CAPABILITIES: Final = (*ACCOUNTS, *MOVIES, *RUNNING)
"""All of them, in the order in which a reader of the document meets them."""
