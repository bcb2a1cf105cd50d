"""Two servers on one database, and many who ask for the same at the same moment."""

from asyncio import gather
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import cycle
from typing import Any, TypeAlias

import pytest
from aiohttp import ClientSession
from attrs import frozen
from sqlalchemy import select, update

from tests.servers.watchlist import KEY, Start, signed_in
from watchlist_core.auth import AccountSearch, AddAccount, Role
from watchlist_core.ids import Uuid7
from watchlist_core.paging import PageNumber
from watchlist_core.work import now
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import session_tokens

PASSWORD = "Follow-the-rabbit-42!"  # noqa: S105  of nobody


@frozen
class Reply:
    status: int
    told: Any


@frozen
class Site:
    """Two servers that share a database."""

    servers: tuple[ClientSession, ClientSession]
    store: SqlStore

    async def ask(
        self, server: int, method: str, path: str, bearer: str = "", /, **body: str
    ) -> Reply:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        async with self.servers[server].request(
            method, f"/api/v1/{path}", json=body or None, headers=headers
        ) as answer:
            told = await answer.json(content_type=None) if await answer.read() else None
            return Reply(answer.status, told)

    async def at_once(self, path: str, *bodies: dict[str, str]) -> list[Reply]:
        """Post them all, half to the one server and half to the other."""
        servers = cycle((0, 1))
        return await gather(*(self.ask(next(servers), "POST", path, **body) for body in bodies))


Opened: TypeAlias = Callable[..., Awaitable[Site]]


@pytest.fixture
async def opened(migrated_url: str, serve: Start) -> AsyncIterator[Opened]:
    async with AsyncExitStack() as stack:

        async def opened(**settings: str) -> Site:
            store = await SqlStore.open(migrated_url)
            stack.push_async_callback(store.close)
            usual = {
                "database_url": migrated_url,
                "auth_secret_keys": KEY,
                "auth_password_cost": "4",
                "limits_mail": "none",
            }
            servers = [await serve(**usual, **settings) for _ in range(2)]
            one, another = [
                await stack.enter_async_context(ClientSession(server.url)) for server in servers
            ]
            return Site((one, another), store)

        yield opened


@pytest.mark.parametrize(
    ("activation", "answers"),
    [("true", {(201, None): 20}), ("false", {(201, None): 1, (409, "address-taken"): 19})],
    ids=["with mail", "without mail"],
)
async def test_20_registrations_of_an_address_at_once_make_one_account(
    opened: Opened, activation: str, answers: dict[tuple[int, str | None], int]
) -> None:
    site = await opened(auth_require_activation=activation)
    wanted = [
        {"email": email, "password": PASSWORD} for email in ("neo@matrix.org", "Neo@MATRIX.org")
    ]

    replies = await site.at_once("auth/register", *wanted * 10)

    made = await site.store.account_queries.search(AccountSearch(), PageNumber())
    assert Counter((reply.status, reply.told.get("code")) for reply in replies) == answers
    assert len(made.items) == 1


async def test_of_20_uses_of_a_refresh_token_one_is_answered_by_a_pair_that_works(
    opened: Opened,
) -> None:
    site = await opened(auth_require_activation="false")
    trinity = {"email": "trinity@matrix.org", "password": PASSWORD}
    await site.ask(0, "POST", "auth/register", **trinity)
    first = (await site.ask(0, "POST", "auth/login", **trinity)).told["refresh_token"]

    replies = await site.at_once("auth/refresh", *[{"refresh_token": first}] * 20)

    refused = [reply.told["code"] for reply in replies if reply.status == 409]
    (pair,) = (reply.told for reply in replies if reply.status == 200)
    assert refused == ["refreshed-already"] * 19
    assert (await site.ask(1, "GET", "auth/me", pair["access_token"])).status == 200
    again = await site.ask(1, "POST", "auth/refresh", refresh_token=pair["refresh_token"])
    assert again.status == 200

    await an_hour_goes_by(site.store)
    stolen = await site.ask(0, "POST", "auth/refresh", refresh_token=first)
    last = await site.ask(1, "POST", "auth/refresh", refresh_token=again.told["refresh_token"])
    me = await site.ask(0, "GET", "auth/me", again.told["access_token"])
    assert [(reply.status, reply.told["code"]) for reply in (stolen, last, me)] == [
        (401, "invalid-token")
    ] * 3


async def an_hour_goes_by(store: SqlStore) -> None:
    """Let all tokens that are spent be so for an hour."""
    for digest, spent_at in await store.database.fetch(
        select(session_tokens.c.digest, session_tokens.c.spent_at)
    ):
        if spent_at:
            async with store.database.writing() as connection:
                await connection.execute(
                    update(session_tokens)
                    .where(session_tokens.c.digest == digest)
                    .values(spent_at=spent_at - timedelta(hours=1))
                )
                await connection.commit()


async def test_of_two_admins_who_remove_each_other_one_stays(opened: Opened) -> None:
    site = await opened()
    add = AddAccount(site.store.begin, now, Uuid7())
    admins = [(await add(role=Role.ADMIN)).id for _ in range(2)]
    bearers = [await signed_in(site.store, admin, KEY) for admin in admins]

    replies = await gather(
        site.ask(0, "DELETE", f"users/{admins[1]}", bearers[0]),
        site.ask(1, "DELETE", f"users/{admins[0]}", bearers[1]),
    )

    kept = await site.store.account_queries.search(AccountSearch(role=Role.ADMIN), PageNumber())
    # The second is told that he is the last one, unless he was removed before he was known.
    assert sorted(reply.status for reply in replies) in ([204, 409], [204, 401])
    assert len(kept.items) == 1
