"""Several processes on one file, which is normal: an import beside a server."""

import sys
from asyncio import create_subprocess_exec, create_task, gather, get_running_loop, sleep
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, update

from tests.servers.notes import add, count, create, notes, texts
from watchlist_core.work import Busy
from watchlist_sql.sqlite import SqliteDatabase

HOLD_THE_LOCK = """
import os, sqlite3, sys, time
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
other.execute("INSERT INTO notes (text) VALUES (?)", (f"by process {os.getpid()}",))
print("held", flush=True)
time.sleep(float(sys.argv[2]))
other.execute("COMMIT")
"""
COUNT_UP = """
import sys
from asyncio import run
from sqlalchemy import text
from watchlist_sql.database import open_database

async def count_up():
    database = await open_database("sqlite:///" + sys.argv[1])
    print("open", flush=True)
    for _ in range(30):
        async with database.writing() as connection:
            number = await connection.scalar(text("SELECT text FROM notes"))
            await connection.execute(text("UPDATE notes SET text = :n"), {"n": int(number) + 1})
            await connection.commit()
    await database.close()

run(count_up())
"""
BREAK_OFF = """
import sys
from asyncio import run
from sqlalchemy import text
from watchlist_sql.database import open_database

async def break_off():
    database = await open_database("sqlite:///" + sys.argv[1])
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO notes (text) VALUES ('kept')"))
        await connection.commit()
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO notes (text) VALUES ('half')"))
        print("half way", flush=True)
        sys.stdin.read()

run(break_off())
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notes.db"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[SqliteDatabase]:
    database = await SqliteDatabase.open(make_url(f"sqlite:///{file}"), patience=10)
    await create(database)
    yield database
    await database.close()


async def test_another_process_that_writes_for_a_second_delays_no_reader(
    file: Path, database: SqliteDatabase
) -> None:
    # Whoever waits inside SQLite is late each time; a machine that is busy otherwise is not.
    delays = [await _longest_delay(file, database, f"{number}") for number in range(3)]

    assert min(delays) < 0.05
    assert await count(database) == 6  # nobody's writing was given up


async def test_a_writer_gives_up_when_another_process_does_not_end(file: Path) -> None:
    database = await SqliteDatabase.open(make_url(f"sqlite:///{file}"), patience=0.1)
    await create(database)
    other = await _start(HOLD_THE_LOCK, file, "60")

    with pytest.raises(Busy):
        await add(database, "in vain")
    other.kill()
    await other.wait()
    await add(database, "later")

    assert await texts(database) == ["later"]
    await database.close()


async def test_processes_that_write_at_once_lose_nothing(
    file: Path, database: SqliteDatabase
) -> None:
    await add(database, "0")
    others = await gather(_start(COUNT_UP, file), _start(COUNT_UP, file))

    for _ in range(30):
        async with database.writing() as connection:
            (number,) = (await connection.scalars(select(notes.c.text))).all()
            await connection.execute(update(notes).values(text=f"{int(number) + 1}"))
            await connection.commit()
    ended = await gather(*(other.wait() for other in others))

    assert (await texts(database), ended) == (["90"], [0, 0])


async def test_a_process_that_is_killed_keeps_what_it_committed_and_nothing_half(
    file: Path, database: SqliteDatabase
) -> None:
    other = await _start(BREAK_OFF, file)

    other.kill()
    await other.wait()
    await add(database, "next")

    assert await texts(database) == ["kept", "next"]


async def _longest_delay(file: Path, database: SqliteDatabase, text: str) -> float:
    """Tell how long a read, or a round of the loop, took at most while somebody else wrote."""
    clock = get_running_loop().time
    other = await _start(HOLD_THE_LOCK, file, "1")
    ended, writer = create_task(other.wait()), create_task(add(database, text))
    longest = 0.0
    while not ended.done():
        before = clock()
        await count(database)
        await sleep(0)
        longest = max(longest, clock() - before)
        await sleep(0.001)
    await writer
    return longest


async def _start(program: str, *arguments: object) -> Process:
    """Start another process, and wait until it has said its first word."""
    process = await create_subprocess_exec(
        *(sys.executable, "-c", program, *map(str, arguments)), stdin=PIPE, stdout=PIPE
    )
    assert process.stdout
    assert await process.stdout.readline()
    return process
