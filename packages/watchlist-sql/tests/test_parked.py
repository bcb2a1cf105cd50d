"""What is parked waits for a person, and what he says of it is kept in the audit."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from watchlist_core.auditing import Actor, AuditEntry, AuditSearch, acting
from watchlist_core.catalogue import MoviesImported
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.paging import PageNumber
from watchlist_sql import tables
from watchlist_sql.database import Database
from watchlist_sql.outbox import Claimed, Counted, Outbox, Share
from watchlist_sql.parked import EventDropped, EventRetried, ParkedEvents
from watchlist_sql.store import SqlStore
from watchlist_sql.unit_of_work import unit_of_work

LEASE = timedelta(seconds=60)
_LATER = datetime(2100, 1, 1, tzinfo=UTC)
_KEY = tables.outbox.c.key
ANNA = Actor(AccountId(Uuid7()()), "192.0.2.1", "request-1")


@pytest.fixture
def outbox(database: Database) -> Outbox:
    """What is delivered of the events that these tests record themselves."""
    return Outbox(database, Share.of(MoviesImported))


@pytest.fixture
def events(database: Database) -> ParkedEvents:
    return ParkedEvents(database)


async def claimed(database: Database, outbox: Outbox, number: int) -> list[Claimed]:
    """Record so many events and claim them."""
    async with unit_of_work(database)() as work:
        for one in range(number):
            work.record(MoviesImported(one))
        await work.commit()
    return sorted(await outbox.claim(number, LEASE), key=lambda one: one.key)


async def park(outbox: Outbox, *claims: Claimed) -> None:
    for one in claims:
        await outbox.parked(one, "nobody understands it")


async def audited(database: Database) -> list[AuditEntry]:
    page = await SqlStore(database).audit_queries.search(AuditSearch(), PageNumber())
    return list(page.items)


async def test_what_is_parked_waits_for_a_person(
    database: Database, outbox: Outbox, events: ParkedEvents
) -> None:
    first, second = await claimed(database, outbox, 2)
    await park(outbox, first, second)
    assert not await outbox.claim(10, LEASE)

    retried = await events.retry(first.key)

    (again,) = await outbox.claim(10, LEASE)
    assert (retried, again.key, again.attempts) == (1, first.key, 1)
    assert [one.key for one in await events.all()] == [second.key]


async def test_all_that_is_parked_can_be_retried_and_nothing_else(
    database: Database, outbox: Outbox, events: ParkedEvents
) -> None:
    delivered, *parked = await claimed(database, outbox, 3)
    await outbox.delivered([delivered])
    await park(outbox, *parked)

    assert await events.retry(delivered.key) == 0
    assert await events.retry() == 2

    again = await outbox.claim(10, LEASE)
    assert {one.key for one in again} == {one.key for one in parked}


async def test_what_is_parked_is_told_with_its_reason_the_longest_parked_first(
    database: Database, outbox: Outbox, events: ParkedEvents
) -> None:
    first, second, _ = await claimed(database, outbox, 3)
    await outbox.parked(second, "nobody understands it")
    await outbox.parked(first, "mail server gone")
    async with database.writing() as connection:  # the clock of SQLite counts milliseconds
        later = update(tables.outbox).values(parked_at=_LATER).where(_KEY.in_([first.key]))
        await connection.execute(later)
        await connection.commit()

    told = await events.all()

    assert [(one.key, one.name, one.attempts, one.reason) for one in told] == [
        (second.key, "movies-imported", 1, "nobody understands it"),
        (first.key, "movies-imported", 1, "mail server gone"),
    ]
    assert told[0].recorded_at <= told[0].parked_at <= told[1].parked_at
    assert await events.all(most=1) == told[:1]


async def test_what_is_parked_can_be_dropped_and_nothing_else(
    database: Database, outbox: Outbox, events: ParkedEvents
) -> None:
    waiting, *parked = await claimed(database, outbox, 4)
    await outbox.released([waiting])
    await park(outbox, *parked)

    dropped = [await events.drop(waiting.key), await events.drop(parked[0].key)]
    left = [one.key for one in await events.all()]
    dropped.append(await events.drop())

    assert dropped == [0, 1, 2]
    assert left == [one.key for one in parked[1:]]
    assert await events.all() == []
    assert [one.key for one in await outbox.claim(10, LEASE)] == [waiting.key]


async def test_who_retries_or_drops_what_is_kept_in_the_audit(
    database: Database, outbox: Outbox, events: ParkedEvents
) -> None:
    parked = await claimed(database, outbox, 3)
    await park(outbox, *parked)
    first, *others = [one.key for one in parked]

    with acting(ANNA):
        await events.retry(first)
        await events.retry(first)
        await events.drop()

    entries = await audited(database)
    assert {(one.actor, one.origin, one.request_id) for one in entries} == {
        (str(ANNA.account), ANNA.origin, ANNA.request_id)
    }
    assert [one.action for one in entries] == ["event-dropped", "event-dropped", "event-retried"]
    assert entries[2].details == {"event": first, "kind": "movies-imported"}
    assert {one.details["event"] for one in entries[:2]} == set(others)


async def test_what_was_said_of_what_is_parked_is_an_event_itself(
    database: Database, outbox: Outbox, events: ParkedEvents
) -> None:
    await park(outbox, *await claimed(database, outbox, 2))

    await events.retry((await events.all())[0].key)
    await events.drop()

    said = Outbox(database, Share.of(EventRetried, EventDropped))
    names = {one.name for one in await said.claim(10, LEASE)}
    assert names == {"event-retried", "event-dropped"}
    assert await Outbox(database).count() == Counted(waiting=3, parked=0)
