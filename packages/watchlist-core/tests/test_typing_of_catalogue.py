"""What a type checker knows of a catalogue that is looked after. mypy reads this file."""

from collections.abc import Sequence
from typing import assert_type

import pytest

from watchlist_core.catalogue import (
    AddGenre,
    BrowseGenres,
    CatalogueWork,
    ExternalId,
    FindMovie,
    Genre,
    GenreDetail,
    GenreQueries,
    Genres,
    GenreStatistics,
    MediaType,
    Movie,
    MovieChanges,
    MovieDetail,
    MovieFilter,
    Movies,
    RemoveGenre,
    ReviseGenre,
    ReviseMovie,
    ShowGenre,
    ShowGenreStatistics,
    StaleGenre,
    StaleMovie,
    WithdrawMovie,
)
from watchlist_core.changes import UNCHANGED, Unchanged
from watchlist_core.ids import GenreId, MovieId, Uuid7
from watchlist_core.paging import Page
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import a_movie
from watchlist_core.work import Begin

new_id = Uuid7()


async def test_the_verbs_of_moderators_have_types() -> None:
    store = MemoryStore()
    queries = store.genre_queries
    movie = await a_movie(store)
    changes = MovieChanges(year=None, genres=["Drama"], external_ids=[])

    revised = await ReviseMovie(store.begin, new_id)(movie.id, changes, allow_duplicate=True)
    await WithdrawMovie(store.begin)(movie.id, revised.revision)
    genre = await AddGenre(store.begin, new_id)("Horror")
    renamed = await ReviseGenre(store.begin)(genre.id, "Western", revision=1)
    page = await BrowseGenres(queries)()
    shown = await ShowGenre(queries)(genre.id)
    statistics = await ShowGenreStatistics(queries)()
    await RemoveGenre(store.begin)(genre.id)

    assert_type(revised, Movie)
    assert_type(revised.original_title, str | None)
    assert_type(revised.alternative_titles, tuple[str, ...])
    assert_type(changes.year, int | Unchanged | None)
    assert_type(changes.genres, tuple[str, ...] | Unchanged)
    assert changes.title is UNCHANGED
    assert_type(renamed, Genre)
    assert_type(page, Page[GenreDetail])
    assert_type(shown, GenreDetail)
    assert_type(statistics, Sequence[GenreStatistics])
    assert_type(statistics[0].average_rating, float | None)


async def test_what_readers_ask_for_has_types() -> None:
    store = MemoryStore()
    await a_movie(store, external_ids=[ExternalId("tmdb", MediaType.MOVIE, "1398")])
    wanted = MovieFilter(genres=["Drama", GenreId(new_id())], rating_from=4)

    found = await FindMovie(store.movie_queries)("tmdb", "1398")

    assert_type(wanted.genres, tuple[GenreId | str, ...])
    assert_type(wanted.rating_hundredths_from, int | None)
    assert_type(found, MovieDetail)
    assert_type(found.alternative_titles, Sequence[str])


async def test_the_memory_store_meets_the_needs_of_the_catalogue() -> None:
    store = MemoryStore()
    catalogue: Begin[CatalogueWork] = store.begin
    genre_queries: GenreQueries = store.genre_queries

    async with store.begin() as work:
        movies: Movies = work.movies
        genres: Genres = work.genres

    assert all((catalogue, genre_queries, movies, genres))


def test_a_stale_revision_tells_the_present_one() -> None:
    movie = StaleMovie(MovieId(new_id()), 2)
    genre = StaleGenre(GenreId(new_id()), 2)

    assert_type(movie.movie, MovieId)
    assert_type(movie.revision, int)
    assert_type(genre.genre, GenreId)


def test_a_checker_refuses_what_would_go_wrong_with_a_catalogue() -> None:
    with pytest.raises(TypeError):
        MovieChanges(title=None)  # type: ignore[arg-type]  # a movie has a title
    with pytest.raises(TypeError):
        MovieFilter(media_type="film")  # type: ignore[arg-type]  # no MediaType
    MovieFilter(media_type=MediaType.MOVIE, genres=[MovieId(new_id())])  # type: ignore[list-item]  # another kind of thing
    ShowGenre(MemoryStore().movie_queries)  # type: ignore[arg-type]  # another door
