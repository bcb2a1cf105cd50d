"""The operations of the API, a module per capability."""

from typing import Final

from watchlist_http import health
from watchlist_http.api import catalogue, rating, watching

__all__ = ["CAPABILITIES"]

CAPABILITIES: Final = (catalogue.routes, watching.routes, rating.routes, health.routes)
"""All of them, in the order in which a reader of the document meets them."""
