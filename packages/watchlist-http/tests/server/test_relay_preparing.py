"""What follows several events may be prepared together; each is delivered by itself."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from attrs import define, field
from sqlalchemy import select
from typing_extensions import override

from tests.servers.relays import AT_ONCE, GOING_ON, record
from watchlist_core.catalogue import MoviesImported
from watchlist_core.work import Busy
from watchlist_http.server.reactions import Delivery, Happened, Reactions
from watchlist_http.server.relay import Patience, Relay
from watchlist_sql.database import Database
from watchlist_sql.outbox import Counted, Outbox
from watchlist_sql.tables import outbox


@define
class Post:
    """Prepares events, and delivers all but those that a test says cannot be."""

    unprepared: dict[int, Exception] = field(factory=dict)
    undelivered: set[int] = field(factory=set)
    prepared: list[list[int]] = field(factory=list)
    delivered: list[int] = field(factory=list)

    async def prepare(self, happened: Sequence[Happened[Any]]) -> Sequence[Delivery]:
        numbers = [one.event.added for one in happened]
        self.prepared.append(sorted(numbers))
        for number in numbers:
            if number in self.unprepared:
                raise self.unprepared[number]
        return [Delivery([one], partial(self.deliver, one.event.added)) for one in happened]

    async def deliver(self, number: int) -> None:
        if number in self.undelivered:
            raise ConnectionError("no mail today")
        self.delivered.append(number)

    def relay(self, database: Database, patience: Patience = AT_ONCE) -> Relay:
        reactions = Reactions()
        reactions.prepare([MoviesImported], self.prepare)
        return Relay(Outbox(database), reactions, lambda: 1.0, patience, at_once=2)


@pytest.fixture
def post() -> Post:
    return Post()


async def reasons(database: Database) -> set[str | None]:
    return {reason for (reason,) in await database.fetch(select(outbox.c.reason))}


async def test_all_that_is_claimed_is_prepared_in_one_go(database: Database, post: Post) -> None:
    await record(database, 1, 2, 3)

    await post.relay(database)(GOING_ON)

    assert post.prepared == [[1, 2, 3]]
    assert sorted(post.delivered) == [1, 2, 3]
    assert await Outbox(database).count() == Counted(waiting=0, parked=0)


async def test_what_is_not_delivered_is_prepared_again_without_the_others(
    database: Database, post: Post
) -> None:
    await record(database, 1, 2, 3)
    post.undelivered = {2}

    await post.relay(database)(GOING_ON)
    left = await Outbox(database).count()
    post.undelivered = set()
    await post.relay(database)(GOING_ON)

    assert left == Counted(waiting=1, parked=0)
    assert post.prepared == [[1, 2, 3], [2]]
    assert sorted(post.delivered) == [1, 2, 3]


async def test_what_cannot_be_prepared_stops_nobody(database: Database, post: Post) -> None:
    await record(database, 1, 2, 3)
    post.unprepared = {2: ValueError("whose mail is this")}

    for _ in range(3):
        await post.relay(database)(GOING_ON)

    assert sorted(post.delivered) == [1, 3]
    assert await reasons(database) == {None, "ValueError: whose mail is this"}
    assert await Outbox(database).count() == Counted(waiting=0, parked=1)


async def test_while_others_write_all_wait_together(database: Database, post: Post) -> None:
    await record(database, 1, 2, 3)
    post.unprepared = {2: Busy()}

    await post.relay(database)(GOING_ON)

    assert post.prepared == [[1, 2, 3]]
    assert post.delivered == []
    assert await Outbox(database).count() == Counted(waiting=3, parked=0)


async def test_a_preparation_that_hangs_ends_before_the_lease(database: Database) -> None:
    class Hanging(Post):
        @override
        async def prepare(self, happened: Sequence[Happened[Any]]) -> Sequence[Delivery]:
            await asyncio.Event().wait()
            return await super().prepare(happened)

    await record(database, 1, 2)
    patience = Patience(attempts=3, first_pause=timedelta(0), lease=timedelta(seconds=0.4))

    await Hanging().relay(database, patience)(GOING_ON)

    assert await reasons(database) == {"not prepared in time"}
