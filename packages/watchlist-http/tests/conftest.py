"""The API on a store in memory, and somebody who looks at every answer it gives."""

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web_app import _cached_build_middleware
from attrs import define, field, frozen
from msgspec.structs import replace

from tests.servers.promises import Json, Promises
from watchlist_core.auditing import ListAudit
from watchlist_core.auth import (
    AccessTokens,
    Activate,
    AddAccount,
    Admit,
    ChangePassword,
    CreateAccount,
    EmailAddress,
    Identify,
    IdentifyPage,
    Lives,
    NewToken,
    OpenSession,
    PasswordRules,
    Refresh,
    Register,
    RemoveAccount,
    RequestActivation,
    RequestPasswordReset,
    ResetPassword,
    ReviseAccount,
    Role,
    SearchAccounts,
    ShowAccount,
    SignIn,
    SignInLimits,
    SignInOnPage,
    SignOut,
    SignOutEverywhere,
    SignOutOnPage,
    VerifyToken,
)
from watchlist_core.catalogue import (
    AddGenre,
    AddMovie,
    BrowseGenres,
    BrowseMovies,
    FindMovie,
    RemoveGenre,
    ReviseGenre,
    ReviseMovie,
    SearchMovies,
    ShowGenre,
    ShowGenreStatistics,
    ShowMovie,
    SuggestTitles,
    WithdrawMovie,
)
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.paging import Page, PageNumber, Total, Window
from watchlist_core.rating import ListRatings, RateMovie
from watchlist_core.testing import MemoryStore, PlainAccessTokens, PlainPasswords
from watchlist_core.watching import WatchMovie
from watchlist_http.api import CAPABILITIES
from watchlist_http.application import create_application
from watchlist_http.authentication import Authentication
from watchlist_http.deliveries import Deliveries, UndeliveredEvent
from watchlist_http.openapi import document
from watchlist_http.options import Options
from watchlist_http.routing import Routes, Services

Client: TypeAlias = TestClient[web.Request, web.Application]
Start: TypeAlias = Callable[..., Awaitable[Client]]

NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)


@define
class Watch:
    """What tells the time: it stands at noon until somebody turns it."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@frozen
class Signature:
    """The headers of somebody who is signed in."""

    account: AccountId
    headers: dict[str, str]
    refresh_token: str
    email: str
    password: str


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
def watch() -> Watch:
    return Watch()


@pytest.fixture
def passwords() -> PlainPasswords:
    return PlainPasswords()


@pytest.fixture
def tokens(watch: Watch) -> AccessTokens:
    return PlainAccessTokens(watch)


@pytest.fixture
def new_token() -> NewToken:
    """Make tokens that can be told: each has its number, the first is 1."""
    numbers = count(1)
    return lambda: f"token-{next(numbers)}"


@pytest.fixture
def authentication(store: MemoryStore, tokens: AccessTokens, watch: Watch) -> Authentication:
    return Authentication(
        Identify(tokens, store.account_queries, watch), IdentifyPage(store.account_queries, watch)
    )


@pytest.fixture
def auth_services(
    *,
    store: MemoryStore,
    watch: Watch,
    passwords: PlainPasswords,
    tokens: AccessTokens,
    new_token: NewToken,
    authentication: Authentication,
) -> Sequence[object]:
    begin, queries, new_id = store.begin, store.account_queries, Uuid7()
    rules, lives, limits = PasswordRules(), Lives(), SignInLimits()
    changed = authentication.forget
    admit = Admit(begin, watch, new_id, new_token, passwords, queries, limits)
    return (
        Register(begin, watch, new_id, passwords, rules, activation_required=True),
        Activate(begin, watch),
        RequestActivation(begin),
        RequestPasswordReset(begin),
        ResetPassword(begin, watch, passwords, rules, changed),
        SignIn(admit, tokens, lives),
        SignInOnPage(admit, lives),
        Refresh(begin, watch, new_token, tokens, lives, changed),
        VerifyToken(tokens, queries, watch),
        SignOut(begin, changed),
        SignOutOnPage(begin, changed),
        SignOutEverywhere(begin, changed),
        ChangePassword(begin, watch, passwords, rules, queries, limits, changed),
        CreateAccount(begin, watch, new_id, passwords, rules),
        SearchAccounts(queries),
        ShowAccount(queries),
        ReviseAccount(begin, changed),
        RemoveAccount(begin, changed),
        ListAudit(store.audit_queries),
    )


@define
class Undelivered:
    """The events of a server that delivers none, as a test puts them in."""

    events: list[UndeliveredEvent] = field(factory=list)

    async def page(self, window: Window, *, parked: bool) -> Page[UndeliveredEvent]:
        wanted = [one for one in self.events if bool(one.parked_at) is parked]
        start = window.offset if isinstance(window, PageNumber) else int(window.position[0] or 0)
        end = start + window.page_size
        return Page(wanted[start:end], (end,) if wanted[end:] else None, Total(len(wanted)))

    async def retry(self, event: int) -> int:
        parked = [one for one in self.events if one.parked_at and one.id == event]
        for one in parked:
            self.events[self.events.index(one)] = replace(one, parked_at=None, attempts=0)
        return len(parked)


@pytest.fixture
def undelivered() -> Undelivered:
    return Undelivered()


@pytest.fixture
def services(
    store: MemoryStore,
    watch: Watch,
    auth_services: Sequence[object],
    undelivered: Undelivered,
) -> Services:
    begin, movies, genres, new_id = store.begin, store.movie_queries, store.genre_queries, Uuid7()
    services = Services()
    for service in (
        AddMovie(begin, watch, new_id),
        BrowseMovies(movies),
        ShowMovie(movies),
        FindMovie(movies),
        ReviseMovie(begin, new_id),
        WithdrawMovie(begin),
        SearchMovies(store.movie_search),
        SuggestTitles(store.movie_search),
        AddGenre(begin, new_id),
        BrowseGenres(genres),
        ShowGenre(genres),
        ShowGenreStatistics(genres),
        ReviseGenre(begin),
        RemoveGenre(begin),
        WatchMovie(begin, watch, new_id),
        RateMovie(begin, watch),
        ListRatings(store.rating_queries),
        Deliveries(undelivered.page, undelivered.retry),
        *auth_services,
    ):
        services.add(service)
    return services


@pytest.fixture
def witnesses() -> list[Witness]:
    """Who looks at the answers of the APIs that a test starts."""
    return []


@pytest.fixture
async def start(
    authentication: Authentication, services: Services, witnesses: list[Witness]
) -> AsyncIterator[Start]:
    """Start the API, mounted where the test wants it; its answers are compared at the end."""
    async with AsyncExitStack() as stack:

        async def start(
            capabilities: Sequence[Routes] = CAPABILITIES, *, mounted: str = "", **options: Any
        ) -> Client:
            application = create_application(
                services, authentication, Options(**options), capabilities=capabilities
            )
            told = [one if options.get("guests", True) else one.closed() for one in capabilities]
            witnesses.append(witness := Witness(document(told)))
            application.on_response_prepare.append(witness.look)
            outer = application
            if mounted:
                outer = web.Application(client_max_size=1)
                outer.add_subapp(mounted, application)
            return await stack.enter_async_context(TestClient(TestServer(outer)))

        yield start
    # aiohttp keeps the last thousand handlers, and by them whole applications of some megabytes.
    _cached_build_middleware.cache_clear()
    assert [complaint for witness in witnesses for complaint in witness.complaints] == []


@pytest.fixture
async def client(start: Start) -> Client:
    return await start()


@pytest.fixture
def sign_in(
    store: MemoryStore,
    watch: Watch,
    passwords: PlainPasswords,
    tokens: AccessTokens,
    new_token: NewToken,
) -> Callable[..., Awaitable[Signature]]:
    new_id, numbers = Uuid7(), count(1)
    open_session = OpenSession(store.begin, watch, new_id, new_token, tokens, Lives())

    async def sign_in(username: str | None = None, role: Role = Role.USER) -> Signature:
        email = f"{username or 'somebody'}-{next(numbers)}@example.org"
        password = f"Knock-knock-{username}-1!"
        account = await AddAccount(store.begin, watch, new_id)(
            username, role, EmailAddress(email), await passwords.hash(password)
        )
        signed = await open_session(account.id)
        headers = {"Authorization": f"Bearer {signed.access}"}
        return Signature(account.id, headers, signed.refresh, email, password)

    return sign_in


@pytest.fixture
async def user(sign_in: Callable[..., Awaitable[Signature]]) -> Signature:
    return await sign_in("trinity")


@pytest.fixture
async def moderator(sign_in: Callable[..., Awaitable[Signature]]) -> Signature:
    return await sign_in("morpheus", Role.MODERATOR)


@pytest.fixture
async def admin(sign_in: Callable[..., Awaitable[Signature]]) -> Signature:
    return await sign_in("oracle", Role.ADMIN)
