"""Values come back from both databases as they were given, to the last bit."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import insert, select, type_coerce
from sqlalchemy.exc import StatementError

from watchlist_core.auth import Account, Role
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.work import now
from watchlist_sql.columns import IDENTIFIER_TEXT, instant_in
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import accounts, outbox

LONDON = datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    "instant",
    [
        LONDON,
        LONDON.astimezone(timezone(timedelta(hours=5, minutes=30))),
        datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_998, tzinfo=UTC),
    ],
)
async def test_an_instant_is_kept_to_the_microsecond_and_told_in_utc(
    database: Database, instant: datetime
) -> None:
    store = SqlStore(database)
    account = Account(AccountId(Uuid7()()), None, Role.USER, is_active=True, created_at=instant)

    async with store.begin() as work:
        await work.accounts.add(account)
        await work.commit()

    kept = await store.account_queries.find(account.id)
    assert kept == account
    assert kept.created_at.utcoffset() == timedelta()


async def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    naive = LONDON.replace(tzinfo=None)
    row = {"id": UUID(int=1), "role": "user", "is_active": True, "created_at": naive}

    async with database.writing() as connection:
        with pytest.raises(StatementError, match="naive"):
            await connection.execute(insert(accounts), row)


async def test_an_id_reads_as_the_text_that_everybody_writes(database: Database) -> None:
    id_ = UUID("01a1fa49-b173-7a7f-99fd-9c077aa186bf")
    row = {"id": id_, "role": "user", "is_active": True, "created_at": LONDON}
    async with database.writing() as connection:
        await connection.execute(insert(accounts), row)
        await connection.commit()

    as_text = type_coerce(accounts.c.id, IDENTIFIER_TEXT)
    ((kept, text),) = await database.fetch(select(accounts.c.id, as_text))

    assert (kept, text) == (id_, str(id_))


async def test_the_clock_is_that_of_the_database(database: Database) -> None:
    ((present, past, future),) = await database.fetch(
        select(instant_in(), instant_in(-60.5), instant_in(3600))
    )

    assert abs(present - now()) < timedelta(minutes=1)
    assert past - present == pytest.approx(timedelta(seconds=-60.5), abs=timedelta(seconds=0.1))
    assert future - present == pytest.approx(timedelta(hours=1), abs=timedelta(seconds=0.1))


async def test_what_is_recorded_is_due_at_once(database: Database) -> None:
    async with database.writing() as connection:
        row = {"name": "movie-added", "version": 1, "payload": {"movie": "é 🎬"}}
        await connection.execute(insert(outbox), row)
        await connection.commit()

    ((payload, recorded_at, due_at, is_due),) = await database.fetch(
        select(
            outbox.c.payload,
            outbox.c.recorded_at,
            outbox.c.due_at,
            outbox.c.due_at <= instant_in(),
        )
    )
    assert payload == {"movie": "é 🎬"}
    assert abs(recorded_at - due_at) < timedelta(seconds=1)
    assert is_due
