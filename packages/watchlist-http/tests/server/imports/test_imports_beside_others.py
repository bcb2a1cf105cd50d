"""Imports that others disturb, and that disturb no others."""

import asyncio
import signal
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
from click import ClickException
from click.testing import CliRunner

from tests.servers.imports import Folder, movie_count, started
from watchlist_core.catalogue import (
    BrowseMovies,
    ExternalId,
    ImportMovies,
    MediaType,
    NewMovie,
)
from watchlist_core.ids import Uuid7
from watchlist_core.work import Busy, now
from watchlist_http.server.cli.importing import troubles_told
from watchlist_http.server.cli.program import program
from watchlist_sql.catalogue import SqlMovieQueries
from watchlist_sql.database import open_database
from watchlist_sql.unit_of_work import unit_of_work


def test_a_store_that_stays_busy_ends_the_import_with_one_line(tmp_path: Path) -> None:
    with pytest.raises(ClickException) as told, troubles_told("ml", tmp_path):
        raise Busy

    assert told.value.exit_code == 1
    assert told.value.message == (
        "Others are writing; try again in a moment. "
        "What was imported so far is kept; the same command continues."
    )


def test_a_server_database_without_its_schema_is_left_alone(
    folder: Folder, postgresql_url: str
) -> None:
    runner = CliRunner(env={"WATCHLIST_DATABASE_URL": postgresql_url})

    result = runner.invoke(program, ["import", "movielens", str(folder(1))])

    assert result.exit_code == 1
    assert "watchlist migrate" in result.stderr


async def test_an_import_that_was_killed_is_completed_by_the_next(
    environ: Mapping[str, str], folder: Folder, migrated_url: str
) -> None:
    path = folder(1_500)
    process = await started(environ, path)
    async with asyncio.timeout(60):
        while await movie_count(migrated_url) == 0:
            pass
    process.kill()
    await process.communicate()
    taken = await movie_count(migrated_url)

    again = await started(environ, path)
    told, _ = await again.communicate()

    assert (process.returncode, again.returncode) == (-signal.SIGKILL, 0)
    assert 0 < taken < 1_500
    assert f"{1_500 - taken:,} movies added, {taken:,} were there already" in told.decode()
    assert await movie_count(migrated_url) == 1_500


async def test_an_import_that_was_interrupted_says_what_it_did(
    environ: Mapping[str, str], folder: Folder, migrated_url: str
) -> None:
    process = await started(environ, folder(1_500))
    async with asyncio.timeout(60):
        while await movie_count(migrated_url) == 0:
            pass
    process.send_signal(signal.SIGINT)

    told, trouble = await process.communicate()

    assert process.returncode == 130
    taken = await movie_count(migrated_url)
    assert f"{taken:,} movies added" in told.decode()
    assert "The import is complete" not in told.decode()
    assert "Interrupted. What was imported so far is kept" in told.decode()
    assert trouble == b""


async def test_others_read_and_write_meanwhile(
    environ: Mapping[str, str], folder: Folder, migrated_url: str
) -> None:
    database = await open_database(migrated_url)
    browse = BrowseMovies(SqlMovieQueries(database))
    add = ImportMovies(unit_of_work(database), now, Uuid7())
    process = await started(environ, folder(1_500))
    reads: list[float] = []
    written = meanwhile = 0

    ended = asyncio.create_task(process.wait())
    while not ended.done():
        await add([a_movie(written)], identified_by="other")
        written += 1
        start = perf_counter()
        page = await browse()
        reads.append(perf_counter() - start)
        assert page.total is not None
        meanwhile += 0 < page.total.count - written < 1_500
        await asyncio.sleep(0)

    page = await browse()
    await database.close()
    assert ended.result() == 0
    assert page.total is not None
    assert page.total.count == 1_500 + written
    assert meanwhile >= 3
    assert median(reads) < 0.1


def a_movie(number: int) -> NewMovie:
    return NewMovie(
        f"Other {number}", external_ids={ExternalId("other", MediaType.MOVIE, str(number))}
    )
