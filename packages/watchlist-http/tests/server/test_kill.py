"""The server is killed in the middle of everything, and nothing that it promised is lost."""

import asyncio
from asyncio import create_task, gather
from collections.abc import Mapping
from itertools import cycle
from typing import Any, TypeAlias
from uuid import UUID

from aiohttp import ClientError
from attrs import define, field
from sqlalchemy import func, select

from tests.servers.watchlist import PATIENCE, House, Running, Start
from watchlist_core.ids import AccountId, MovieId
from watchlist_sql.database import Database, open_database
from watchlist_sql.tables import accounts, movies, outbox, ratings, watches

Key: TypeAlias = tuple[AccountId, MovieId]

CLIENTS = 8
MOMENTS = [1, 7, 40, 90, 200]
"""Answers since the last start after which the server is killed."""


@define
class Promised:
    """What the server said it has kept, and what it may have kept without being able to say so."""

    watches: set[UUID] = field(factory=set)
    rated: set[Key] = field(factory=set)
    halves: dict[Key, list[int]] = field(factory=dict)
    """The last that was acknowledged, and what was sent since."""
    answers: int = 0

    def sent(self, key: Key, halves: int) -> None:
        self.halves.setdefault(key, []).append(halves)

    def acknowledged(self, key: Key, halves: int) -> None:
        self.rated.add(key)
        self.halves[key] = [halves]
        self.answers += 1


async def use(server: Running, house: House, number: int, promised: Promised) -> None:
    """Watch and rate, as fast as one client can, until the server is gone."""
    account = house.accounts[number]
    async with house.client(server, account) as client:
        for turn, movie in enumerate(cycle(house.movies)):
            halves = 2 + (number + turn) % 9
            try:
                async with client.post("/api/v1/watches", json={"movie_id": str(movie)}) as answer:
                    assert answer.status == 201, await answer.text()
                    promised.watches.add(UUID((await answer.json())["id"]))
                    promised.answers += 1
                promised.sent((account, movie), halves)
                url = f"/api/v1/movies/{movie}/rating"
                async with client.put(url, json={"stars": halves / 2}) as answer:
                    assert answer.status == 200, await answer.text()
                    promised.acknowledged((account, movie), halves)
            except (ClientError, ConnectionError):
                return


async def until(promised: Promised, answers: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while promised.answers < answers:  # noqa: ASYNC110  it is counted, and looked at each moment
            await asyncio.sleep(0)


async def rated(database: Database) -> Mapping[Key, int]:
    rows = await database.fetch(
        select(accounts.c.id, movies.c.id, ratings.c.halves)
        .join_from(ratings, accounts, accounts.c.key == ratings.c.account_key)
        .join(movies, movies.c.key == ratings.c.movie_key)
    )
    return {(AccountId(account), MovieId(movie)): halves for account, movie, halves in rows}


async def events(database: Database, name: str) -> list[Mapping[str, Any]]:
    statement = select(outbox.c.payload).where(outbox.c.name == name).order_by(outbox.c.key)
    return [payload for (payload,) in await database.fetch(statement)]


async def recounted(database: Database) -> Mapping[MovieId, tuple[int, int]]:
    rows = await database.fetch(
        select(movies.c.id, func.count(ratings.c.key), func.coalesce(func.sum(ratings.c.halves), 0))
        .join_from(movies, ratings, movies.c.key == ratings.c.movie_key, isouter=True)
        .group_by(movies.c.id)
    )
    return {MovieId(movie): (count, halves) for movie, count, halves in rows}


async def check_promises(database: Database, promised: Promised) -> None:
    kept = await rated(database)
    watched = {watch for (watch,) in await database.fetch(select(watches.c.id))}
    assert promised.watches <= watched
    assert promised.rated <= kept.keys()
    assert all(halves in promised.halves[key] for key, halves in kept.items())
    promised.halves = {key: [halves] for key, halves in kept.items()}


async def check_that_nothing_is_half(database: Database) -> None:
    kept = await rated(database)
    scores = await database.fetch(
        select(movies.c.id, movies.c.rating_count, movies.c.rating_halves)
    )
    assert {movie: (count, halves) for movie, count, halves in scores} == await recounted(database)

    noted = {UUID(event["watch"]) for event in await events(database, "movie-watched")}
    assert noted == {watch for (watch,) in await database.fetch(select(watches.c.id))}

    last = {
        (UUID(event["account"]), UUID(event["movie"])): event["halves"]
        for event in await events(database, "movie-rated")
    }
    assert last == kept


async def test_what_was_acknowledged_survives_being_killed(serve: Start, house: House) -> None:
    promised = Promised()
    server = await serve(**house.settings)
    database = await open_database(house.url)
    for moment in MOMENTS:
        promised.answers = 0
        clients = [create_task(use(server, house, n, promised)) for n in range(CLIENTS)]
        await until(promised, moment)

        server.process.kill()
        await gather(*clients)
        await server.ended()
        server = await serve(**house.settings)

        await check_promises(database, promised)
        await check_that_nothing_is_half(database)
    await database.close()
    assert await server.stop() == 0
