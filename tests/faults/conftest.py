"""The whole API on a real database, in the process of the tests."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from html import unescape
from threading import Thread
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import BaseTestServer, TestServer
from attrs import field, frozen
from sqlalchemy import inspect, select, table, text, update

from tests.faults.newcomers import PASSWORD, Newcomers
from tests.faults.operations import Cookies, Guests, Known, Operation, operations
from tests.faults.tokens import wrong_tokens
from tests.faults.wire import Reply, Request, exchange
from tests.servers.databases import PostgresqlDatabases, SqliteFiles
from tests.servers.run import TestRun
from watchlist_core.auth import (
    Account,
    AddAccount,
    Identify,
    IdentifyPage,
    Lives,
    OpenSession,
    RemoveAccount,
    Role,
    SignOutEverywhere,
)
from watchlist_core.catalogue import AddMovie, ExternalId, MediaType, NewMovie
from watchlist_core.ids import AccountId, SessionId, Uuid7
from watchlist_core.rating import RateMovie, Stars
from watchlist_core.security import BcryptPasswords, JwtAccessTokens
from watchlist_core.watching import WatchMovie
from watchlist_core.work import now
from watchlist_http.application import create_application
from watchlist_http.authentication import Authentication
from watchlist_http.openapi import document
from watchlist_http.options import Options
from watchlist_http.server.auth_settings import AuthSettings
from watchlist_http.server.settings import Settings
from watchlist_http.server.use_cases import UseCases, new_token
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import accounts

SECRET = b"a secret that is known to the tests only"
HOUR = timedelta(hours=1)
LIVES = Lives(access=HOUR)


@frozen
class System:
    """An API that answers, on a database with something in it."""

    server: BaseTestServer
    store: SqlStore = field(repr=False)
    known: Known = field(repr=False)
    newcomers: Newcomers = field(repr=False)
    _pages: dict[str, str] = field(factory=dict, init=False, repr=False)

    @property
    def operations(self) -> Sequence[Operation]:
        return self.with_known(self.known)

    def with_known(self, known: Known) -> Sequence[Operation]:
        """Return all operations, their requests made of what is *known*."""
        return list(operations(document(), known))

    async def operation(self, id_: str) -> Operation:
        """Return the operation with all that its request uses up made anew."""
        known = await self.newcomers.known_to(id_, self.known)
        return next(one for one in self.with_known(known) if one.id == id_)

    async def answer(self, request: Request) -> Reply:
        """Return what is answered to *request*. Raises Nothing."""
        return await exchange(self.server.host, self.server.port or 0, request)

    async def page(self, path: str) -> str:
        """Return the text of the page at *path*, empty if there is none."""
        if path not in self._pages:
            reply = await self.answer(Request("GET", path))
            self._pages[path] = unescape(reply.body.decode()) if reply.status == 200 else ""
        return self._pages[path]

    async def dump(self) -> Mapping[str, Sequence[str]]:
        """Return all rows of all tables that the database has, whoever made them."""
        database = self.store.database
        async with database.writing() as connection:
            names = await connection.run_sync(lambda plain: inspect(plain).get_table_names())
        everything = text("*")
        return {
            name: sorted(
                repr(tuple(row))
                for row in await database.fetch(select(everything).select_from(table(name)))
            )
            for name in names
        }


@frozen
class Aside:
    """A system in a thread of its own, whose loop that is."""

    system: System
    _loop: asyncio.AbstractEventLoop = field(repr=False)

    def bearer(self, id_: str) -> str:
        """Return a token for one request to that operation, which may end it."""
        asked = asyncio.run_coroutine_threadsafe(self.system.operation(id_), self._loop)
        return asked.result().known.tokens.admin


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def system(
    request: pytest.FixtureRequest, test_run: TestRun, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    """The API on each kind of database in turn, the same for all tests of a module."""
    files = SqliteFiles(test_run, tmp_path_factory.mktemp("databases"))
    databases = files if request.param == "sqlite" else PostgresqlDatabases.of(test_run)
    async with databases.migrated() as url, _running(url) as system:
        yield system


@pytest.fixture(scope="module")
def system_aside(test_run: TestRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aside]:
    """The API on SQLite in a thread of its own, for clients that block theirs."""
    files = SqliteFiles(test_run, tmp_path_factory.mktemp("databases"))
    loop, stack = asyncio.new_event_loop(), AsyncExitStack()
    thread = Thread(target=loop.run_forever)
    thread.start()

    async def start() -> System:
        url = await stack.enter_async_context(files.migrated())
        return await stack.enter_async_context(_running(url))

    try:
        yield Aside(asyncio.run_coroutine_threadsafe(start(), loop).result(), loop)
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@asynccontextmanager
async def _running(url: str) -> AsyncIterator[System]:
    store, passwords = await SqlStore.open(url), BcryptPasswords(cost=4)
    try:
        tokens = JwtAccessTokens([SECRET])
        newcomers = Newcomers(store, passwords, tokens, LIVES)
        known = await furnished(store, newcomers)
        queries = store.account_queries
        authentication = Authentication(Identify(tokens, queries, now), IdentifyPage(queries, now))
        # The second of two refreshes is answered alike, however slow the machine is.
        settings = Settings(
            auth=AuthSettings(refresh_grace=timedelta(minutes=5), sign_ins_of_address=1000)
        )
        cases = UseCases(store, tokens, passwords, settings, authentication.forget)
        application = create_application(cases.services(), authentication, Options(secret=SECRET))
        async with TestServer(application) as server:
            yield System(server, store, known, newcomers)
    finally:
        passwords.close()
        await store.close()


async def furnished(store: SqlStore, newcomers: Newcomers) -> Known:
    """Put in a movie that an admin has watched and rated, and people with tokens."""
    new_id = Uuid7()
    add_account = AddAccount(store.begin, now, new_id)
    admin, user, inactive, spare, removed = (
        await add_account("oracle", Role.ADMIN),
        await add_account("trinity"),
        await add_account("cypher", Role.ADMIN),
        await add_account("mouse"),
        await add_account("switch", Role.ADMIN),
    )
    imdb = ExternalId("imdb", MediaType.MOVIE, "tt0079944")
    new = NewMovie("Stalker", 1979, 162, genres=["Drama"], external_ids=[imdb])
    movie = await AddMovie(store.begin, now, new_id)(new)
    for viewer in (admin, user):
        await WatchMovie(store.begin, now, new_id)(viewer.id, movie.id, now())
        await RateMovie(store.begin, now)(viewer.id, movie.id, Stars.of(4))

    tokens, forger = JwtAccessTokens([SECRET]), JwtAccessTokens([SECRET[::-1]])
    open_session = OpenSession(store.begin, now, new_id, new_token, tokens, LIVES)
    people = (admin, user, inactive, removed)
    signed_in = {one.username: await open_session(one.id) for one in people}
    cookies = Cookies(
        admin=await newcomers.cookie(admin.id),
        user=await newcomers.cookie(user.id),
        inactive=await newcomers.cookie(inactive.id),
        expired=await newcomers.cookie(admin.id, life=-timedelta(seconds=1)),
        ended=await newcomers.cookie(spare.id),
    )
    await SignOutEverywhere(store.begin, _nobody_cares)(spare.id)
    await RemoveAccount(store.begin, _nobody_cares)(removed.id)
    await _leaves(store, inactive)
    session = tokens.verify(signed_in["oracle"].access).session
    head = signed_in["oracle"].access.partition(".")[0]
    forged = forger.issue(admin.id, session, HOUR).partition(".")[2]
    return Known(
        {
            "movie_id": str(movie.id),
            "genre_id": str(movie.genres[0].id),
            "provider": imdb.provider,
            "value": imdb.value,
            "user_id": str(spare.id),
            "event_id": str(await newcomers.parked_event()),
            "password": PASSWORD,
            "current_password": PASSWORD,
            "token": signed_in["trinity"].access,
            "refresh_token": signed_in["trinity"].refresh,
        },
        Guests(
            admin=signed_in["oracle"].access,
            user=signed_in["trinity"].access,
            inactive=signed_in["cypher"].access,
            unknown=tokens.issue(AccountId(new_id()), SessionId(new_id()), HOUR),
            expired=tokens.issue(admin.id, session, -HOUR),
            forged=f"{head}.{forged}",
            wrong=wrong_tokens(SECRET, signed_in["oracle"].access, signed_in["switch"].access),
            cookies=cookies,
        ),
    )


def _nobody_cares() -> None:
    """Drop nothing: no token has been shown yet."""


async def _leaves(store: SqlStore, account: Account) -> None:
    async with store.database.writing() as connection:
        left: Any = update(accounts).where(accounts.c.id == account.id).values(is_active=False)
        await connection.execute(left)
        await connection.commit()
