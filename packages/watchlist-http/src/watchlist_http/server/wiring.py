"""Where everything is put together, by hand and in the open."""

from asyncio import Event
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import timedelta
from functools import partial
from typing import Final

from aiohttp import web
from attrs import frozen

from watchlist_core.auth import AccessTokens, Identify, IdentifyPage, Lives, OpenSession, Passwords
from watchlist_core.ids import Uuid7
from watchlist_core.keys import derived_key
from watchlist_core.security import BcryptPasswords, JwtAccessTokens
from watchlist_core.work import now
from watchlist_http.application import create_application
from watchlist_http.authentication import Authentication
from watchlist_http.components import Component
from watchlist_http.options import Options
from watchlist_http.page_sessions import PageSessions
from watchlist_http.rate_limits import RateLimits
from watchlist_http.server.chores import doing_chores
from watchlist_http.server.components import components_of
from watchlist_http.server.demonstration import (
    Demonstration,
    DemonstrationAccount,
    NoDemonstration,
)
from watchlist_http.server.logs import request_sink
from watchlist_http.server.opening import has_usable_schema, is_empty, opened_database
from watchlist_http.server.outbound.limits.opening import opened_limits
from watchlist_http.server.refused import StartRefused
from watchlist_http.server.settings import Settings
from watchlist_http.server.use_cases import UseCases, new_token
from watchlist_sql.store import SqlStore

__all__ = ["Server", "opened_server"]

_A_DAY: Final = Lives(access=timedelta(days=1), refresh=timedelta(days=1))


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
    async with (
        opened_limits(settings) as (limits, needed_by_limits),
        opened_database(settings) as database,
    ):
        store = SqlStore(database)
        tokens = JwtAccessTokens(settings.auth.secret_keys.reveal())
        with closing(BcryptPasswords(settings.auth.password_cost)) as passwords:
            authentication = _authentication(store, tokens, settings)
            cases = UseCases(store, tokens, passwords, settings, authentication.forget)
            application = create_application(
                cases.services(),
                authentication,
                _options(settings, limits, store, [*components_of(database), *needed_by_limits]),
            )
            people = await _demonstrated(store, tokens, passwords, settings) if demo else ()
            async with AsyncExitStack() as background:
                if settings.relay.enabled:
                    await background.enter_async_context(doing_chores(settings, database, stopping))
                yield Server(settings, application, people)


def _authentication(store: SqlStore, tokens: AccessTokens, settings: Settings) -> Authentication:
    return Authentication(
        Identify(tokens, store.account_queries, now),
        IdentifyPage(store.account_queries, now),
        PageSessions(settings.http.public_url, is_secure=not settings.in_development),
    )


async def _demonstrated(
    store: SqlStore, tokens: AccessTokens, passwords: Passwords, settings: Settings
) -> Sequence[DemonstrationAccount]:
    new_id = Uuid7()
    demonstration = Demonstration(
        partial(is_empty, store.database),
        store.begin,
        store.account_queries,
        OpenSession(store.begin, now, new_id, new_token, tokens, _A_DAY),
        passwords,
        derived_key(settings.auth.secret_keys.reveal()[0], "watchlist demonstration"),
        now,
        new_id,
    )
    try:
        return await demonstration()
    except NoDemonstration:
        raise StartRefused(
            f"{settings.database_url} has movies or accounts of its own, to which --demo adds "
            "nothing: start without --demo, or name an empty database"
        ) from None


def _options(
    settings: Settings, limits: RateLimits, store: SqlStore, components: Sequence[Component]
) -> Options:
    http = settings.http
    return Options(
        secret=settings.auth.secret_keys.reveal()[0],
        public_url=http.public_url,
        largest_body=http.largest_body,
        cors_origins=http.cors_origins,
        trusted_proxies=http.trusted_proxies,
        limits=limits,
        guests=http.guests,
        compress=http.compress,
        ready=partial(has_usable_schema, store.database),
        components=components,
        freshness=store.freshness,
        kept_bytes=http.kept_answers << 20,
        request_log=request_sink(settings.log_format) if settings.log.requests else None,
    )
