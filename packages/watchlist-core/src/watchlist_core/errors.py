"""Everything the core refuses on purpose, by kind.

::

    WatchlistError
    ├── Unauthenticated   nobody is signed in
    ├── Forbidden         the account may not do it
    ├── NotFound          what was named does not exist
    ├── Conflict          a sensible request which the present state rules out
    ├── Stale             a change of what is not any more as its author saw it
    ├── Invalid           a request which no state would allow
    ├── TooMany           later: this account has asked too often
    └── Unavailable       later: something needed cannot answer now

A use case raises a named subclass of one kind, and an adapter translates kinds only:
a new refusal needs no change outside its own capability. The first line of its
docstring is what the person on the other side gets to read; its fields are the details.
"""

from attrs import define, field

__all__ = [
    "Conflict",
    "Forbidden",
    "Invalid",
    "NotFound",
    "Stale",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
    "WatchlistError",
]


@define
class WatchlistError(Exception):
    """The core refuses."""


class Unauthenticated(WatchlistError):
    """Sign in first."""


class Forbidden(WatchlistError):
    """The account may not do it."""


class NotFound(WatchlistError):
    """What was named does not exist."""


class Conflict(WatchlistError):
    """The present state rules this out."""


class Stale(WatchlistError):
    """It was changed meanwhile."""


class Invalid(WatchlistError):
    """The request does not fit."""


@define
class TooMany(WatchlistError):
    """Too many requests."""

    retry_after: int = field(default=1, kw_only=True)
    """Seconds."""


@define
class Unavailable(WatchlistError):
    """Not possible right now."""

    retry_after: int = field(default=1, kw_only=True)
    """Seconds."""
