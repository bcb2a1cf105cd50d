from datetime import datetime

from attrs import field, frozen
from attrs.validators import optional

from watchlist_core.ids import AccountId, MovieId, WatchId
from watchlist_core.instants import aware

__all__ = ["Watch"]


@frozen
class Watch:
    """One viewing; a movie may be watched again, and people forget when it was."""

    id: WatchId
    account: AccountId
    movie: MovieId
    watched_at: datetime | None = field(validator=optional(aware))
