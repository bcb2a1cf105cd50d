"""Whether what a process has read of the catalogue still stands."""

from asyncio import Task, create_task, shield
from collections import deque
from collections.abc import Callable, Collection
from itertools import islice
from time import monotonic
from typing import Final, NamedTuple

from attrs import define, field
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from watchlist_core.errors import Unavailable
from watchlist_core.ids import MovieId
from watchlist_sql.database import Database
from watchlist_sql.tables import catalogue

__all__ = ["Seen", "SqlFreshness"]

_VERSION: Final = select(catalogue.c.version)
_REMEMBERED: Final = 100
"""Changes of this process, the latest ones."""


class Seen(NamedTuple):
    """A state of the catalogue, the same as another if both numbers are."""

    catalogue: int
    """The version, which each work raises that changes what the catalogue says."""
    counters: int
    """How often works of this process have changed that, or what viewers think of movies."""


@define(eq=False)
class SqlFreshness:
    """Tells the state of the catalogue, so often that asking the database would cost too much.

    What it has told is believed for a while, unless a work of this process has changed something.
    On SQLite, where it costs little, it is then asked whether anybody has committed anything, and
    only in that case for the version.
    """

    _database: Database
    believed: float = field()
    """Seconds from when the database was asked."""
    clock: Callable[[], float] = monotonic
    _own: int = field(default=0, init=False)
    _seen: Seen = field(default=Seen(-1, 0), init=False)
    _rated: deque[Collection[MovieId] | None] = field(
        factory=lambda: deque(maxlen=_REMEMBERED), init=False
    )
    """By the latest changes, each."""
    _until: float = field(default=float("-inf"), init=False)
    _data_version: int | None = field(default=None, init=False)
    """After which the version in `_seen` was read."""
    _asking: tuple[float, Task[int | None]] | None = field(default=None, init=False)
    """Since when."""

    @believed.default
    def _by_what_asking_costs(self) -> float:
        return 0.01 if self._database.dialect == "sqlite" else 0.5

    def changed(self, rated: Collection[MovieId] | None = ()) -> None:
        """Note that a work of this process has changed something, as soon as that is committed.

        *rated* are the movies that have another score now; None for any.
        """
        self._own += 1
        self._rated.append(rated)
        self._until = float("-inf")
        self._asking = None

    async def stamp(self) -> Seen | None:
        """Return the state that whatever is read from now on is of, or a later one.

        None where the database does not tell: what was read before may stand or not.
        """
        at = self.clock()
        if at < self._until:
            return self._seen
        own = self._own
        try:
            data_version = self._database.data_version()
            if data_version is None:
                version = await self._waited_for(at)
            elif data_version == self._data_version:
                version = self._seen.catalogue
            else:
                version = await self._asked()
        except (Unavailable, SQLAlchemyError):
            return None
        if version is None:
            return None
        seen = Seen(version, own)
        if own == self._own:  # else something has changed meanwhile, maybe this too
            if seen != self._seen:  # the same object as long as it says the same
                self._seen = seen
            self._data_version = data_version
            self._until = at + self.believed
            return self._seen
        return seen

    def rated_since(self, counters: int) -> Collection[str] | None:
        """Return the ids of the movies that have another score by changes after so many.

        None for any: they were too many, or nobody noted which.
        """
        changes = self._own - counters
        if changes > len(self._rated):
            return None
        movies = set[str]()
        for rated in islice(reversed(self._rated), changes):
            if rated is None:
                return None
            movies.update(map(str, rated))
        return movies

    async def _waited_for(self, at: float) -> int | None:
        since, asking = self._asking or (at, None)
        if asking is None or asking.done() or at - since >= self.believed:
            asking = create_task(self._asked_if_it_answers())
            self._asking = at, asking
        # Whoever asked first may hang up; the others still want to know.
        return await shield(asking)

    async def _asked_if_it_answers(self) -> int | None:
        try:
            return await self._asked()
        except (Unavailable, SQLAlchemyError):
            return None

    async def _asked(self) -> int:
        ((version,),) = await self._database.fetch(_VERSION)
        return version
