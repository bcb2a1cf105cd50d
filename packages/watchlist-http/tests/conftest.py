"""The API on a store in memory, and somebody who looks at every answer it gives."""

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from attrs import define, field, frozen

from tests.servers.promises import Json, Promises
from watchlist_core.auth import AddAccount, Identity, InvalidToken, Role
from watchlist_core.catalogue import AddMovie, BrowseMovies, ShowMovie
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.rating import ListRatings, RateMovie
from watchlist_core.testing.memory import MemoryStore
from watchlist_core.watching import WatchMovie
from watchlist_http.api import CAPABILITIES
from watchlist_http.application import create_application
from watchlist_http.openapi import document
from watchlist_http.options import Options
from watchlist_http.routing import Routes, Services

Client: TypeAlias = TestClient[web.Request, web.Application]
Start: TypeAlias = Callable[..., Awaitable[Client]]

NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)


@frozen
class Signature:
    """The headers of somebody who is signed in."""

    account: AccountId
    headers: dict[str, str]


@define
class Witness:
    """Compares every answer of an application with the document."""

    document: Json
    complaints: list[str] = field(factory=list)
    _promises: Promises = field(init=False)

    @_promises.default
    def _of_the_document(self) -> Promises:
        return Promises(self.document)

    async def look(self, request: web.Request, answer: web.StreamResponse) -> None:
        """Note what is wrong with *answer*: a signal of the application that is watched."""
        if not isinstance(answer, web.Response) or request.method == "OPTIONS":
            return
        where = f"{request.method} {request.path} {answer.status}"
        broken = self._promises.broken_by(
            self._operation(request), answer.status, answer.headers, _body(answer)
        )
        self.complaints += [f"{where}: {wrong}" for wrong in broken]

    def _operation(self, request: web.Request) -> Json | None:
        resource = request.match_info.route.resource
        method = "get" if request.method == "HEAD" else request.method.lower()
        for path, methods in self.document["paths"].items():
            if resource is not None and resource.canonical.endswith(path) and method in methods:
                operation: Json = methods[method]
                return operation
        return None


def _body(answer: web.Response) -> bytes:
    body = answer.body
    assert body is None or isinstance(body, bytes)
    if body and "Content-Encoding" in answer.headers:
        return zlib.decompress(body, wbits=47)
    return body or b""


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def services(store: MemoryStore) -> Services:
    new_id = Uuid7()
    return (
        Services()
        .add(AddMovie(store.begin, lambda: NOON, new_id))
        .add(BrowseMovies(store.movie_queries))
        .add(ShowMovie(store.movie_queries))
        .add(WatchMovie(store.begin, lambda: NOON, new_id))
        .add(RateMovie(store.begin, lambda: NOON))
        .add(ListRatings(store.rating_queries))
    )


@pytest.fixture
def witnesses() -> list[Witness]:
    """Who looks at the answers of the APIs that a test starts."""
    return []


@pytest.fixture
async def start(
    store: MemoryStore, services: Services, witnesses: list[Witness]
) -> AsyncIterator[Start]:
    """Start the API, mounted where the test wants it; its answers are compared at the end."""

    async def identify(token: str) -> Identity:
        """Believe a token that is the id of an account."""
        try:
            account = await store.account_queries.find(AccountId(UUID(token)))
        except ValueError:
            account = None
        if account is None:
            raise InvalidToken
        return Identity(account.id, account.role)

    async with AsyncExitStack() as stack:

        async def start(
            capabilities: Sequence[Routes] = CAPABILITIES, *, mounted: str = "", **options: Any
        ) -> Client:
            application = create_application(
                services, identify, Options(**options), capabilities=capabilities
            )
            witnesses.append(witness := Witness(document(capabilities)))
            application.on_response_prepare.append(witness.look)
            outer = application
            if mounted:
                outer = web.Application(client_max_size=1)
                outer.add_subapp(mounted, application)
            return await stack.enter_async_context(TestClient(TestServer(outer)))

        yield start
    assert [complaint for witness in witnesses for complaint in witness.complaints] == []


@pytest.fixture
async def client(start: Start) -> Client:
    return await start()


@pytest.fixture
def sign_in(store: MemoryStore) -> Callable[..., Awaitable[Signature]]:
    async def sign_in(username: str | None = None, role: Role = Role.USER) -> Signature:
        account = await AddAccount(store.begin, lambda: NOON, Uuid7())(username, role)
        return Signature(account.id, {"Authorization": f"Bearer {account.id}"})

    return sign_in


@pytest.fixture
async def user(sign_in: Callable[..., Awaitable[Signature]]) -> Signature:
    return await sign_in("trinity")


@pytest.fixture
async def moderator(sign_in: Callable[..., Awaitable[Signature]]) -> Signature:
    return await sign_in("morpheus", Role.MODERATOR)
