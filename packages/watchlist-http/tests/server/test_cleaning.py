"""What is old is forgotten once an hour, and nothing else."""

from asyncio import Event, gather
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import Table, func, insert, select, update

from watchlist_core.auditing import Actor, acting
from watchlist_core.auth import AddAccount, Lives, OpenSession
from watchlist_core.ids import Uuid7
from watchlist_core.security import JwtAccessTokens
from watchlist_core.work import now
from watchlist_http.server.cleaning import cleaning
from watchlist_http.server.jobs import JobRunner
from watchlist_http.server.settings import Settings
from watchlist_http.server.use_cases import new_token
from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database, open_database
from watchlist_sql.jobs import Jobs
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import audit, outbox, sessions, sign_in_attempts

GOING_ON = Event()
DAY = 86_400


@pytest.fixture
def store(database: Database) -> SqlStore:
    return SqlStore(database)


async def clean(store: SqlStore) -> None:
    await JobRunner(Jobs(store.database), cleaning(Settings(), store))(GOING_ON)


async def count(store: SqlStore, table: Table) -> int:
    ((number,),) = await store.database.fetch(select(func.count()).select_from(table))
    return int(number)


async def test_delivered_events_are_forgotten_after_a_week(store: SqlStore) -> None:
    await keep(store, {"delivered_at": instant_in(-8 * DAY)})
    await keep(store, {"delivered_at": instant_in(-6 * DAY)})
    await keep(store, {"parked_at": instant_in(-8 * DAY)})
    await keep(store, {})

    await clean(store)

    left = await store.database.fetch(select(outbox.c.delivered_at, outbox.c.parked_at))
    assert sorted((bool(delivered), bool(parked)) for delivered, parked in left) == [
        (False, False),
        (False, True),
        (True, False),
    ]


async def test_however_many_events_are_old_all_are_forgotten(store: SqlStore) -> None:
    await keep(store, {"delivered_at": instant_in(-8 * DAY)}, times=2_500)

    await clean(store)

    assert await count(store, outbox) == 0


async def test_sessions_are_forgotten_when_they_have_expired(store: SqlStore) -> None:
    account = await AddAccount(store.begin, now, Uuid7())("anna")
    for life in (timedelta(days=-1), timedelta(days=1)):
        tokens, lives = JwtAccessTokens([bytes(32)]), Lives(refresh=life)
        await OpenSession(store.begin, now, Uuid7(), new_token, tokens, lives)(account.id)

    await clean(store)

    assert await count(store, sessions) == 1


async def test_sign_ins_that_failed_are_forgotten_when_no_limit_counts_them(
    store: SqlStore,
) -> None:
    async with store.begin() as work:
        for minutes in (16, 14):
            at = now() - timedelta(minutes=minutes)
            await work.sign_in_attempts.add(bytes(32), "192.0.2.1", at)
        await work.commit()

    await clean(store)

    assert await count(store, sign_in_attempts) == 1


async def test_who_did_what_is_forgotten_after_the_time_that_is_set(store: SqlStore) -> None:
    add = AddAccount(store.begin, now, Uuid7())
    for username, days in (("anna", 366), ("berta", 364)):
        with acting(Actor(origin=username)):
            await add(username)
        async with store.database.writing() as connection:
            aged: Any = update(audit).where(audit.c.origin == username)
            await connection.execute(aged.values(recorded_at=instant_in(-days * DAY)))
            await connection.commit()

    await clean(store)

    left = await store.database.fetch(select(audit.c.origin))
    assert left == [("berta",)]


async def test_of_two_machines_one_cleans(migrated_url: str, store: SqlStore) -> None:
    other = await open_database(migrated_url)
    done: list[str] = []

    def runner(machine: str, database: Database) -> JobRunner:
        async def note() -> None:
            done.append(machine)

        jobs = [evolve(job, do=note) for job in cleaning(Settings(), SqlStore(database))]
        return JobRunner(Jobs(database), jobs)

    await gather(runner("one", store.database)(GOING_ON), runner("other", other)(GOING_ON))
    await other.close()

    assert len(done) == len(cleaning(Settings(), store))


async def keep(store: SqlStore, fate: dict[str, object], *, times: int = 1) -> None:
    event = {"name": "movies-imported", "version": 1, "payload": {"added": 1}}
    async with store.database.writing() as connection:
        await connection.execute(insert(outbox).values(fate), [event] * times)
        await connection.commit()
