"""The one door for those who use the library with a database, and for the contracts."""

from collections.abc import Sequence
from typing import Any, Final, Self

from attrs import define, field
from sqlalchemy import select

from watchlist_core.work import Begin
from watchlist_sql.account_queries import SqlAccountQueries
from watchlist_sql.auditing import SqlAuditQueries
from watchlist_sql.catalogue import (
    SqlFreshness,
    SqlGenreQueries,
    SqlMovieQueries,
    SqlMovieSearch,
)
from watchlist_sql.database import Database, open_database
from watchlist_sql.rating import SqlRatingQueries
from watchlist_sql.schema import migrate
from watchlist_sql.tables import outbox
from watchlist_sql.unit_of_work import SqlUnitOfWork, unit_of_work

__all__ = ["SqlStore"]

_EVENTS: Final = select(outbox.c.name).order_by(outbox.c.key)


@define
class SqlStore:
    """All ports of the core, met by one database.

    ::

        store = await SqlStore.open("sqlite:///watchlist.db")
        await store.migrate()
        movie = await AddMovie(store.begin, now, Uuid7())(NewMovie("Stalker", 1979))
    """

    database: Database
    begin: Begin[SqlUnitOfWork] = field(init=False)
    movie_queries: SqlMovieQueries = field(init=False)
    movie_search: SqlMovieSearch = field(init=False)
    genre_queries: SqlGenreQueries = field(init=False)
    rating_queries: SqlRatingQueries = field(init=False)
    account_queries: SqlAccountQueries = field(init=False)
    audit_queries: SqlAuditQueries = field(init=False)
    freshness: SqlFreshness = field(init=False)
    """Of what is read through the queries, as works begun here and others' change it."""

    def __attrs_post_init__(self) -> None:
        self.freshness = SqlFreshness(self.database)
        self.begin = unit_of_work(self.database, self.freshness.changed)
        self.movie_queries = SqlMovieQueries(self.database)
        self.movie_search = SqlMovieSearch(self.database)
        self.genre_queries = SqlGenreQueries(self.database)
        self.rating_queries = SqlRatingQueries(self.database)
        self.account_queries = SqlAccountQueries(self.database)
        self.audit_queries = SqlAuditQueries(self.database)

    @classmethod
    async def open(cls, url: str, **options: Any) -> Self:
        """Open ``sqlite:///file`` or ``postgresql://…`` as it is; see `open_database`."""
        return cls(await open_database(url, **options))

    async def migrate(self) -> None:
        """Bring the tables to this release's; see `schema.migrate` for what it raises."""
        await migrate(self.database)

    async def events(self) -> Sequence[str]:
        """Return the names of the recorded events that are still kept, oldest first."""
        return [name for (name,) in await self.database.fetch(_EVENTS)]

    async def close(self) -> None:
        await self.database.close()
