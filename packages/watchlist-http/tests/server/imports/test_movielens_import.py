"""``watchlist import movielens``: as a person runs it, on both databases."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from tests.servers.imports import Folder, Run, movie_count, version
from watchlist_core.catalogue import (
    FindMovie,
    SearchMovies,
)
from watchlist_core.ids import MovieId
from watchlist_core.paging import PageNumber
from watchlist_sql.store import SqlStore


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
