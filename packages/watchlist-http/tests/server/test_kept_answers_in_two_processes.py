"""What has changed is shown at once where it was changed, and within a second elsewhere.

Though each server keeps whole answers: what a third one shows, which keeps none, is what is right.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from itertools import count
from random import Random
from time import monotonic
from typing import Any, Final, TypeAlias

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from attrs import field, frozen

from tests.servers.databases import PostgresqlDatabases, SqliteFiles
from tests.servers.run import TestRun
from tests.servers.watchlist import KEY, PATIENCE, programs, signed_in
from watchlist_core.auth import AddAccount, EmailAddress, Role
from watchlist_core.ids import Uuid7
from watchlist_core.work import now
from watchlist_sql.store import SqlStore

pytestmark = pytest.mark.asyncio(loop_scope="module")  # that of the servers' clients

BY_NOW: Final = 1.0
"""Seconds after which no process shows what was before."""
API: Final = "/api/v1"
Json: TypeAlias = Any
Shown: TypeAlias = tuple[int, str | None, str | None, bytes]


@frozen
class Film:
    """A movie of a test, with a genre of its own, that somebody has watched."""

    id: str
    title: str
    provider_value: str
    genre: str

    @property
    def paths(self) -> list[str]:
        """All that shows it: in lists, by itself and as a part of numbers."""
        return [
            f"/movies?title={self.title}",
            f"/movies?genre={self.genre}&sort=-average_rating",
            f"/movies/{self.id}",
            f"/movies/by-id/imdb/{self.provider_value}",
            "/genres?page_size=100",
            "/genres/statistics",
            f"/genres/{self.genre}",
        ]


@frozen
class Trio:
    """Two servers on one database, and a third that keeps no answers."""

    here: ClientSession
    there: ClientSession
    plain: ClientSession
    user: Mapping[str, str]
    moderator: Mapping[str, str]
    _numbers: Any = field(factory=count)

    async def film(self) -> Film:
        number = next(self._numbers)
        title, value = f"Film{number}", f"tt{number}"
        told = await self.tell(
            "POST",
            "/movies",
            title=title,
            year=1999,
            media_type="movie",
            genres=[f"Genre {number}"],
            external_ids=[{"provider": "imdb", "kind": "movie", "value": value}],
        )
        await self.tell("POST", "/watches", movie_id=told["id"])
        return Film(told["id"], title, value, told["genres"][0]["id"])

    async def tell(self, method: str, path: str, **body: object) -> Json:
        """Change something on the server here, as whoever may."""
        mine = path == "/watches" or path.endswith("/rating")
        headers = {**(self.user if mine else self.moderator), "If-Match": "*"}
        if method == "POST":
            del headers["If-Match"]
        async with self.here.request(
            method, API + path, json=body or None, headers=headers
        ) as answer:
            told = await answer.json(content_type=None) if await answer.read() else None
            assert answer.status < 300, told
            return told


async def shown(client: ClientSession, path: str) -> Shown:
    async with client.get(API + path) as answer:
        headers = answer.headers
        # A problem tells the id of its request, which is always another.
        body = await answer.read() if answer.status == 200 else b""
        return answer.status, headers.get("ETag"), headers.get("Link"), body


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def trio(
    request: pytest.FixtureRequest, test_run: TestRun, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Trio]:
    """Three servers on each kind of database in turn, the same for all tests of this module."""
    folder = tmp_path_factory.mktemp("databases")
    sqlite = request.param == "sqlite"
    databases = SqliteFiles(test_run, folder) if sqlite else PostgresqlDatabases.of(test_run)
    async with databases.migrated() as url, programs(folder, environment="development") as run:
        store = await SqlStore.open(url)
        add = AddAccount(store.begin, now, Uuid7())
        tokens = []
        for role in (Role.USER, Role.MODERATOR):
            account = await add(None, role, EmailAddress(f"{role}@example.org"), "hash")
            token = await signed_in(store, account.id, KEY)
            tokens.append({"Authorization": f"Bearer {token}"})
        await store.close()
        settings = {"database_url": url, "auth_secret_keys": KEY}
        servers = [
            await run("serve", "--port=0", **settings, http_kept_answers=kept)
            for kept in ("32", "32", "0")
        ]
        for server in servers:
            await server.is_up()
        here, there, plain = servers
        async with (
            ClientSession(here.url) as at_here,
            ClientSession(there.url) as at_there,
            ClientSession(plain.url) as at_plain,
        ):
            yield Trio(at_here, at_there, at_plain, *tokens)


Change: TypeAlias = Callable[[Trio, Film], Awaitable[Json]]


def rate(stars: float) -> Change:
    return lambda trio, film: trio.tell("PUT", f"/movies/{film.id}/rating", stars=stars)


def revise(**changes: object) -> Change:
    return lambda trio, film: trio.tell("PATCH", f"/movies/{film.id}", **changes)


def rename_genre(name: str) -> Change:
    async def rename(trio: Trio, film: Film) -> Json:
        return await trio.tell("PATCH", f"/genres/{film.genre}", name=f"{name} {film.title}")

    return rename


async def withdraw(trio: Trio, film: Film) -> Json:
    await trio.tell("DELETE", f"/movies/{film.id}")


async def add_another(trio: Trio, film: Film) -> Json:
    async with trio.plain.get(f"{API}/genres/{film.genre}") as answer:
        genre = (await answer.json())["name"]
    title = f"{film.title} again"
    await trio.tell("POST", "/movies", title=title, media_type="movie", genres=[genre])


@pytest.mark.parametrize(
    "change",
    [rate(4.5), revise(description="Another."), rename_genre("Western"), withdraw, add_another],
    ids=["rate", "revise", "rename", "withdraw", "add"],
)
async def test_a_change_is_shown_at_once_here_and_within_a_second_there(
    trio: Trio, change: Change
) -> None:
    film = await trio.film()
    for path in film.paths:
        right = await shown(trio.plain, path)
        assert await shown(trio.here, path) == right

    await change(trio, film)
    changed = monotonic()

    for path in film.paths:
        right = await shown(trio.plain, path)
        assert await shown(trio.here, path) == right, path
    async with asyncio.timeout(PATIENCE):
        for path in film.paths:
            right = await shown(trio.plain, path)
            asked = monotonic()
            while await shown(trio.there, path) != right:
                assert asked - changed < BY_NOW, path
                asked = monotonic()


async def test_a_change_is_seen_there_within_a_second_by_who_never_stops_asking(
    trio: Trio,
) -> None:
    film = await trio.film()
    path = f"/movies/{film.id}"

    for number in range(4):
        change = rate(number + 1) if number % 2 else revise(description=f"Number {number}.")
        before = await shown(trio.there, path)
        while (again := await shown(trio.there, path)) != await shown(trio.plain, path):
            before = again
        await change(trio, film)
        changed = monotonic()
        right = await shown(trio.plain, path)
        assert right != before
        async with asyncio.timeout(PATIENCE):
            asked = monotonic()
            while await shown(trio.there, path) != right:
                assert asked - changed < BY_NOW
                asked = monotonic()


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_kept_is_what_would_be_made_after_any_changes(trio: Trio, seed: int) -> None:
    random = Random(seed)  # noqa: S311  repeatable, not secret
    films = [await trio.film() for _ in range(3)]
    changes = [
        *(rate(random.randint(2, 10) / 2) for _ in range(6)),
        *(revise(description=f"{seed} {number}") for number in range(3)),
        revise(year=2000 + seed),
        rename_genre("Drama"),
        add_another,
    ]
    random.shuffle(changes)

    for change in changes:
        await change(trio, random.choice(films))
        for film in random.sample(films, 2):
            for path in random.sample(film.paths, 3):
                assert await shown(trio.here, path) == await shown(trio.plain, path), path
