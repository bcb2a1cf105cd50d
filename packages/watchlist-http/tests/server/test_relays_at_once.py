"""Deliveries and relays at the same time: those that share, hang, stop, or are killed."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from sqlalchemy import select, update
from typing_extensions import override

from tests.servers.relays import AT_ONCE, GOING_ON, Heard, a_relay, record
from watchlist_core.catalogue import MovieAdded, MoviesImported
from watchlist_core.ids import MovieId, Uuid7
from watchlist_http.server.reactions import (
    Happened,
    Reactions,
)
from watchlist_http.server.relay import Patience, Relay
from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database
from watchlist_sql.outbox import Claimed, Outbox, Share
from watchlist_sql.tables import outbox
from watchlist_sql.unit_of_work import unit_of_work


async def test_several_are_delivered_at_the_same_time_and_noted_in_one_work(
    database: Database,
) -> None:
    together = asyncio.Barrier(3)

    async def meet(_: Sequence[Happened[MoviesImported]]) -> None:
        await together.wait()

    await record(database, *range(9))
    noted: list[int] = []

    class Watched(Outbox):
        @override
        async def delivered(self, claimed: Sequence[Claimed]) -> None:
            noted.append(len(claimed))
            await super().delivered(claimed)

    relay = evolve(a_relay(database, meet), outbox=Watched(database), at_once=3, note_every=60)

    await relay(GOING_ON)

    assert [number for number in noted if number] == [9]
    assert (await relay.outbox.count()).waiting == 0


async def test_what_is_delivered_is_noted_while_others_still_are_being_delivered(
    database: Database,
) -> None:
    is_noted = asyncio.Event()

    async def wait_for_the_first(happened: Sequence[Happened[MoviesImported]]) -> None:
        if happened[0].event.added == 2:
            await is_noted.wait()

    class Watched(Outbox):
        @override
        async def delivered(self, claimed: Sequence[Claimed]) -> None:
            await super().delivered(claimed)
            if claimed:
                is_noted.set()

    await record(database, 1, 2)
    relay = evolve(
        a_relay(database, wait_for_the_first, Patience()),
        outbox=Watched(database),
        at_once=2,
        note_every=0.01,
    )

    await relay(GOING_ON)

    assert (await relay.outbox.count()).waiting == 0
    assert [number for (number,) in await database.fetch(select(outbox.c.attempts))] == [1, 1]


async def test_a_relay_that_is_ended_leaves_no_delivery_behind(database: Database) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def hang(_: Sequence[Happened[MoviesImported]]) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    await record(database, 1)
    relaying = asyncio.create_task(a_relay(database, hang, Patience())(GOING_ON))
    await began.wait()

    relaying.cancel()

    with pytest.raises(asyncio.CancelledError):
        await relaying
    assert ended.is_set()


async def test_what_hangs_delays_nobody_who_has_a_share_of_his_own(database: Database) -> None:
    async def hang(_: Sequence[Happened[MoviesImported]]) -> None:
        await asyncio.Event().wait()

    await record(database, *range(250))
    async with unit_of_work(database)() as work:
        work.record(MovieAdded(MovieId(Uuid7()())))
        await work.commit()
    added: list[int] = []

    async def hear(happened: Sequence[Happened[MovieAdded]]) -> None:
        added.extend(one.key for one in happened)

    hanging = a_relay(database, hang, Patience())
    hanging = evolve(hanging, outbox=Outbox(database, Share.of(MoviesImported)))
    reactions = Reactions()
    reactions.on(MovieAdded, hear)
    other = Relay(Outbox(database, Share.without(MoviesImported)), reactions, lambda: 1.0)
    stuck = asyncio.create_task(hanging(GOING_ON))

    await other(GOING_ON)

    assert len(added) == 1
    assert not stuck.done()
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)


async def test_told_to_stop_it_finishes_the_event_and_gives_the_others_back(
    database: Database, heard: Heard
) -> None:
    stopping = asyncio.Event()

    async def stop(happened: Sequence[Happened[MoviesImported]]) -> None:
        stopping.set()
        await heard(happened)

    await record(database, 1, 2, 3)

    await a_relay(database, stop)(stopping)
    finished = list(heard.calls)
    await a_relay(database, heard)(GOING_ON)

    assert len(finished) == 1
    assert sorted(heard.calls) == [[1], [2], [3]]
    attempts = await database.fetch(select(outbox.c.attempts))
    assert [number for (number,) in attempts] == [1, 1, 1]


async def test_nothing_begins_when_the_lease_is_running_out(
    database: Database, heard: Heard
) -> None:
    await record(database, 1)
    relay = a_relay(database, heard, evolve(AT_ONCE, lease=timedelta(0)))

    await relay(GOING_ON)

    assert heard.calls == []
    assert (await relay.outbox.count()).waiting == 1


async def test_relays_in_several_processes_never_deliver_the_same_event(
    migrated_url: str, database: Database
) -> None:
    await record(database, *range(150))

    relays = [await started(migrated_url, "drain") for _ in range(2)]
    told = [out.split() for out, _ in await asyncio.gather(*(r.communicate() for r in relays))]

    assert sorted(int(number) for each in told for number in each) == list(range(150))
    assert [relay.returncode for relay in relays] == [0, 0]


async def test_what_a_killed_relay_had_claimed_is_delivered_when_its_lease_is_over(
    migrated_url: str, database: Database, heard: Heard
) -> None:
    await record(database, 1)
    killed = await started(migrated_url, "hang")
    assert killed.stdout is not None
    assert await killed.stdout.readline() == b"1\n"
    killed.kill()
    await killed.communicate()
    relay = a_relay(database, heard)

    await relay(GOING_ON)
    under_the_lease = list(heard.calls)
    await end_all_leases(database)
    await relay(GOING_ON)

    assert under_the_lease == []
    assert heard.calls == [[1]]
    assert (await relay.outbox.count()).waiting == 0


async def started(url: str, manner: str) -> asyncio.subprocess.Process:
    program = str(Path(__file__).with_name("relay_process.py"))
    return await asyncio.create_subprocess_exec(
        sys.executable, program, url, manner, stdout=asyncio.subprocess.PIPE
    )


async def end_all_leases(database: Database) -> None:
    """Let the time pass that nobody wants to wait for."""
    async with database.writing() as connection:
        await connection.execute(update(outbox).values(due_at=instant_in(-1)))
        await connection.commit()
