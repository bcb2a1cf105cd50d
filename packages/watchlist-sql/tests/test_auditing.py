"""What the audit costs a work, beyond what the contract says of it."""

import pytest
from sqlalchemy import select

from tests.servers.plans import sent_statements
from watchlist_core.auditing import Actor, acting
from watchlist_core.catalogue import MovieAdded, MoviesImported
from watchlist_core.ids import MovieId, Uuid7
from watchlist_core.work import Event
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import audit, outbox


async def record(database: Database, *events: Event) -> None:
    async with SqlStore(database).begin() as work:
        for event in events:
            work.record(event)
        await work.commit()


async def test_on_postgresql_an_event_and_who_did_it_are_kept_by_one_statement(
    database: Database,
) -> None:
    with acting(Actor(origin="a command")), sent_statements() as sent:
        await record(database, MovieAdded(MovieId(Uuid7()())))

    kept = [one.statement for one in sent if "INSERT" in one.statement]
    assert len(kept) == (1 if database.dialect == "postgresql" else 2)


@pytest.mark.parametrize("number", [1, 3])
async def test_the_relay_and_the_audit_tell_the_same(database: Database, number: int) -> None:
    with acting(Actor(origin="a command")):
        await record(database, *(MoviesImported(one) for one in range(number)))

    events = await database.fetch(select(outbox.c.name, outbox.c.payload).order_by(outbox.c.key))
    told = await database.fetch(select(audit.c.action, audit.c.details).order_by(audit.c.key))
    assert len(events) == number
    assert list(told) == list(events)
