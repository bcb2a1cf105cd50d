from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from itertools import count
from typing import Any, Self
from uuid import UUID

from attrs import astuple, define, field, frozen

from watchlist_core.auditing import AuditEntry
from watchlist_core.auth import Account, MailPurpose, MailToken, RefreshToken, Session
from watchlist_core.catalogue import ExternalId, Genre, Movie
from watchlist_core.ids import AccountId, EntryId, GenreId, MovieId, SessionId, WatchId
from watchlist_core.rating import Rating, Score, Tally, Vote
from watchlist_core.testing.memory.table import Table
from watchlist_core.watching import Entry, TitleWatch, Watch
from watchlist_core.work import Clock, Event, now

__all__ = ["Attempt", "KeptRating", "Tables", "refuse_taken"]


@frozen
class Attempt:
    """To sign in."""

    email: bytes
    """The digest of the address."""
    origin: str
    at: datetime


@frozen
class KeptRating:
    number: int
    """Orders the ratings of one instant without telling whose they are."""
    rating: Rating


@define
class Tables:
    """Entities by their keys; all of them are frozen, so sharing them is safe."""

    accounts: Table[AccountId, Account] = field(factory=Table)
    usernames: Table[str, AccountId] = field(factory=Table)
    addresses: Table[str, AccountId] = field(factory=Table)
    """By what they fold to."""
    password_hashes: Table[AccountId, str] = field(factory=Table)
    mail_tokens: Table[tuple[AccountId, MailPurpose], MailToken] = field(factory=Table)
    sessions: Table[SessionId, Session] = field(factory=Table)
    refresh_tokens: Table[bytes, RefreshToken] = field(factory=Table)
    """By their digests; the one in a page's cookie is never spent."""
    attempts: Table[int, Attempt] = field(factory=Table)
    """By their numbers."""
    genres: Table[GenreId, Genre] = field(factory=Table)
    genre_names: Table[str, GenreId] = field(factory=Table)
    """By what they fold to."""
    movies: Table[MovieId, Movie] = field(factory=Table)
    """Withdrawn ones too; what their genres are called stands with the genres."""
    external_ids: Table[ExternalId, MovieId] = field(factory=Table)
    scores: Table[MovieId, Score] = field(factory=Table)
    ratings: Table[tuple[AccountId, MovieId], KeptRating] = field(factory=Table)
    tallies: Table[MovieId, Tally] = field(factory=Table)
    votes: Table[tuple[AccountId, MovieId], Vote] = field(factory=Table)
    watches: Table[WatchId, Watch] = field(factory=Table)
    title_watches: Table[WatchId, TitleWatch] = field(factory=Table)
    entries: Table[EntryId, Entry] = field(factory=Table)
    events: Table[int, Event] = field(factory=Table)
    """By their numbers."""
    audit: Table[int, AuditEntry] = field(factory=Table)
    """By the numbers of the events."""
    numbers: Iterator[int] = field(factory=count, kw_only=True)
    """Rise, and like those of a database are spent even where the work keeps nothing."""
    clock: Clock = field(default=now, kw_only=True)

    def layer(self) -> Self:
        """Return tables that read these and keep their changes to themselves."""
        layers = (table.layer() for table in self._all())
        return type(self)(*layers, numbers=self.numbers, clock=self.clock)

    def merge(self, layer: Self) -> None:
        """Take over all changes of a *layer* of these tables."""
        for table, changed in zip(self._all(), layer._all(), strict=True):
            table.merge(changed)

    def _all(self) -> list[Table[Any, Any]]:
        return [table for table in astuple(self, recurse=False) if isinstance(table, Table)]


def refuse_taken(taken: Container[UUID], new: Iterable[UUID]) -> None:
    """Refuse ids that are *taken*, or stand twice among the *new* ones.

    Raises:
        RuntimeError: An id was given twice: a mistake of the programmer, never of the user.
    """
    seen = set[UUID]()
    for one in new:
        if one in taken or one in seen:
            raise RuntimeError(f"the id {one} is taken")
        seen.add(one)
