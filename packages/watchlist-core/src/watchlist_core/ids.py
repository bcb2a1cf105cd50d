"""The names by which capabilities refer to each other's entities, and how they are made."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import randbits
from typing import Final, NewType
from uuid import UUID

from attrs import field, frozen

from watchlist_core.work import Clock, now

__all__ = ["AccountId", "EntryId", "GenreId", "MovieId", "SessionId", "Uuid7", "WatchId"]

AccountId = NewType("AccountId", UUID)
EntryId = NewType("EntryId", UUID)
GenreId = NewType("GenreId", UUID)
MovieId = NewType("MovieId", UUID)
SessionId = NewType("SessionId", UUID)
WatchId = NewType("WatchId", UUID)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_VERSION: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62
_RANDOM: Final = (0xFFF << 64) | ((1 << 62) - 1)


@frozen
class Uuid7:
    """Makes ids of RFC 9562, version 7: 48 bits of Unix time in milliseconds, then 74 random ones.

    Ids made later sort later, by the millisecond, which keeps new rows together in an index.
    """

    clock: Clock = now
    random_bits: Callable[[int], int] = field(default=randbits)

    def __call__(self) -> UUID:
        milliseconds = (self.clock() - _EPOCH) // _MILLISECOND
        random = self.random_bits(128) & _RANDOM
        return UUID(int=(milliseconds << 80) | _VERSION | _VARIANT | random)
