"""``watchlist worker``, as a process: it does what servers with --no-relay leave to it."""

import asyncio

from click.testing import CliRunner

from tests.servers.databases import SqliteFiles
from tests.servers.watchlist import PATIENCE, Start
from watchlist_core.catalogue import MovieAdded, MoviesImported
from watchlist_core.ids import MovieId, Uuid7
from watchlist_core.work import Event
from watchlist_http.server.cli.worker import command
from watchlist_sql.database import Database, open_database
from watchlist_sql.outbox import Outbox
from watchlist_sql.unit_of_work import unit_of_work


async def record(database: Database, event: Event) -> None:
    async with unit_of_work(database)() as work:
        work.record(event)
        await work.commit()


async def all_is_delivered(database: Database) -> bool:
    async with asyncio.timeout(PATIENCE):
        while (await Outbox(database).count()).waiting:  # noqa: ASYNC110  by another process
            await asyncio.sleep(0)
    return True


async def test_a_worker_delivers_what_waits_and_what_comes(
    run: Start, migrated_url: str, database: Database
) -> None:
    await record(database, MoviesImported(1))

    worker = await run("worker", database_url=migrated_url)
    await worker.says("working")
    assert await all_is_delivered(database)
    await record(database, MovieAdded(MovieId(Uuid7()())))
    assert await all_is_delivered(database)

    assert await worker.stop() == 0
    assert worker.told("stopped")
    assert "Traceback" not in worker.output


async def test_several_workers_may_run_and_each_ends_when_told(
    run: Start, migrated_url: str, database: Database
) -> None:
    workers = [await run("worker", database_url=migrated_url) for _ in range(2)]
    for worker in workers:
        await worker.says("working")
    await record(database, MoviesImported(1))

    assert await all_is_delivered(database)

    assert await asyncio.gather(*(worker.stop() for worker in workers)) == [0, 0]


async def test_a_server_database_without_its_schema_is_left_alone(
    run: Start, postgresql_url: str
) -> None:
    worker = await run("worker", database_url=postgresql_url)

    assert await worker.ended() == 1
    assert "watchlist migrate" in worker.output


async def test_a_server_without_relay_leaves_its_events_to_a_worker(
    serve: Start, run: Start, sqlite: SqliteFiles
) -> None:
    async with sqlite.migrated() as url:
        server = await serve("--demo", "--no-relay", database_url=url)
        database = await open_database(url)
        left = (await Outbox(database).count()).waiting

        worker = await run("worker", database_url=url)

        assert left > 0
        assert await all_is_delivered(database)
        await database.close()
        assert (await worker.stop(), await server.stop()) == (0, 0)


async def test_a_server_delivers_its_events_itself(serve: Start, sqlite: SqliteFiles) -> None:
    async with sqlite.migrated() as url:
        server = await serve("--demo", database_url=url)
        database = await open_database(url)

        assert await all_is_delivered(database)

        await database.close()
        assert await server.stop() == 0


def test_one_thing_is_done_at_a_time() -> None:
    answer = CliRunner().invoke(command, ["--status", "--drop-parked"])

    assert answer.exit_code == 2
    assert "one at a time" in answer.output


async def test_a_worker_in_production_needs_what_mails_are_made_of(run: Start) -> None:
    worker = await run("worker", environment="production", mail_console="true")

    assert await worker.ended() == 2
    assert [line.partition(":")[0] for line in worker.lines] == [
        "WATCHLIST_HTTP_PUBLIC_URL",
        "WATCHLIST_MAIL_CONSOLE",
        "WATCHLIST_MAIL_HOST",
    ]
