"""``watchlist import movielens``: as a person runs it, on both databases."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from click import ClickException
from click.testing import CliRunner, Result
from sqlalchemy import select
from typing_extensions import override

from watchlist_core.catalogue import (
    BrowseMovies,
    ExternalId,
    FindMovie,
    ImportMovies,
    MediaType,
    NewMovie,
    SearchMovies,
)
from watchlist_core.ids import MovieId, Uuid7
from watchlist_core.paging import PageNumber
from watchlist_core.work import Busy, now
from watchlist_http.server.cli.importing import troubles_told
from watchlist_http.server.cli.program import program
from watchlist_sql.catalogue import SqlMovieQueries
from watchlist_sql.database import open_database
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import catalogue
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


@pytest.fixture
def zipped(folder: Folder, tmp_path: Path) -> Folder:
    """Write such a folder into a zip file."""

    def write(*rows: Any) -> Path:
        source, path = folder(*rows), tmp_path / "ml.zip"
        with ZipFile(path, "w") as archive:
            for file in source.iterdir():
                archive.write(file, f"ml-small/{file.name}")
        return path

    return write


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the temporary folder, and tell by which URL."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    handler = partial(SilentFiles, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class SilentFiles(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


async def version(url: str) -> int:
    """Return that of the catalogue."""
    database = await open_database(url)
    try:
        ((found,),) = await database.fetch(select(catalogue.c.version))
    finally:
        await database.close()
    return found


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


def test_a_second_run_changes_nothing_and_says_so(
    watchlist: Run, folder: Folder, migrated_url: str
) -> None:
    path = folder(250)
    watchlist("import", "movielens", path)
    before = asyncio.run(version(migrated_url))

    result = watchlist("import", "movielens", path)

    assert result.exit_code == 0
    assert "0 movies added, 250 were there already" in result.stdout
    assert result.stdout.endswith("Nothing has changed.\n")
    assert asyncio.run(movie_count(migrated_url)) == 250
    assert asyncio.run(version(migrated_url)) == before


def test_what_could_not_be_taken_is_named_and_the_rest_is_there(
    watchlist: Run, folder: Folder, migrated_url: str, tmp_path: Path
) -> None:
    others = ["x,No Number,Drama", '9,"Unclosed', "31,Twin of an Id (1999),Drama"]
    path = folder(30, others, ["31,999,7"])

    result = watchlist("import", "movielens", path)

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    (report,) = (tmp_path / "kept" / "reports").iterdir()
    told = [
        "movies.csv:32: movieId must be a number: 'x,No Number,Drama'",
        "movies.csv:33: this is no CSV: unexpected end of data: '9,\"Unclosed'",
        "movie 31 'Twin of an Id' (1999): the tmdb id '7' was left out: another movie has it",
    ]
    assert lines[:3] == told
    assert lines[3].startswith("31 movies added, 0 were there already")
    assert lines[4:] == [
        "Ids left out, because another movie has them: 1.",
        "Rows refused, because movieId must be a number: 1.",
        "Rows refused, because this is no CSV: unexpected end of data: 1.",
        f"Each of them is told in {report}.",
        "The import is complete; what was refused is not in the catalogue.",
    ]
    assert report.name.startswith("import-movielens-2")
    assert report.read_text("utf-8").splitlines() == told
    assert asyncio.run(movie_count(migrated_url)) == 31


def test_of_many_refused_rows_the_first_are_shown_and_the_report_has_all(
    watchlist: Run, folder: Folder, tmp_path: Path
) -> None:
    path = folder(5, ["x,No Number,Drama"] * 100)
    report = tmp_path / "reports" / "of-mine.txt"

    result = watchlist("import", "movielens", path, "--report", report)

    assert result.exit_code == 0
    assert result.stdout.count("movies.csv:") == 20
    assert "… and 80 more." in result.stdout
    assert "Rows refused, because movieId must be a number: 100." in result.stdout
    assert f"Each of them is told in {report}." in result.stdout
    assert report.read_text("utf-8").splitlines() == [
        f"movies.csv:{line}: movieId must be a number: 'x,No Number,Drama'"
        for line in range(7, 107)
    ]


@pytest.mark.parametrize("words", ["amelie", "amelie poulain", "le fabuleux destin", "se7en"])
def test_what_was_imported_is_found_by_each_of_its_titles(
    watchlist: Run, folder: Folder, migrated_url: str, words: str
) -> None:
    others = [
        '4973,"Amelie (Fabuleux destin d\'Amélie Poulain, Le) (2001)",Comedy|Romance',
        "47,Seven (a.k.a. Se7en) (1995),Mystery|Thriller",
    ]
    watchlist("import", "movielens", folder(3, others))

    found = asyncio.run(search(migrated_url, words))

    assert found == [("Seven", 1995) if words == "se7en" else ("Amelie", 2001)]


async def search(url: str, words: str) -> list[tuple[str, int | None]]:
    store = await SqlStore.open(url)
    try:
        page = await SearchMovies(store.movie_search)(words)
    finally:
        await store.close()
    return [(card.title, card.year) for card in page.items]


def test_where_there_is_nothing_to_tell_there_is_no_report(
    watchlist: Run, folder: Folder, tmp_path: Path
) -> None:
    result = watchlist("import", "movielens", folder(5))

    assert "is told in" not in result.stdout
    assert not (tmp_path / "kept" / "reports").exists()


def test_another_folder_is_one_clear_error_before_anything_is_opened(
    watchlist: Run, tmp_path: Path
) -> None:
    result = watchlist("import", "movielens", tmp_path)

    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {tmp_path} is not MovieLens: movies.csv: No such file or directory\n"
    )
    assert not (tmp_path / "kept").exists()


def test_a_report_that_was_asked_for_and_cannot_be_written_is_one_clear_error(
    watchlist: Run, folder: Folder, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    report = tmp_path / "file" / "report.txt"

    result = watchlist("import", "movielens", folder(1), "--report", report)

    assert result.exit_code == 1
    assert result.stderr == f"Error: {report} cannot be written: File exists\n"


def test_a_report_that_cannot_be_written_stops_no_import(
    watchlist: Run, folder: Folder, tmp_path: Path, migrated_url: str
) -> None:
    (tmp_path / "kept").touch()

    result = watchlist("import", "movielens", folder(5, ["x,No Number,Drama"]))

    assert result.exit_code == 0, result.output
    assert "cannot be written: Not a directory. --report names another place." in result.stdout
    assert "movies.csv:7: movieId must be a number" in result.stdout
    assert asyncio.run(movie_count(migrated_url)) == 5


def test_a_zip_file_is_taken_as_it_lies(
    watchlist: Run, zipped: Folder, migrated_url: str, tmp_path: Path
) -> None:
    path = zipped(30)

    result = watchlist("import", "movielens", path)

    assert result.exit_code == 0, result.output
    assert "30 movies added" in result.stdout
    assert asyncio.run(movie_count(migrated_url)) == 30
    assert not list(tmp_path.glob("**/ml/*"))


def test_another_file_is_one_clear_error(watchlist: Run, tmp_path: Path) -> None:
    path = tmp_path / "ml.zip"
    path.write_bytes(b"movieId,title,genres\n")

    result = watchlist("import", "movielens", path)

    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {path} is not MovieLens: this is no zip file, or not one of MovieLens\n"
    )


def test_a_url_is_fetched_and_nothing_is_left_of_it(
    watchlist: Run,
    *,
    zipped: Folder,
    served: str,
    migrated_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zipped(30, ["x,No Number,Drama"])
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    result = watchlist("import", "movielens", f"{served}/ml.zip")

    assert result.exit_code == 0, result.output
    assert "30 movies added" in result.stdout
    assert asyncio.run(movie_count(migrated_url)) == 30
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ml.zip", "the file was not fetched: the answer is 404 File not found"),
        (
            "other.zip",
            "{url} is not MovieLens: this is no zip file, or not one of MovieLens",
        ),
    ],
)
def test_a_url_of_something_else_is_one_clear_error(
    watchlist: Run, served: str, tmp_path: Path, name: str, told: str
) -> None:
    (tmp_path / "other.zip").write_bytes(b"<html>Sign in, please</html>")
    url = f"{served}/{name}"

    result = watchlist("import", "movielens", url)

    assert result.exit_code == 1
    assert result.stderr == f"Error: {told.format(url=url)}\n"
    assert not (tmp_path / "kept").exists()


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
    assert lines[-1] == "The import is complete."
    assert "0 movies added, 9,742 were there already" in second.stdout
    assert second.stdout.endswith("Nothing has changed.\n")
    asyncio.run(look_at_the_real_catalogue(migrated_url))


async def look_at_the_real_catalogue(url: str) -> None:
    store = await SqlStore.open(url)
    try:
        genres = await store.genre_queries.browse(PageNumber(1, 100))
        find = FindMovie(store.movie_queries)
        amelie, city = await find("movielens", "4973"), await find("movielens", "29")
        both = [await find("movielens", "6003"), await find("movielens", "144606")]
        async with store.begin() as work:
            held = await work.movies.hold(MovieId(UUID(city.id)))
    finally:
        await store.close()
    assert await movie_count(url) == 9_742
    assert len(genres.items) == 19
    assert (amelie.title, amelie.year) == ("Amelie", 2001)
    assert amelie.original_title == "Le Fabuleux destin d'Amélie Poulain"
    assert (city.title, city.year) == ("The City of Lost Children", 1995)
    assert city.original_title == "La Cité des enfants perdus"
    text = "City of Lost Children, The (Cité des enfants perdus, La) (1995)"
    assert [one.title for one in held.external_ids if one.provider == "movielens"] == [text]
    tmdb = [[one.value for one in movie.external_ids if one.provider == "tmdb"] for movie in both]
    assert tmdb == [["4912"], []]
