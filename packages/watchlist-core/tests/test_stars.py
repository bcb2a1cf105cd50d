"""What one account gives, and what all of them together lead to."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist_core.rating import ListRatings, Score, Stars
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import a_movie, a_viewer, rated

ALL_STARS = [Stars(halves) for halves in range(2, 11)]


@pytest.mark.parametrize(("first", "second"), list(product(ALL_STARS, ALL_STARS)))
def test_a_changed_rating_counts_once(first: Stars, second: Stars) -> None:
    others = Score(rating_count=2, halves=13)

    changed = others.counting(first).counting(second, instead_of=first)

    assert changed == others.counting(second)


@pytest.mark.parametrize("halves", [1, 11, 0, -2, 7.0, 7.5, True, None, "7"])
def test_other_stars_cannot_be_made(halves: int) -> None:
    with pytest.raises((TypeError, ValueError), match="halves"):
        Stars(halves)


@pytest.mark.parametrize("number", [1, 1.5, 2.0, 4.5, 5])
def test_stars_are_one_to_five_in_halves(number: float) -> None:
    assert Stars.of(number).number == number


@pytest.mark.parametrize("number", [0, 0.5, 1.25, 3.3, 5.5, -1, True, float("nan"), float("inf")])
def test_no_other_number_of_stars_can_be_given(number: float) -> None:
    with pytest.raises(ValueError, match=r"1 to 5 in steps of 0\.5"):
        Stars.of(number)


@given(st.lists(st.sampled_from(ALL_STARS), min_size=1))
def test_the_average_is_that_of_all_ratings(given_stars: list[Stars]) -> None:
    score = Score()
    for stars in given_stars:
        score = score.counting(stars)

    assert score.rating_count == len(given_stars)
    assert score.average_rating == round(
        sum(stars.number for stars in given_stars) / len(given_stars), 2
    )


def test_an_unrated_movie_has_no_average() -> None:
    assert Score().average_rating is None


async def test_ratings_are_listed_from_the_latest_unless_asked_otherwise() -> None:
    store = MemoryStore()
    movie = await a_movie(store)
    await rated(store, await a_viewer(store, movie.id), movie.id, Stars.of(3))

    shown = await ListRatings(store.rating_queries)(movie.id)

    assert (shown.score, len(shown.page.items)) == (Score(1, 6), 1)
