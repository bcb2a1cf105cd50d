from attrs import frozen

from watchlist_core.ids import AccountId

__all__ = ["Actor"]


@frozen
class Actor:
    """Who does something, and from where."""

    account: AccountId | None = None
    """None for a guest, and for a command."""
    origin: str | None = None
    """The address that the request came from, or the name of a command."""
    request_id: str | None = None
