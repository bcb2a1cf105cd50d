"""Bulk imports: in batches small enough for everybody else to go on reading and writing."""

from asyncio import sleep
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import islice
from math import inf
from time import perf_counter
from typing import Final, Generic, TypeVar

from attrs import define, field, frozen

from watchlist_core.catalogue import ExternalId, Imported, ImportMovies, NewMovie
from watchlist_core.catalogue.ports import CatalogueWork
from watchlist_core.errors import Unavailable
from watchlist_core.movielens import RefusedRow
from watchlist_core.work import Begin, Clock, NewId, UnitOfWork

__all__ = ["BatchSize", "Held", "ImportedBatch", "MovieImport"]

Work = TypeVar("Work", bound=UnitOfWork)
Timer = Callable[[], float]

_CHANGE: Final = (0.5, 1.25)
"""One work that took little time, or much, does not tell that the next one will."""
_PAUSES: Final = (1, 2, 4)
"""Seconds before a batch is tried again."""


@define
class Held(Generic[Work]):
    """Opens works, and tells in seconds how long they kept others from writing."""

    _begin: Begin[Work]
    timer: Timer = perf_counter
    last: float = field(default=0.0, init=False)
    longest: float = field(default=0.0, init=False)
    _ended: float = field(default=-inf, init=False)

    def __call__(self) -> AbstractAsyncContextManager[Work]:
        return self._timed()

    @asynccontextmanager
    async def _timed(self) -> AsyncIterator[Work]:
        async with self._begin() as work:
            start = self.timer()
            try:
                yield work
            finally:
                self._ended = self.timer()
                self.last = self._ended - start
                self.longest = max(self.longest, self.last)

    def left_of(self, rest: float) -> float:
        """Return how much of a *rest* is still to come since the last work ended."""
        return max(0.0, self._ended + rest - self.timer())


@define
class BatchSize:
    """How many movies fit into one work, learnt from how long the last one took.

    The same number is far too many for a slow disk and needlessly few for a fast one.
    """

    rows: int = 50
    seconds: float = 0.030
    """What a work should take: so little that one which takes half as long again, as some do on a
    busy machine, is still below the 50 ms that others may have to wait."""
    least: int = 20
    most: int = 1_000

    def learn(self, taken: float) -> None:
        smallest, largest = _CHANGE
        factor = max(smallest, min(self.seconds / taken, largest)) if taken > 0 else largest
        self.rows = max(self.least, min(int(self.rows * factor), self.most))


@frozen
class ImportedBatch:
    """What became of some rows of a file."""

    rows: int
    added: int
    known: int
    dropped_ids: Sequence[tuple[NewMovie, ExternalId]]
    refused: Sequence[RefusedRow]


@define
class MovieImport:
    """Takes the rows of a file into the catalogue, whichever provider they come from."""

    begin: Begin[CatalogueWork]
    clock: Clock
    new_id: NewId
    identified_by: str
    rest: float = 0.007
    """Seconds between two works: who waits for the lock of SQLite, looks for it every 5 ms.

    Reading the next rows takes most of it.
    """
    size: BatchSize = field(factory=BatchSize)
    sleep: Callable[[float], Awaitable[None]] = sleep
    timer: Timer = perf_counter
    held: Held[CatalogueWork] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.held = Held(self.begin, self.timer)

    async def __call__(self, rows: Iterable[NewMovie | RefusedRow]) -> AsyncIterator[ImportedBatch]:
        """Yield each batch once it is kept; *rows* are read as they are needed.

        Raises:
            Unavailable: The store was busy or away too often. What was yielded is kept, and the
                same import goes on from there when it is run again.
        """
        rows = iter(rows)
        while batch := list(islice(rows, self.size.rows)):
            # However short the rest is, who interrupts the import gets a turn.
            await self.sleep(self.held.left_of(self.rest))
            yield await self._kept(batch)

    async def _kept(self, batch: Sequence[NewMovie | RefusedRow]) -> ImportedBatch:
        movies = [row for row in batch if isinstance(row, NewMovie)]
        refused = [row for row in batch if isinstance(row, RefusedRow)]
        if not movies:
            return ImportedBatch(len(batch), 0, 0, (), refused)
        imported = await self._imported(movies)
        self.size.learn(self.held.last)
        return ImportedBatch(
            len(batch), imported.added, imported.known, imported.dropped_ids, refused
        )

    async def _imported(self, movies: Sequence[NewMovie]) -> Imported:
        take = ImportMovies(self.held, self.clock, self.new_id)
        for pause in _PAUSES:
            try:
                return await take(movies, identified_by=self.identified_by)
            except Unavailable:
                await self.sleep(pause)
        return await take(movies, identified_by=self.identified_by)
