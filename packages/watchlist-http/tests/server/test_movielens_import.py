"""``watchlist import movielens``: as a person runs it, on both databases."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
from click import ClickException
from click.testing import CliRunner, Result

from watchlist_core.catalogue import BrowseMovies, ExternalId, ImportMovies, MediaType, NewMovie
from watchlist_core.ids import Uuid7
from watchlist_core.work import Busy, now
from watchlist_http.server.cli.importing import troubles_told
from watchlist_http.server.cli.program import program
from watchlist_sql.catalogue import SqlMovieQueries
from watchlist_sql.database import open_database
from watchlist_sql.unit_of_work import unit_of_work

Run = Callable[..., Result]
Folder = Callable[..., Path]


@pytest.fixture
def environ(migrated_url: str, tmp_path: Path) -> Mapping[str, str]:
    return {"WATCHLIST_DATABASE_URL": migrated_url, "WATCHLIST_DATA_FOLDER": str(tmp_path / "kept")}


@pytest.fixture
def watchlist(environ: Mapping[str, str]) -> Run:
    def run(*arguments: object) -> Result:
        return CliRunner(env=environ).invoke(program, [str(each) for each in arguments])

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write a MovieLens folder of so many movies, with *others* among them."""

    def write(count: int, others: Sequence[str] = (), links: Sequence[str] = ()) -> Path:
        path = tmp_path / "movielens"
        path.mkdir()
        movies = [f"{n},Movie {n} ({1900 + n % 100}),Drama|Comedy" for n in range(1, count + 1)]
        linked = [f"{n},{n:07},{n}" for n in range(1, count + 1)]
        for name, lines in (
            ("movies.csv", ["movieId,title,genres", *movies, *others]),
            ("links.csv", ["movieId,imdbId,tmdbId", *linked, *links]),
        ):
            (path / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
        return path

    return write


async def movie_count(url: str) -> int:
    database = await open_database(url)
    try:
        page = await BrowseMovies(SqlMovieQueries(database))()
    finally:
        await database.close()
    assert page.total is not None
    return page.total.count


def test_the_movies_of_a_folder_are_in_the_catalogue(
    watchlist: Run, folder: Folder, migrated_url: str
) -> None:
    result = watchlist("import", "movielens", folder(250))

    assert result.exit_code == 0, result.output
    assert "250 movies added, 0 were there already" in result.stdout
    assert result.stdout.endswith("The import is complete.\n")
    assert asyncio.run(movie_count(migrated_url)) == 250


def test_a_second_run_adds_nothing_and_says_so(
    watchlist: Run, folder: Folder, migrated_url: str
) -> None:
    path = folder(250)
    watchlist("import", "movielens", path)

    result = watchlist("import", "movielens", path)

    assert result.exit_code == 0
    assert "0 movies added, 250 were there already" in result.stdout
    assert asyncio.run(movie_count(migrated_url)) == 250


def test_what_could_not_be_taken_is_named_and_the_rest_is_there(
    watchlist: Run, folder: Folder, migrated_url: str
) -> None:
    others = ["x,No Number,Drama", '9,"Unclosed', "31,Twin of an Id (1999),Drama"]
    path = folder(30, others, ["31,999,7"])

    result = watchlist("import", "movielens", path)

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:3] == [
        "movies.csv:32: movieId must be a number: 'x,No Number,Drama'",
        "movies.csv:33: this is no CSV: unexpected end of data: '9,\"Unclosed'",
        "movie 31 'Twin of an Id' (1999): the tmdb id '7' was left out: another movie has it",
    ]
    assert lines[3].startswith("31 movies added, 0 were there already")
    assert lines[4:] == [
        "Ids left out, because another movie has them: 1.",
        "Rows refused, because movieId must be a number: 1.",
        "Rows refused, because this is no CSV: unexpected end of data: 1.",
        "The import is complete; what was refused is not in the catalogue.",
    ]
    assert asyncio.run(movie_count(migrated_url)) == 31


def test_of_many_refused_rows_the_first_are_shown_and_a_report_has_all(
    watchlist: Run, folder: Folder, tmp_path: Path
) -> None:
    path = folder(5, ["x,No Number,Drama"] * 100)
    report = tmp_path / "report.txt"

    shown = watchlist("import", "movielens", path)
    reported = watchlist("import", "movielens", path, "--report", report)

    assert shown.exit_code == reported.exit_code == 0
    assert shown.stdout.count("movies.csv:") == 20
    assert "… and 80 more: --report FILE takes them all." in shown.stdout
    assert "Rows refused, because movieId must be a number: 100." in reported.stdout
    assert "movies.csv:" not in reported.stdout
    assert report.read_text("utf-8").splitlines() == [
        f"movies.csv:{line}: movieId must be a number: 'x,No Number,Drama'"
        for line in range(7, 107)
    ]


def test_another_folder_is_one_clear_error_before_anything_is_opened(
    watchlist: Run, tmp_path: Path
) -> None:
    result = watchlist("import", "movielens", tmp_path)

    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {tmp_path} is not a folder of MovieLens: "
        f"{tmp_path / 'movies.csv'}: No such file or directory\n"
    )
    assert not (tmp_path / "kept").exists()


def test_a_report_that_cannot_be_written_is_one_clear_error(
    watchlist: Run, folder: Folder, tmp_path: Path
) -> None:
    report = tmp_path / "missing" / "report.txt"

    result = watchlist("import", "movielens", folder(1), "--report", report)

    assert result.exit_code == 1
    assert result.stderr == f"Error: {report} cannot be written: No such file or directory\n"


def test_a_store_that_stays_busy_ends_the_import_with_one_line(tmp_path: Path) -> None:
    with pytest.raises(ClickException) as told, troubles_told(tmp_path):
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
    process = await _started(environ, path)
    async with asyncio.timeout(60):
        while await movie_count(migrated_url) == 0:
            pass
    process.kill()
    await process.communicate()
    taken = await movie_count(migrated_url)

    again = await _started(environ, path)
    told, _ = await again.communicate()

    assert (process.returncode, again.returncode) == (-signal.SIGKILL, 0)
    assert 0 < taken < 1_500
    assert f"{1_500 - taken:,} movies added, {taken:,} were there already" in told.decode()
    assert await movie_count(migrated_url) == 1_500


async def test_an_import_that_was_interrupted_says_what_it_did(
    environ: Mapping[str, str], folder: Folder, migrated_url: str
) -> None:
    process = await _started(environ, folder(1_500))
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
    process = await _started(environ, folder(1_500))
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


async def _started(environ: Mapping[str, str], folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "watchlist_http.server", "import", "movielens", str(folder)),
        env=os.environ | environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def test_the_real_folder_is_taken_whole(
    watchlist: Run, movielens_folder: Path, migrated_url: str
) -> None:
    first = watchlist("import", "movielens", movielens_folder)
    second = watchlist("import", "movielens", movielens_folder)

    assert first.exit_code == second.exit_code == 0
    lines = first.stdout.splitlines()
    assert lines[0].endswith("the tmdb id '4912' was left out: another movie has it")
    assert lines[1].startswith("9,742 movies added, 0 were there already")
    assert "0 movies added, 9,742 were there already" in second.stdout
    assert asyncio.run(movie_count(migrated_url)) == 9_742
