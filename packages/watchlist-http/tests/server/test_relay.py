"""Events reach their reactions at least once, whatever dies or fails, and never twice at a time."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from attrs import define, evolve
from sqlalchemy import insert, select
from structlog.testing import capture_logs

from tests.servers.relays import AT_ONCE, GOING_ON, Heard, a_relay, record
from watchlist_core.catalogue import MovieAdded, MoviesImported
from watchlist_core.ids import MovieId, Uuid7
from watchlist_core.testing.contracts import NOON
from watchlist_http.server.reactions import (
    Happened,
    Later,
    Never,
    RefreshStatistics,
)
from watchlist_http.server.relay import Patience
from watchlist_sql.database import Database
from watchlist_sql.parked import ParkedEvents
from watchlist_sql.tables import outbox
from watchlist_sql.unit_of_work import unit_of_work

IMPORTED = Happened(1, MoviesImported(100))


async def reasons(database: Database) -> Sequence[str | None]:
    return [reason for (reason,) in await database.fetch(select(outbox.c.reason))]


async def test_an_event_reaches_its_reaction_once(database: Database, heard: Heard) -> None:
    await record(database, 1, 2)
    relay = a_relay(database, heard)

    await relay(GOING_ON)
    await relay(GOING_ON)

    assert sorted(heard.calls) == [[1], [2]]
    assert (await relay.outbox.count()).waiting == 0


async def test_an_event_that_was_not_committed_reaches_nobody(
    database: Database, heard: Heard
) -> None:
    async with unit_of_work(database)() as work:
        work.record(MoviesImported(1))

    await a_relay(database, heard)(GOING_ON)

    assert heard.calls == []


async def test_what_nobody_answers_is_delivered_by_being_looked_at(
    database: Database, heard: Heard
) -> None:
    async with unit_of_work(database)() as work:
        work.record(MovieAdded(MovieId(Uuid7()())))
        await work.commit()
    relay = a_relay(database, heard)

    await relay(GOING_ON)

    assert heard.calls == []
    assert (await relay.outbox.count()).waiting == 0


async def test_events_can_be_answered_together(database: Database, heard: Heard) -> None:
    await record(database, 1, 2, 3)

    await a_relay(database, heard, together=True)(GOING_ON)

    assert [sorted(call) for call in heard.calls] == [[1, 2, 3]]


async def test_a_full_batch_tells_that_more_may_be_waiting(
    database: Database, heard: Heard
) -> None:
    await record(database, *range(101))
    relay = a_relay(database, heard, together=True)

    more = [await relay(GOING_ON), await relay(GOING_ON)]

    assert more == [True, False]
    assert [len(call) for call in heard.calls] == [100, 1]


async def test_a_reaction_that_fails_stops_nobody_and_is_called_again(
    database: Database, heard: Heard
) -> None:
    await record(database, 1, 2)
    heard.trouble = ConnectionError("no mail today")
    relay = a_relay(database, heard)

    await relay(GOING_ON)
    told = await reasons(database)
    heard.trouble = None
    await relay(GOING_ON)

    assert told == ["ConnectionError: no mail today"] * 2
    assert sorted(heard.calls) == [[1], [1], [2], [2]]
    assert (await relay.outbox.count()).waiting == 0


async def test_whatever_an_error_says_is_kept(database: Database, heard: Heard) -> None:
    await record(database, 1)
    heard.trouble = ValueError("\0\ud800é" + 1_000 * "x")

    await a_relay(database, heard)(GOING_ON)

    (told,) = await reasons(database)
    assert told is not None
    assert told.startswith("ValueError: ??éxxx")
    assert len(told) == 500


async def test_what_failed_waits_before_it_comes_again(database: Database, heard: Heard) -> None:
    await record(database, 1)
    heard.trouble = ConnectionError()
    relay = a_relay(database, heard, Patience())

    await relay(GOING_ON)
    await relay(GOING_ON)

    assert heard.calls == [[1]]
    assert (await relay.outbox.count()).waiting == 1


async def test_what_fails_again_and_again_is_parked_until_a_person_says_so(
    database: Database, heard: Heard
) -> None:
    await record(database, 1)
    heard.trouble = ConnectionError("no mail today")
    relay = a_relay(database, heard)

    with capture_logs() as lines:
        for _ in range(5):
            await relay(GOING_ON)
    parked = await relay.outbox.count()
    heard.trouble = None
    await ParkedEvents(database).retry()
    await relay(GOING_ON)

    assert len(heard.calls) == 3 + 1
    assert (parked.waiting, parked.parked) == (0, 1)
    assert [line["event"] for line in lines] == ["event failed"] * 2 + ["event parked"]
    assert {line["reason"] for line in lines} == {"ConnectionError: no mail today"}
    assert (await relay.outbox.count()).parked == 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("movies-imported", 99, {"added": 1}), "nobody here knows version 99 of it"),
        (("movies-eaten", 1, {}), "nobody here knows version 1 of it"),
        (("movies-imported", 1, {"eaten": 1}), "cannot be read: "),
    ],
)
async def test_an_event_that_cannot_be_read_is_kept_with_the_reason(
    database: Database, heard: Heard, row: tuple[str, int, object], reason: str
) -> None:
    async with database.writing() as connection:
        values = dict(zip(("name", "version", "payload"), row, strict=True))
        await connection.execute(insert(outbox).values(values))
        await connection.commit()
    await record(database, 1)
    relay = a_relay(database, heard)

    await relay(GOING_ON)
    first = await relay.outbox.count()
    for _ in range(3):
        await relay(GOING_ON)

    assert heard.calls == [[1]]
    assert (first.waiting, first.parked) == (1, 0)
    assert (await relay.outbox.count()).parked == 1
    (told,) = filter(None, await reasons(database))
    assert told.startswith(reason)


async def test_a_reaction_may_put_events_off(database: Database, heard: Heard) -> None:
    await record(database, 1)
    heard.trouble = Later(timedelta(0))
    relay = a_relay(database, heard)

    for _ in range(5):
        await relay(GOING_ON)

    assert heard.calls == [[1]] * 5
    assert (await relay.outbox.count()).waiting == 1


async def test_a_reaction_that_takes_too_long_is_stopped_before_its_lease_ends(
    database: Database,
) -> None:
    async def hang(_: Sequence[Happened[MoviesImported]]) -> None:
        await asyncio.Event().wait()

    await record(database, 1)

    await a_relay(database, hang, evolve(AT_ONCE, lease=timedelta(seconds=0.4)))(GOING_ON)

    assert await reasons(database) == ["not done in 0.1 s"]


async def test_what_will_never_be_done_is_parked_at_once(database: Database, heard: Heard) -> None:
    await record(database, 1)
    heard.trouble = Never("nobody lives there")
    relay = a_relay(database, heard)

    await relay(GOING_ON)

    assert await reasons(database) == ["nobody lives there"]
    assert (await relay.outbox.count()).parked == 1


@pytest.mark.parametrize(
    ("attempt", "random", "seconds"),
    [(1, 1.0, 2), (1, 0.0, 1), (2, 1.0, 4), (3, 0.5, 6), (9, 1.0, 512), (11, 1.0, 900)],
)
def test_the_pause_grows_and_leaves_half_to_chance(
    attempt: int, random: float, seconds: float
) -> None:
    pause = Patience().pause_after(attempt, random)

    assert pause == timedelta(seconds=seconds)


def test_patience_ends() -> None:
    assert Patience().pause_after(20, 0.5) is None


def test_patience_outlasts_an_hour_whatever_chance_says() -> None:
    pauses = [Patience().pause_after(attempt, 0.0) or timedelta() for attempt in range(1, 20)]

    assert sum(pauses, timedelta()) > timedelta(hours=1)


@define
class Counter:
    count: int = 0

    async def __call__(self) -> None:
        self.count += 1


async def test_statistics_are_refreshed_at_once_and_then_once_a_minute() -> None:
    clock, refresh = [NOON], Counter()
    react = RefreshStatistics(refresh, lambda: clock[-1])
    await react([IMPORTED])

    clock.append(NOON + timedelta(seconds=20))
    with pytest.raises(Later) as later:
        await react([IMPORTED])
    clock.append(NOON + timedelta(seconds=60))
    await react([IMPORTED, IMPORTED])

    assert later.value.pause == timedelta(seconds=40)
    assert refresh.count == 2
