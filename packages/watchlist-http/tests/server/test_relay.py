"""Events reach their reactions at least once, whatever dies or fails, and never twice at a time."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import define, evolve, field
from sqlalchemy import insert, select, update
from structlog.testing import capture_logs
from typing_extensions import override

from watchlist_core.catalogue import MovieAdded, MoviesImported
from watchlist_core.ids import MovieId, Uuid7
from watchlist_core.testing.contracts import NOON
from watchlist_http.server.reactions import (
    Happened,
    Later,
    Never,
    Reaction,
    Reactions,
    RefreshStatistics,
)
from watchlist_http.server.relay import Patience, Relay
from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database
from watchlist_sql.outbox import Claimed, Outbox, Share
from watchlist_sql.parked import ParkedEvents
from watchlist_sql.tables import outbox
from watchlist_sql.unit_of_work import unit_of_work

AT_ONCE = Patience(attempts=3, first_pause=timedelta(0))
GOING_ON = asyncio.Event()
IMPORTED = Happened(1, MoviesImported(100))


@define
class Heard:
    """A reaction that remembers, and does what a test wants it to."""

    calls: list[list[int]] = field(factory=list)
    trouble: Exception | None = None

    async def __call__(self, happened: Sequence[Happened[MoviesImported]]) -> None:
        self.calls.append([one.event.added for one in happened])
        await asyncio.sleep(0)
        if self.trouble:
            raise self.trouble


@pytest.fixture
def heard() -> Heard:
    return Heard()


def a_relay(
    database: Database,
    reaction: Reaction[MoviesImported],
    patience: Patience = AT_ONCE,
    *,
    together: bool = False,
) -> Relay:
    reactions = Reactions()
    reactions.on(MoviesImported, reaction, together=together)
    return Relay(Outbox(database), reactions, lambda: 1.0, patience)


async def record(database: Database, *numbers: int) -> None:
    """Announce imports that are told apart by their numbers."""
    async with unit_of_work(database)() as work:
        for number in numbers:
            work.record(MoviesImported(number))
        await work.commit()


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
