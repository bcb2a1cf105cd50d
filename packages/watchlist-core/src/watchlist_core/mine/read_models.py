"""What somebody gets to see of what is his; ids are texts."""

from datetime import datetime

from attrs import frozen

__all__ = ["MyEntry", "MyMovie", "MyRating", "MyWatch"]


@frozen
class MyEntry:
    id: str
    status: str


@frozen
class MyWatch:
    id: str
    watched_at: datetime | None
    """None when nobody remembers."""
    is_inferred: bool


@frozen
class MyRating:
    halves: int
    review: str | None
    rated_at: datetime


@frozen
class MyMovie:
    """What somebody has done with one movie; None where he has not."""

    movie: str
    entry: MyEntry | None = None
    last_watch: MyWatch | None = None
    """The latest; one of unknown date only where there is no other."""
    rating: MyRating | None = None
    vote: str | None = None
    """Its direction."""
