"""What can be opened as an SQLite database, and what is said of the rest."""

import sqlite3
from asyncio import create_task, sleep
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.servers.notes import add, create, texts
from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.database import open_database
from watchlist_sql.sqlite import SqliteDatabase
from watchlist_sql.sqlite.inline import connect


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///notes.db?mode=ro", "needs a file"),
        ("sqlite+aiosqlite:///notes.db", "not sqlite\\+aiosqlite"),
        ("mysql://host/notes", "not mysql"),
        ("notes.db", "looks like"),
    ],
)
async def test_a_url_that_cannot_be_used_says_why(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        await open_database(url)


async def test_a_url_that_cannot_be_read_keeps_its_password() -> None:
    with pytest.raises(ValueError, match="looks like") as told:
        await open_database("postgresql//watchlist:secret@host/notes")

    assert "secret" not in f"{told.value!r} {told.value.__cause__!r}"


async def test_a_file_is_made_but_no_folder(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'new.db'}")
    await database.close()

    file = tmp_path / "no" / "new.db"
    with pytest.raises(StoreUnavailable) as told:
        await open_database(f"sqlite:///{file}")

    assert told.value.__notes__ == [f"{file}: unable to open database file"]
    assert names(tmp_path) == ["new.db"]


@pytest.mark.parametrize(("syncs_works", "mode"), [(True, 2), (False, 1)])
async def test_works_wait_for_the_disk_unless_told_otherwise(
    tmp_path: Path, *, syncs_works: bool, mode: int
) -> None:
    file = tmp_path / "notes.db"
    database = await open_database(f"sqlite:///{file}", syncs_works=syncs_works)
    await create(database)

    async with database.writing() as connection:
        ((found,),) = (await connection.exec_driver_sql("PRAGMA synchronous")).all()

    await add(database, "kept")
    other = await open_database(f"sqlite:///{file}")
    await database.close()
    kept = await texts(other)
    await other.close()
    assert (found, kept) == (mode, ["kept"])


async def test_a_python_with_too_old_a_sqlite_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))

    with pytest.raises(ValueError, match=r"older than 3\.37"):
        await open_database(f"sqlite:///{tmp_path / 'new.db'}")

    assert names(tmp_path) == []


async def test_something_else_than_a_database_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "novel.txt").write_text("It was a dark and stormy night. " * 100)

    with pytest.raises(StoreUnavailable) as told:
        await open_database(f"sqlite:///{tmp_path / 'novel.txt'}")

    assert told.value.__notes__ == [f"{tmp_path / 'novel.txt'}: file is not a database"]


def test_a_place_without_a_write_ahead_log_is_refused() -> None:
    with pytest.raises(sqlite3.OperationalError, match="write-ahead log"):
        connect(Path(":memory:"))


async def test_a_file_that_somebody_is_making_is_waited_for(tmp_path: Path) -> None:
    url = make_url(f"sqlite:///{tmp_path / 'notes.db'}")
    with closing(sqlite3.connect(tmp_path / "notes.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(Busy):
            await SqliteDatabase.open(url, patience=0.05)
        opening = create_task(SqliteDatabase.open(url))
        await sleep(0.01)
        other.execute("ROLLBACK")

    database = await opening
    await create(database)
    await add(database, "in the end")
    assert await texts(database) == ["in the end"]
    await database.close()


async def test_several_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'notes.db'}"

    one, two = await open_database(url), await open_database(url)
    await create(one)
    await add(two, "shared")

    assert await texts(one) == ["shared"]
    await one.close()
    await add(two, "alone")
    assert await texts(two) == ["shared", "alone"]
    await two.close()
    await two.close()


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
