from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.auth import AccountQueries, AuthWork
from watchlist_core.catalogue import CatalogueWork, MovieQueries
from watchlist_core.rating import RatingQueries, RatingWork
from watchlist_core.watching import WatchingWork
from watchlist_core.work import Begin, Event, outermost
from watchlist_sql.auth import SqlAccountQueries, SqlAccounts
from watchlist_sql.catalogue import SqlGenres, SqlMovieQueries, SqlMovies
from watchlist_sql.database import Database
from watchlist_sql.outbox import row_of
from watchlist_sql.rating import SqlRatingQueries, SqlRatings
from watchlist_sql.tables import outbox
from watchlist_sql.watching import SqlWatchLog

__all__ = ["SqlUnitOfWork", "unit_of_work"]

_KEEP_EVENTS: Final = insert(outbox)


class SqlUnitOfWork:
    """One database transaction, seen by each use case through its own ``…Work`` port."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.accounts = SqlAccounts(connection)
        self.genres = SqlGenres(connection)
        self.movies = SqlMovies(connection)
        self.ratings = SqlRatings(connection)
        self.watch_log = SqlWatchLog(connection)
        self._connection = connection
        self._recorded: list[Event] = []

    def record(self, event: Event) -> None:
        self._recorded.append(event)

    async def commit(self) -> None:
        if self._recorded:
            rows = [row_of(event) for event in self._recorded]
            self._recorded.clear()
            await self._connection.execute(_KEEP_EVENTS, rows[0] if len(rows) == 1 else rows)
        await self.movies.note_changes()
        await self._connection.commit()


def unit_of_work(database: Database) -> Begin[SqlUnitOfWork]:
    """Return what opens a work on *database*."""

    @asynccontextmanager
    async def begin() -> AsyncIterator[SqlUnitOfWork]:
        with outermost():
            async with database.writing() as connection:
                yield SqlUnitOfWork(connection)

    return begin


if TYPE_CHECKING:  # a line per port: mypy says here, and not far away, which is not met

    def _works(work: SqlUnitOfWork) -> None:
        _auth: AuthWork = work
        _catalogue: CatalogueWork = work
        _rating: RatingWork = work
        _watching: WatchingWork = work

    def _queries(
        accounts: SqlAccountQueries, movies: SqlMovieQueries, ratings: SqlRatingQueries
    ) -> None:
        _accounts: AccountQueries = accounts
        _movies: MovieQueries = movies
        _ratings: RatingQueries = ratings
