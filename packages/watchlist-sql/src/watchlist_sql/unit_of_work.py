from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.auditing import AuditingWork, AuditQueries
from watchlist_core.auth import AccountQueries, AuthWork
from watchlist_core.catalogue import CatalogueWork, GenreQueries, MovieQueries, MovieSearch
from watchlist_core.ids import MovieId
from watchlist_core.rating import RatingQueries, RatingWork
from watchlist_core.watching import WatchingWork
from watchlist_core.work import Begin, Event, outermost
from watchlist_sql.account_queries import SqlAccountQueries
from watchlist_sql.auditing import SqlAuditLog, SqlAuditQueries, keep_events
from watchlist_sql.auth import SqlAccounts
from watchlist_sql.catalogue import (
    HeldCatalogue,
    SqlGenreQueries,
    SqlGenres,
    SqlMovieQueries,
    SqlMovies,
    SqlMovieSearch,
)
from watchlist_sql.database import Database
from watchlist_sql.mail_tokens import SqlMailTokens
from watchlist_sql.rating import SqlRatingQueries, SqlRatings
from watchlist_sql.sessions import SqlSessions
from watchlist_sql.sign_in_attempts import SqlSignInAttempts
from watchlist_sql.watching import SqlWatchLog

__all__ = ["SqlUnitOfWork", "unit_of_work"]


Changed: TypeAlias = Callable[[Collection[MovieId] | None], object]
"""Is told the movies that have another score; None for any."""


class SqlUnitOfWork:
    """One database transaction, seen by each use case through its own ``…Work`` port."""

    def __init__(self, connection: AsyncConnection, changed: Changed) -> None:
        self._changed = changed
        self._catalogue = HeldCatalogue(connection)
        self.accounts = SqlAccounts(connection)
        self.audit_log = SqlAuditLog(connection)
        self.genres = SqlGenres(connection, self._catalogue)
        self.mail_tokens = SqlMailTokens(connection)
        self.movies = SqlMovies(connection, self._catalogue)
        self.ratings = SqlRatings(connection)
        self.sessions = SqlSessions(connection)
        self.sign_in_attempts = SqlSignInAttempts(connection)
        self.watch_log = SqlWatchLog(connection)
        self._connection = connection
        self._recorded: list[Event] = []

    def record(self, event: Event) -> None:
        self._recorded.append(event)

    async def commit(self) -> None:
        await keep_events(self._connection, self._recorded)
        self._recorded.clear()
        is_changed = await self._catalogue.note_changes()
        rated = None if self.accounts.has_removed else frozenset(self.ratings.saved)
        try:
            await self._connection.commit()
        finally:  # also where nobody knows whether it is committed
            if is_changed or rated is None or rated:
                self._changed(rated)


def unit_of_work(database: Database, changed: Changed = lambda _: None) -> Begin[SqlUnitOfWork]:
    """Return what opens a work on *database*.

    *changed* is called as soon as one is committed that changes what the catalogue says, or what
    viewers think of movies.
    """

    @asynccontextmanager
    async def begin() -> AsyncIterator[SqlUnitOfWork]:
        with outermost():
            async with database.writing() as connection:
                yield SqlUnitOfWork(connection, changed)

    return begin


if TYPE_CHECKING:  # a line per port: mypy says here, and not far away, which is not met

    def _works(work: SqlUnitOfWork) -> None:
        _auditing: AuditingWork = work
        _auth: AuthWork = work
        _catalogue: CatalogueWork = work
        _rating: RatingWork = work
        _watching: WatchingWork = work

    def _queries(
        accounts: SqlAccountQueries,
        audit: SqlAuditQueries,
        genres: SqlGenreQueries,
        movies: SqlMovieQueries,
        ratings: SqlRatingQueries,
    ) -> None:
        _accounts: AccountQueries = accounts
        _audit: AuditQueries = audit
        _genres: GenreQueries = genres
        _movies: MovieQueries = movies
        _ratings: RatingQueries = ratings

    def _search(movies: SqlMovieSearch) -> None:
        _movies: MovieSearch = movies
