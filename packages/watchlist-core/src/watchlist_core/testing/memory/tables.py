from collections import ChainMap
from collections.abc import Container, Iterable, Iterator
from itertools import count
from typing import Any, Self
from uuid import UUID

from attrs import astuple, define, field, frozen

from watchlist_core.auth import Account
from watchlist_core.catalogue import ExternalId, Genre, Movie
from watchlist_core.ids import AccountId, MovieId, WatchId
from watchlist_core.rating import Rating, Score
from watchlist_core.watching import Watch
from watchlist_core.work import Event

__all__ = ["KeptRating", "Tables", "refuse_taken"]


@frozen
class KeptRating:
    number: int
    """Orders the ratings of one instant without telling whose they are."""
    rating: Rating


@define
class Tables:
    """Entities by their keys; all of them are frozen, so sharing them is safe.

    A ChainMap writes into its first map and reads through to the others, which makes a work's
    changes a layer over what is committed.
    """

    accounts: ChainMap[AccountId, Account] = field(factory=ChainMap)
    usernames: ChainMap[str, AccountId] = field(factory=ChainMap)
    genres: ChainMap[str, Genre] = field(factory=ChainMap)
    """By their folded names."""
    movies: ChainMap[MovieId, Movie] = field(factory=ChainMap)
    external_ids: ChainMap[ExternalId, MovieId] = field(factory=ChainMap)
    scores: ChainMap[MovieId, Score] = field(factory=ChainMap)
    ratings: ChainMap[tuple[AccountId, MovieId], KeptRating] = field(factory=ChainMap)
    watches: ChainMap[WatchId, Watch] = field(factory=ChainMap)
    events: ChainMap[int, Event] = field(factory=ChainMap)
    """By their numbers."""
    numbers: Iterator[int] = field(factory=count, kw_only=True)
    """Rise, and like those of a database are spent even where the work keeps nothing."""

    def layer(self) -> Self:
        """Return tables that read these and keep their changes to themselves."""
        return type(self)(*(table.new_child() for table in self._all()), numbers=self.numbers)

    def merge(self, layer: Self) -> None:
        """Take over all changes of a *layer* of these tables."""
        for table, changed in zip(self._all(), layer._all(), strict=True):
            table.update(changed.maps[0])

    def _all(self) -> list[ChainMap[Any, Any]]:
        return [table for table in astuple(self, recurse=False) if isinstance(table, ChainMap)]


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
