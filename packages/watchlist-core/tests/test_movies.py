"""What a movie can be, and what the catalogue does with it before any store is asked."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from watchlist_core.catalogue import (
    ALTERNATIVE_TITLES,
    DESCRIPTION_LENGTH,
    EXTERNAL_ID_LENGTH,
    GENRE_LENGTH,
    LATEST_YEAR,
    LONGEST_RUNTIME,
    OLDEST_YEAR,
    PROVIDER_LENGTH,
    TITLE_LENGTH,
    BrowseMovies,
    ExternalId,
    Genre,
    ImportMovies,
    MediaType,
    MovieOrder,
    MovieSort,
    NewMovie,
    ShowMovie,
)
from watchlist_core.ids import GenreId, Uuid7
from watchlist_core.paging import Total
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import NOON, a_movie, unsaved_movie

IMDB = ExternalId("imdb", MediaType.MOVIE, "tt0079944")


@pytest.mark.parametrize(
    "known",
    [
        {"title": "M"},
        {"title": "x" * TITLE_LENGTH},
        {"title": "\N{CLAPPER BOARD}" * TITLE_LENGTH},
        {"title": "M", "year": OLDEST_YEAR, "runtime": 1},
        {"title": "M", "year": LATEST_YEAR, "runtime": LONGEST_RUNTIME},
        {"title": "M", "description": "x" * DESCRIPTION_LENGTH},
        {"title": "M", "genres": ["x" * GENRE_LENGTH]},
        {"title": "M", "original_title": "x" * TITLE_LENGTH},
        {"title": "M", "alternative_titles": [f"M {n}" for n in range(ALTERNATIVE_TITLES)]},
    ],
)
def test_a_movie_may_be_as_short_and_as_long_as_this(known: dict[str, Any]) -> None:
    movie = NewMovie(**known)

    assert movie.title == known["title"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("title", ""),
        ("title", "   "),
        ("title", "x" * (TITLE_LENGTH + 1)),
        ("title", "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 100),
        ("title", "a\0b"),
        ("title", "\ud800"),
        ("title", None),
        ("title", 9),
        ("year", OLDEST_YEAR - 1),
        ("year", LATEST_YEAR + 1),
        ("year", "1979"),
        ("year", 1979.0),
        ("runtime", 0),
        ("runtime", LONGEST_RUNTIME + 1),
        ("runtime", True),
        ("media_type", "movie"),
        ("description", "x" * (DESCRIPTION_LENGTH + 1)),
        ("description", None),
        ("description", "\udfff"),
        ("genres", [""]),
        ("genres", [" "]),
        ("genres", [9]),
        ("genres", ["x" * (GENRE_LENGTH + 1)]),
        ("original_title", " "),
        ("original_title", "x" * (TITLE_LENGTH + 1)),
        ("original_title", 9),
        ("alternative_titles", [""]),
        ("alternative_titles", ["M", "x" * (TITLE_LENGTH + 1)]),
        ("alternative_titles", ["\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 100]),
        ("alternative_titles", [9]),
        ("alternative_titles", [f"M {n}" for n in range(ALTERNATIVE_TITLES + 1)]),
    ],
)
def test_no_other_movie_can_be_made(member: str, value: object) -> None:
    known = {"title": "Stalker"} | {member: value}

    with pytest.raises((TypeError, ValueError), match=member):
        NewMovie(**known)  # type: ignore[arg-type]  # some of them are mistakes of type


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("title", ""),
        ("title", " \t\N{NO-BREAK SPACE}"),
        ("title", "x" * (TITLE_LENGTH + 1)),
        ("title", "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 100),
        ("year", LATEST_YEAR + 1),
        ("runtime", 0),
        ("media_type", "movie"),
        ("description", None),
        ("original_title", ""),
        ("alternative_titles", [" "]),
        ("alternative_titles", [f"M {n}" for n in range(ALTERNATIVE_TITLES + 1)]),
    ],
)
def test_the_catalogue_holds_no_other_movie_either(member: str, value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=member):
        evolve(unsaved_movie(), **{member: value})


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}"])
@pytest.mark.parametrize(
    ("make", "member"),
    [
        (NewMovie, "title"),
        (lambda blank: evolve(unsaved_movie(), title=blank), "title"),
        (lambda blank: NewMovie("Stalker", genres=["Drama", blank]), "genres"),
        (lambda blank: Genre(GenreId(Uuid7()()), blank), "name"),
        (lambda blank: ExternalId(blank, MediaType.MOVIE, "1"), "provider"),
        (lambda blank: ExternalId("imdb", MediaType.MOVIE, blank), "value"),
    ],
    ids=["new title", "title", "genre of a movie", "genre", "provider", "providers value"],
)
def test_blanks_alone_are_no_name(make: Callable[[str], object], member: str, blank: str) -> None:
    with pytest.raises(ValueError, match=f"^{member} must not be blank$"):
        make(blank)


def test_blanks_around_a_title_do_not_belong_to_it() -> None:
    assert NewMovie("  Stalker\n").title == "Stalker"
    assert evolve(unsaved_movie(), title="  Stalker\n").title == "Stalker"


def test_a_genre_is_named_once_by_its_first_name() -> None:
    movie = NewMovie("Stalker", genres=["Drama", " Sci-Fi", "Art", "DRAMA", "dráma", "sci-fi"])

    assert movie.genres == ("Drama", "Sci-Fi", "Art")


def test_an_alternative_title_says_something_else() -> None:
    titles = ["AMELIE", "Le Fabuleux Destin", " Amelie of Montmartre", "amélie of  MONTMARTRE", "A"]
    known: dict[str, Any] = {"original_title": " Le fabuleux destin ", "alternative_titles": titles}

    new = NewMovie("Amélie", **known)
    movie = evolve(unsaved_movie("Amélie"), **known)
    renamed = evolve(movie, title="a")

    assert new.original_title == movie.original_title == "Le fabuleux destin"
    assert new.alternative_titles == movie.alternative_titles == ("Amelie of Montmartre", "A")
    assert renamed.alternative_titles == ("Amelie of Montmartre",)


@pytest.mark.parametrize(
    ("provider", "kind", "value"),
    [
        ("", MediaType.MOVIE, "1"),
        ("x" * (PROVIDER_LENGTH + 1), MediaType.MOVIE, "1"),
        ("imdb", "movie", "1"),
        ("imdb", MediaType.MOVIE, ""),
        ("imdb", MediaType.MOVIE, "x" * (EXTERNAL_ID_LENGTH + 1)),
        ("imdb", MediaType.MOVIE, 1),
    ],
)
def test_no_other_external_id_can_be_made(provider: str, kind: MediaType, value: str) -> None:
    with pytest.raises((TypeError, ValueError), match=r"provider|kind|value"):
        ExternalId(provider, kind, value)


def test_external_ids_sort_by_provider_kind_and_value() -> None:
    series = ExternalId("imdb", MediaType.SERIES, "tt0000001")
    tmdb = ExternalId("tmdb", MediaType.MOVIE, "1")

    assert sorted([tmdb, series, IMDB]) == [IMDB, series, tmdb]


@pytest.mark.parametrize(
    "fields",
    [
        (),
        [(sort, False) for sort in MovieSort],
        [(MovieSort.TITLE, False), (MovieSort.TITLE, True)],
    ],
)
def test_a_list_is_sorted_by_one_to_three_different_fields(
    fields: list[tuple[MovieSort, bool]],
) -> None:
    with pytest.raises(ValueError, match="fields"):
        MovieOrder(fields)


@pytest.mark.parametrize(
    "external_ids",
    [
        [],
        [IMDB],
        [
            ExternalId("movielens", MediaType.MOVIE, "1"),
            ExternalId("movielens", MediaType.MOVIE, "2"),
        ],
    ],
)
async def test_an_imported_movie_has_one_id_of_its_provider(external_ids: list[ExternalId]) -> None:
    store = MemoryStore()
    import_movies = ImportMovies(store.begin, lambda: NOON, Uuid7())
    sound = NewMovie("Solaris", external_ids=[ExternalId("movielens", MediaType.MOVIE, "3")])

    with pytest.raises(ValueError, match="'Stalker' needs exactly one id of movielens"):
        await import_movies(
            [sound, NewMovie("Stalker", external_ids=external_ids)], identified_by="movielens"
        )

    assert list(await store.events()) == []


async def test_a_list_begins_with_all_movies_by_title() -> None:
    store = MemoryStore()
    for title in ("Stalker", "amélie", "Brazil"):
        await a_movie(store, title)

    page = await BrowseMovies(store.movie_queries)()

    assert [card.title for card in page.items] == ["amélie", "Brazil", "Stalker"]
    assert page.total == Total(3)


async def test_a_movie_is_shown() -> None:
    store = MemoryStore()
    movie = await a_movie(store)

    shown = await ShowMovie(store.movie_queries)(movie.id)

    assert (shown.id, shown.title) == (str(movie.id), "Stalker")
