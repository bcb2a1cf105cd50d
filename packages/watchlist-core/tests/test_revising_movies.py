"""What moderators do with movies and genres, before any store is asked."""

from typing import Any

import pytest
from attrs import evolve, fields_dict

from watchlist_core.catalogue import (
    AddGenre,
    BrowseGenres,
    ExternalId,
    ExternalIdUnknown,
    FindMovie,
    Genre,
    GenreAdded,
    GenreDetail,
    GenreRemoved,
    GenreRenamed,
    MediaType,
    MovieChanges,
    MovieRevised,
    MovieWithdrawn,
    RemoveGenre,
    ReviseGenre,
    ReviseMovie,
    ShowGenre,
    ShowGenreStatistics,
    StaleMovie,
    WithdrawMovie,
)
from watchlist_core.errors import Stale
from watchlist_core.ids import GenreId, Uuid7
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import a_movie, unsaved_movie
from watchlist_core.work import Event

new_id = Uuid7()

DRAMA = Genre(GenreId(new_id()), "Drama")
IMDB = ExternalId("imdb", MediaType.MOVIE, "tt0079944")


def _last_event(store: MemoryStore) -> Event:
    return store.committed.events[max(store.committed.events)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": " Solaris "}, {"title": "Solaris"}),
        ({"original_title": " Сталкер "}, {"original_title": "Сталкер"}),
        ({"alternative_titles": ["Zone", "ZONE", "stalker"]}, {"alternative_titles": ("Zone",)}),
        ({"year": None}, {"year": None}),
        ({"runtime": 163}, {"runtime": 163}),
        ({"media_type": MediaType.SERIES}, {"media_type": MediaType.SERIES}),
        ({"description": "Into the Zone."}, {"description": "Into the Zone."}),
        ({"genres": ["drama "]}, {"genres": (DRAMA,)}),
        ({"external_ids": [IMDB]}, {"external_ids": frozenset({IMDB})}),
    ],
)
def test_a_movie_becomes_what_is_given_and_nothing_else(
    changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    movie = unsaved_movie()

    revised = movie.revised(MovieChanges(**changes), {"drama": DRAMA})

    assert revised == evolve(movie, **expected, revision=2)


def test_everything_that_a_moderator_may_say_of_a_movie_can_be_changed() -> None:
    kept = {"id", "created_at", "revision", "is_withdrawn"}

    assert {*fields_dict(MovieChanges)} == {*fields_dict(type(unsaved_movie()))} - kept


@pytest.mark.parametrize(
    "changes",
    [
        MovieChanges(),
        MovieChanges(title=" Stalker", year=1979, runtime=162, genres=[]),
        MovieChanges(original_title=None, alternative_titles=["STALKER"]),
    ],
)
def test_a_movie_of_which_nothing_becomes_different_is_the_same(changes: MovieChanges) -> None:
    movie = unsaved_movie()

    assert movie.revised(changes) is movie


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("title", None),
        ("title", " "),
        ("original_title", ""),
        ("alternative_titles", [" "]),
        ("alternative_titles", [f"M {number}" for number in range(51)]),
        ("year", 1800),
        ("runtime", True),
        ("media_type", None),
        ("media_type", "movie"),
        ("description", None),
        ("genres", [""]),
        ("external_ids", ["tt0079944"]),
    ],
)
def test_no_other_changes_can_be_made(member: str, value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=member):
        MovieChanges(**{member: value})


def test_a_withdrawn_movie_is_another_revision() -> None:
    movie = unsaved_movie()

    assert movie.withdrawn() == evolve(movie, is_withdrawn=True, revision=2)


def test_a_genre_is_of_the_next_revision_once_its_name_is_another() -> None:
    assert DRAMA.renamed(" Drama ") is DRAMA
    assert DRAMA.renamed("dráma") == Genre(DRAMA.id, "dráma", 2)


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\0b"])
async def test_no_genre_is_called_so(name: str) -> None:
    store = MemoryStore()
    drama = await AddGenre(store.begin, new_id)("Drama")

    with pytest.raises(ValueError, match="name"):
        await AddGenre(store.begin, new_id)(name)
    with pytest.raises(ValueError, match="name"):
        await ReviseGenre(store.begin)(drama.id, name)

    assert list(await store.events()) == ["genre-added"]


async def test_what_has_happened_is_told_with_ids_and_revisions() -> None:
    store = MemoryStore()
    movie = await a_movie(store)
    events = []

    await ReviseMovie(store.begin, new_id)(movie.id, MovieChanges(genres=["Drama"]))
    events.append(_last_event(store))
    await WithdrawMovie(store.begin)(movie.id, 2)
    events.append(_last_event(store))
    horror = await AddGenre(store.begin, new_id)("Horror")
    events.append(_last_event(store))
    await ReviseGenre(store.begin)(horror.id, "Western")
    events.append(_last_event(store))
    await RemoveGenre(store.begin)(horror.id, 2)
    events.append(_last_event(store))

    assert events == [
        MovieRevised(movie.id, 2),
        MovieWithdrawn(movie.id),
        GenreAdded(horror.id),
        GenreRenamed(horror.id, 2),
        GenreRemoved(horror.id),
    ]


async def test_a_refused_revision_adds_no_genre() -> None:
    store = MemoryStore()
    movie = await a_movie(store)

    with pytest.raises(StaleMovie) as refused:
        await ReviseMovie(store.begin, new_id)(movie.id, MovieChanges(genres=["Drama"]), 7)

    assert isinstance(refused.value, Stale)
    assert (await BrowseGenres(store.genre_queries)()).items == []


async def test_genres_are_listed_and_shown() -> None:
    store = MemoryStore()
    movie = await a_movie(store, genres=["Horror", "Drama"])
    (horror, drama) = (
        GenreDetail(str(genre.id), genre.name, 1, movie_count=1) for genre in movie.genres
    )

    page = await BrowseGenres(store.genre_queries)()
    shown = await ShowGenre(store.genre_queries)(movie.genres[0].id)
    statistics = await ShowGenreStatistics(store.genre_queries)()

    assert (page.items, shown) == ([drama, horror], horror)
    assert [(one.genre.name, one.movie_count, one.average_rating) for one in statistics] == [
        *(("Drama", 1, None), ("Horror", 1, None)),
    ]


async def test_a_movie_is_found_by_the_id_of_a_provider_of_whichever_kind() -> None:
    store = MemoryStore()
    await a_movie(store, "Stalker", external_ids=[IMDB])
    await a_movie(store, "The Kingdom", external_ids=[evolve(IMDB, kind=MediaType.SERIES)])
    await a_movie(store, "Twin Peaks", external_ids=[ExternalId("tmdb", MediaType.SERIES, "1")])
    find = FindMovie(store.movie_queries)

    assert (await find("imdb", IMDB.value)).title == "Stalker"
    assert (await find("imdb", IMDB.value, MediaType.SERIES)).title == "The Kingdom"
    assert (await find("tmdb", "1")).title == "Twin Peaks"
    with pytest.raises(ExternalIdUnknown) as refused:
        await find("tmdb", "1", MediaType.MOVIE)
    assert (refused.value.provider, refused.value.value) == ("tmdb", "1")
    with pytest.raises(ValueError, match="provider"):
        await find("", "1")
