"""Where everything is put together, by hand and in the open."""

from asyncio import Event
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import web
from attrs import frozen

from watchlist_core.auth import AccessTokens, Identify
from watchlist_core.catalogue import AddMovie, BrowseMovies, ShowMovie
from watchlist_core.ids import Uuid7
from watchlist_core.rating import ListRatings, RateMovie
from watchlist_core.security import JwtAccessTokens
from watchlist_core.watching import WatchMovie
from watchlist_core.work import now
from watchlist_http.application import create_application
from watchlist_http.options import Options
from watchlist_http.routing import Services
from watchlist_http.server.background import in_background
from watchlist_http.server.chores import chores
from watchlist_http.server.demonstration import (
    Demonstration,
    DemonstrationAccount,
    NoDemonstration,
)
from watchlist_http.server.logs import request_sink
from watchlist_http.server.opening import has_usable_schema, is_empty, opened_database
from watchlist_http.server.refused import StartRefused
from watchlist_http.server.settings import Settings
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore

__all__ = ["Server", "opened_server", "use_cases"]


@frozen
class Server:
    settings: Settings
    application: web.Application
    demonstration: Sequence[DemonstrationAccount]
    """Who a person may try it as; nobody unless there is a demonstration."""


@asynccontextmanager
async def opened_server(
    settings: Settings, stopping: Event, *, demo: bool = False
) -> AsyncIterator[Server]:
    """Open the database and put a server on it.

    What it does in the background is under way, and begins nothing new once *stopping* is set,
    while requests are still being finished.

    Raises:
        StartRefused: It cannot start; the reason is one line for a person.
    """
    async with opened_database(settings) as database:
        store = SqlStore(database)
        tokens = JwtAccessTokens(settings.auth.secret_keys.reveal())
        application = create_application(
            use_cases(store),
            Identify(tokens, store.account_queries),
            _options(settings, database),
        )
        people = await _demonstrated(store, tokens, settings) if demo else ()
        doing = chores(database) if settings.relay.enabled else ()
        async with in_background(*doing, stopping=stopping, grace=settings.http.grace):
            yield Server(settings, application, people)


async def _demonstrated(
    store: SqlStore, tokens: AccessTokens, settings: Settings
) -> Sequence[DemonstrationAccount]:
    demonstration = Demonstration(
        partial(is_empty, store.database), store.begin, store.account_queries, tokens, now, Uuid7()
    )
    try:
        return await demonstration()
    except NoDemonstration:
        raise StartRefused(
            f"{settings.database_url} has movies or accounts of its own, to which --demo adds "
            "nothing: start without --demo, or name an empty database"
        ) from None


def use_cases(store: SqlStore) -> Services:
    """Return everything that the API offers, on *store*."""
    new_id = Uuid7()
    return (
        Services()
        .add(AddMovie(store.begin, now, new_id))
        .add(BrowseMovies(store.movie_queries))
        .add(ShowMovie(store.movie_queries))
        .add(WatchMovie(store.begin, now, new_id))
        .add(RateMovie(store.begin, now))
        .add(ListRatings(store.rating_queries))
    )


def _options(settings: Settings, database: Database) -> Options:
    http = settings.http
    return Options(
        secret=settings.auth.secret_keys.reveal()[0],
        public_url=http.public_url,
        largest_body=http.largest_body,
        cors_origins=http.cors_origins,
        compress=http.compress,
        ready=partial(has_usable_schema, database),
        request_log=request_sink(settings.log_format) if settings.log.requests else None,
    )
