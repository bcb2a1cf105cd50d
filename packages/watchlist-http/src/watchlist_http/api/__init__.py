"""The operations of the API, a module per capability."""

from watchlist_http.api import catalogue, rating, watching

__all__ = ["CAPABILITIES"]

CAPABILITIES = (catalogue.routes, watching.routes, rating.routes)
