"""What a list of movies can be asked for."""

from typing import Any
from uuid import UUID

import pytest

from watchlist_core.catalogue import FILTER_GENRES, GENRE_LENGTH, MediaType, MovieFilter
from watchlist_core.ids import GenreId

DRAMA = GenreId(UUID(int=1))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"title": " "},
        {"genres": ["x" * GENRE_LENGTH, DRAMA]},
        {"genres": [str(number) for number in range(FILTER_GENRES)]},
        {"year": 1, "year_from": 1979, "year_to": 1979},
        {"year": 9999},
        {"year_from": 2001, "year_to": None},
        {"rating_from": 1},
        {"rating_from": 3.33},
        {"rating_from": 5.0},
        {"media_type": MediaType.SERIES},
    ],
)
def test_a_list_may_be_asked_for(given: dict[str, Any]) -> None:
    wanted = MovieFilter(**given)

    assert hash(wanted) == hash(MovieFilter(**given))


@pytest.mark.parametrize(
    ("member", "given"),
    [
        ("genres", {"genres": [str(number) for number in range(FILTER_GENRES + 1)]}),
        ("genres", {"genres": [" "]}),
        ("genres", {"genres": ["x" * (GENRE_LENGTH + 1)]}),
        ("genres", {"genres": ["a\0b"]}),
        ("genres", {"genres": [1]}),
        ("year", {"year": 0}),
        ("year", {"year": 10_000}),
        ("year", {"year": True}),
        ("year_from", {"year_from": -1}),
        ("year_to", {"year_to": "1979"}),
        ("year_from must not be later than year_to", {"year_from": 1980, "year_to": 1979}),
        ("rating_from", {"rating_from": 0.99}),
        ("rating_from", {"rating_from": 5.01}),
        ("rating_from", {"rating_from": 3.333}),
        ("rating_from", {"rating_from": float("nan")}),
        ("rating_from", {"rating_from": True}),
        ("rating_from", {"rating_from": "4"}),
        ("media_type", {"media_type": "movie"}),
    ],
)
def test_a_list_is_asked_for_nothing_else(member: str, given: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError), match=member):
        MovieFilter(**given)


def test_each_genre_is_wanted_once() -> None:
    wanted = MovieFilter(genres=[" Drama", DRAMA, "DRÁMA", DRAMA, "Horror"])

    assert wanted.genres == ("Drama", DRAMA, "Horror")


@pytest.mark.parametrize("hundredths", range(100, 501))
def test_stars_are_compared_in_hundredths(hundredths: int) -> None:
    assert MovieFilter(rating_from=hundredths / 100).rating_hundredths_from == hundredths


def test_no_stars_are_no_hundredths() -> None:
    assert MovieFilter().rating_hundredths_from is None
