from attrs import define

from watchlist_core.errors import Invalid

__all__ = ["WatchedInFuture"]


@define
class WatchedInFuture(Invalid):
    """A movie cannot have been watched in the future."""
