"""What somebody gets to see of his own; ids are texts."""

from datetime import datetime

from attrs import frozen

__all__ = ["EntryCard", "WatchCard"]


@frozen
class EntryCard:
    """An entry as its owner's watchlist shows it."""

    id: str
    movie: str | None
    """None for a free title."""
    title: str
    media_type: str
    year: int | None
    status: str
    note: str
    added_at: datetime
    is_withdrawn: bool
    """The catalogue does not show the movie any more."""


@frozen
class WatchCard:
    """A viewing as its owner's history shows it."""

    id: str
    movie: str | None
    """None for a free title."""
    entry: str | None
    """Of a free title, as long as it is on the watchlist; None for a movie."""
    title: str
    media_type: str
    year: int | None
    watched_at: datetime | None
    is_inferred: bool
    is_withdrawn: bool
    """The catalogue does not show the movie any more."""
