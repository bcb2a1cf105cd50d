"""What somebody may do no more ends at once where he is told so, and within a second elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from itertools import count
from time import monotonic
from typing import Any, Final, TypeAlias

import pytest
import pytest_asyncio
from aiohttp import ClientSession, DummyCookieJar
from attrs import field, frozen

from tests.servers.databases import PostgresqlDatabases, SqliteFiles
from tests.servers.run import TestRun
from tests.servers.watchlist import KEY, PATIENCE, programs
from watchlist_core.auth import (
    AddAccount,
    EmailAddress,
    IssueMailToken,
    Lives,
    MailPurpose,
    Role,
)
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.security import BcryptPasswords
from watchlist_core.work import now
from watchlist_http.server.use_cases import new_token
from watchlist_sql.store import SqlStore

pytestmark = pytest.mark.asyncio(loop_scope="module")  # that of the servers' clients

PASSWORD: Final = "Follow-the-rabbit-42!"  # noqa: S105  opens nothing but what tests make
ANOTHER: Final = "There-is-no-spoon-1!"
BY_NOW: Final = 1.0
"""Seconds after which no process believes any more what has changed."""
ON_THE_PAGE: Final = {"X-Watchlist-Page": "1", "Sec-Fetch-Site": "same-origin"}
Headers: TypeAlias = Mapping[str, str]


@frozen
class Person:
    id: AccountId
    email: str
    tokens: Mapping[str, str]
    tokens_at_home: Mapping[str, str]
    cookie: Headers

    @property
    def headers(self) -> Headers:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    @property
    def headers_at_home(self) -> Headers:
        return {"Authorization": f"Bearer {self.tokens_at_home['access_token']}"}


@frozen
class Pair:
    """Two servers on one database."""

    here: ClientSession
    there: ClientSession
    store: SqlStore
    password_hash: str
    _numbers: Any = field(factory=count)

    async def person(self, role: Role = Role.USER) -> Person:
        """Make somebody who is signed in twice by programs, and once on the page."""
        email = f"person-{next(self._numbers)}@example.org"
        add = AddAccount(self.store.begin, now, Uuid7())
        account = await add(None, role, EmailAddress(email), self.password_hash)
        known = {"email": email, "password": PASSWORD}
        tokens, tokens_at_home = [
            (await self.tell("POST", "auth/login", {}, **known))[1] for _ in range(2)
        ]
        async with self.here.post("/api/v1/auth/session", json=known) as answer:
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return Person(account.id, email, tokens, tokens_at_home, {"Cookie": cookie})

    async def tell(
        self, method: str, path: str, headers: Headers, /, **body: object
    ) -> tuple[int, Any]:
        """Ask the server here."""
        async with self.here.request(
            method, f"/api/v1/{path}", json=body or None, headers=headers
        ) as answer:
            told = await answer.json(content_type=None) if await answer.read() else None
            assert answer.status < 300, told
            return answer.status, told


Change: TypeAlias = Callable[[Pair, Person], Awaitable[None]]


async def sign_out(pair: Pair, person: Person) -> None:
    refresh_token = person.tokens["refresh_token"]
    await pair.tell("POST", "auth/logout", person.headers, refresh_token=refresh_token)


async def sign_out_everywhere(pair: Pair, person: Person) -> None:
    await pair.tell("POST", "auth/logout-all", person.headers_at_home)


async def sign_out_on_page(pair: Pair, person: Person) -> None:
    await pair.tell("DELETE", "auth/session", {**person.cookie, **ON_THE_PAGE})


async def be_deactivated(pair: Pair, person: Person) -> None:
    admin = await pair.person(Role.ADMIN)
    await pair.tell("PATCH", f"users/{person.id}", admin.headers, is_active=False)


async def be_removed(pair: Pair, person: Person) -> None:
    admin = await pair.person(Role.ADMIN)
    await pair.tell("DELETE", f"users/{person.id}", admin.headers)


async def change_password(pair: Pair, person: Person) -> None:
    change = {"current_password": PASSWORD, "new_password": ANOTHER}
    await pair.tell("PUT", "auth/password", person.headers_at_home, **change)


async def reset_password(pair: Pair, person: Person) -> None:
    issue = IssueMailToken(pair.store.begin, now, new_token, Lives())
    issued = await issue(person.id, MailPurpose.PASSWORD_RESET)
    assert issued
    change = {"token": issued.token, "new_password": ANOTHER}
    await pair.tell("POST", "auth/password-reset/complete", {}, **change)


async def be_demoted(pair: Pair, person: Person) -> None:
    admin = await pair.person(Role.ADMIN)
    await pair.tell("PATCH", f"users/{person.id}", admin.headers, role="user")


async def be_promoted(pair: Pair, person: Person) -> None:
    admin = await pair.person(Role.ADMIN)
    await pair.tell("PATCH", f"users/{person.id}", admin.headers, role="admin")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def pair(
    request: pytest.FixtureRequest, test_run: TestRun, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Pair]:
    """Two servers on each kind of database in turn, the same for all tests of this module."""
    folder = tmp_path_factory.mktemp("databases")
    sqlite = request.param == "sqlite"
    databases = SqliteFiles(test_run, folder) if sqlite else PostgresqlDatabases.of(test_run)
    passwords = BcryptPasswords(cost=4)
    async with databases.migrated() as url, programs(folder, environment="development") as run:
        settings = {"database_url": url, "auth_secret_keys": KEY, "auth_password_cost": "4"}
        servers = [await run("serve", "--port=0", **settings) for _ in range(2)]
        for server in servers:
            await server.is_up()
        store = await SqlStore.open(url)
        try:
            async with (
                ClientSession(servers[0].url, cookie_jar=DummyCookieJar()) as here,
                ClientSession(servers[1].url, cookie_jar=DummyCookieJar()) as there,
            ):
                yield Pair(here, there, store, await passwords.hash(PASSWORD))
        finally:
            passwords.close()
            await store.close()


async def status(client: ClientSession, path: str, headers: Headers) -> int:
    async with client.get(f"/api/v1/{path}", headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("change", "role", "shown", "path", "before", "after"),
    [
        (sign_out, Role.USER, "headers", "auth/me", 200, 401),
        (sign_out_everywhere, Role.USER, "headers", "auth/me", 200, 401),
        (sign_out_everywhere, Role.USER, "cookie", "auth/me", 200, 401),
        (sign_out_on_page, Role.USER, "cookie", "auth/me", 200, 401),
        (be_deactivated, Role.USER, "headers", "auth/me", 200, 401),
        (be_deactivated, Role.USER, "cookie", "auth/me", 200, 401),
        (be_removed, Role.ADMIN, "headers", "users", 200, 401),
        (change_password, Role.USER, "headers", "auth/me", 200, 401),
        (change_password, Role.USER, "cookie", "auth/me", 200, 401),
        (reset_password, Role.USER, "headers", "auth/me", 200, 401),
        (be_demoted, Role.ADMIN, "headers", "users", 200, 403),
        (be_demoted, Role.ADMIN, "cookie", "users", 200, 403),
        (be_promoted, Role.USER, "headers", "users", 403, 200),
    ],
)
async def test_what_has_changed_acts_at_once_here_and_within_a_second_there(
    *, pair: Pair, change: Change, role: Role, shown: str, path: str, before: int, after: int
) -> None:
    person = await pair.person(role)
    headers = getattr(person, shown)
    assert await status(pair.here, path, headers) == before
    assert await status(pair.there, path, headers) == before

    await change(pair, person)
    changed = monotonic()

    assert await status(pair.here, path, headers) == after
    async with asyncio.timeout(PATIENCE):
        asked = monotonic()
        while (found := await status(pair.there, path, headers)) == before:
            assert asked - changed < BY_NOW
            asked = monotonic()
    assert found == after


async def test_who_changes_his_password_stays_signed_in(pair: Pair) -> None:
    person = await pair.person()

    await change_password(pair, person)

    for client in (pair.here, pair.there):
        assert await status(client, "auth/me", person.headers_at_home) == 200
