"""A PostgreSQL server that is not there, and comes back."""

from asyncio import to_thread
from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal, TypeAlias, get_args

import pytest
from sqlalchemy import Text, func, insert, make_url, select

from tests.servers.notes import add, count, create, notes, texts
from tests.servers.postgresql import PostgresqlServer, find_binaries
from tests.servers.run import TestRun
from watchlist_core.work import StoreUnavailable
from watchlist_sql.database import Database, open_database

Mode: TypeAlias = Literal["fast", "immediate"]


@pytest.fixture(scope="module")
def server(test_run: TestRun) -> Iterator[PostgresqlServer]:
    """A server that may be stopped: no other test uses it, and what it committed it keeps."""
    test_run.used("PostgreSQL, to be stopped", "its own")
    server = PostgresqlServer.start_new(test_run, "stopped", find_binaries(test_run), safe=True)
    yield server
    server.stop("immediate")


@pytest.fixture
async def database(server: PostgresqlServer) -> AsyncIterator[Database]:
    database = await open_database(server.url, patience=20)
    async with database.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE IF EXISTS notes")
        await connection.commit()
    await create(database)
    yield database
    await database.close()


@pytest.mark.parametrize("mode", get_args(Mode))
async def test_while_the_server_is_gone_that_is_said_and_then_all_is_well(
    server: PostgresqlServer, database: Database, mode: Mode
) -> None:
    await add(database, "before")
    await count(database, aside=True)

    await to_thread(server.stop, mode)
    for aside in (False, True):
        with pytest.raises(StoreUnavailable):
            await count(database, aside=aside)
    with pytest.raises(StoreUnavailable):
        await add(database, "meanwhile")
    await to_thread(server.start)

    await add(database, "after")
    assert await texts(database) == ["before", "after"]
    assert await count(database, aside=True) == 2


async def test_a_restart_that_nobody_noticed_fails_nothing(
    server: PostgresqlServer, database: Database
) -> None:
    await add(database, "before")
    await count(database)

    server.stop("immediate")  # the loop stands still, so it hears of nothing
    server.start()

    assert await count(database) == 1
    await add(database, "after")
    assert await texts(database) == ["before", "after"]


@pytest.mark.parametrize("mode", get_args(Mode))
async def test_a_work_during_which_the_server_goes_keeps_nothing(
    server: PostgresqlServer, database: Database, mode: Mode
) -> None:
    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(insert(notes), {"text": "half"})
            await to_thread(server.stop, mode)
            await connection.commit()

    with pytest.raises(StoreUnavailable):
        await work()
    await to_thread(server.start)

    assert await texts(database) == []


@pytest.mark.parametrize(
    "changes",
    [{"port": 1}, {"password": "wrong"}, {"database": "nothing"}, {"host": "nowhere.invalid"}],
)
async def test_a_server_that_does_not_let_us_in_is_unavailable(
    server: PostgresqlServer, changes: dict[str, Any]
) -> None:
    url = make_url(server.url).set(**changes).render_as_string(hide_password=False)
    database = await open_database(url)

    for aside in (False, True):
        with pytest.raises(StoreUnavailable):
            await count(database, aside=aside)
    with pytest.raises(StoreUnavailable):
        await add(database, "in vain")

    await database.close()


async def test_a_url_may_say_what_libpq_understands(server: PostgresqlServer) -> None:
    database = await open_database(f"{server.url}?sslmode=disable&application_name=tester")

    ((name,),) = await database.fetch(select(func.current_setting("application_name", type_=Text)))

    assert name == "tester"
    await database.close()
