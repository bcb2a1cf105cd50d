from attrs import field, frozen
from attrs.validators import optional

from watchlist_core.ids import AccountId
from watchlist_core.texts import keepable

__all__ = ["Actor"]


@frozen
class Actor:
    """Who does something, and from where."""

    account: AccountId | None = None
    """None for a guest, and for a command."""
    origin: str | None = field(default=None, validator=optional(keepable))
    """The address that the request came from, or the name of a command."""
    request_id: str | None = field(default=None, validator=optional(keepable))
