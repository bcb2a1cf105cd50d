"""What a rating may say beside its stars."""

from math import inf, nan
from typing import Any

import pytest

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating import (
    REVIEW_LENGTH,
    WIDEST_SCALE,
    RateMovie,
    Rating,
    RatingFilter,
    RatingOrder,
    RatingSort,
    Score,
    SourceRating,
    Stars,
)
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import NOON, a_movie, a_viewer, new_id


def _rating(**members: Any) -> Rating:
    return Rating(AccountId(new_id()), MovieId(new_id()), Stars.of(4), NOON, **members)


def test_a_review_is_a_text_of_some_length() -> None:
    assert _rating().review is None
    assert _rating(review=" The zone.\n").review == "The zone."
    assert _rating(review="x" * REVIEW_LENGTH).review == "x" * REVIEW_LENGTH


@pytest.mark.parametrize("review", ["", "  ", "x" * (REVIEW_LENGTH + 1), "the\0zone", "\ud800"])
def test_what_no_review_can_be_is_refused(review: str) -> None:
    with pytest.raises(ValueError, match="review"):
        _rating(review=review)


async def test_a_review_that_cannot_be_changes_nothing() -> None:
    store = MemoryStore()
    movie = (await a_movie(store)).id
    viewer = await a_viewer(store, movie)

    with pytest.raises(ValueError, match="review"):
        await RateMovie(store.begin, lambda: NOON)(viewer, movie, Stars.of(4), " ")

    assert "movie-rated" not in await store.events()


@pytest.mark.parametrize(
    ("value", "scale"), [(0.5, 5), (10, 10), (0, 100), (73, WIDEST_SCALE), (3.5, 4)]
)
def test_a_rating_keeps_what_it_was_made_from(value: float, scale: float) -> None:
    source = SourceRating(value, scale)

    assert _rating(source=source).source == source


@pytest.mark.parametrize(
    ("value", "scale"),
    [(6, 5), (-1, 5), (0, 0), (1, WIDEST_SCALE + 1), (nan, 5), (1, nan), (1, inf), (True, 5)],
)
def test_what_is_on_no_scale_is_refused(value: float, scale: float) -> None:
    with pytest.raises((TypeError, ValueError), match=r"value|scale"):
        SourceRating(value, scale)


def test_a_source_is_a_value_on_a_scale() -> None:
    with pytest.raises(TypeError, match="source"):
        _rating(source=(7, 10))
    with pytest.raises(TypeError, match="value"):
        SourceRating("7", 10)  # type: ignore[arg-type]  # no number


def test_a_score_without_a_rating_is_the_score_before_it() -> None:
    score = Score(3, 20)

    assert score.counting(Stars.of(4)).without(Stars.of(4)) == score
    assert Score(1, 8).without(Stars.of(4)) == Score()


def test_own_ratings_are_asked_for_by_texts_and_fields() -> None:
    with pytest.raises(TypeError, match="title"):
        RatingFilter(7)  # type: ignore[arg-type]  # no text
    with pytest.raises(ValueError, match="fields"):
        RatingOrder([(RatingSort.STARS, True), (RatingSort.STARS, False)])
