"""Averages sort as their ratios do, on both databases and in positions alike."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from watchlist_core.paging import ForeignPosition
from watchlist_sql.averages import (
    MOST_RATINGS,
    ExactAverage,
    least_average,
    read_average,
    written_average,
)
from watchlist_sql.database import Database

counts = st.one_of(st.integers(1, 50), st.integers(MOST_RATINGS - 50, MOST_RATINGS))


@st.composite
def scores(draw: st.DrawFn) -> tuple[int, int]:
    count = draw(counts)
    return draw(st.integers(2 * count, 10 * count)), count


@given(scores(), scores())
def test_averages_sort_as_their_ratios_do(one: tuple[int, int], other: tuple[int, int]) -> None:
    read = [read_average(written_average(*score)) for score in (one, other)]

    assert (read[0] < read[1]) == (Fraction(*one) < Fraction(*other))
    assert (read[0] == read[1]) == (Fraction(*one) == Fraction(*other))
    assert all(average < 1 << 63 for average in read)


@given(scores(), st.integers(100, 500))
def test_an_average_reaches_so_many_stars_or_not(score: tuple[int, int], hundredths: int) -> None:
    reaches = read_average(written_average(*score)) >= least_average(hundredths)

    assert reaches == (Fraction(*score) / 2 >= Fraction(hundredths, 100))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(score=scores())
async def test_databases_reckon_as_positions_are_read(
    database: Database, score: tuple[int, int]
) -> None:
    halves, count = score
    row = text(f"(SELECT {halves} AS rating_halves, {count} AS rating_count) AS movie")

    ((average,),) = await database.fetch(select(ExactAverage()).select_from(row))

    assert average == read_average(written_average(halves, count))


async def test_what_nobody_has_rated_has_no_average(database: Database) -> None:
    row = text("(SELECT 0 AS rating_halves, 0 AS rating_count) AS movie")

    missing = select(ExactAverage().is_(None)).select_from(row)

    assert await database.fetch(missing) == [(True,)]
    assert written_average(0, 0) is None


@pytest.mark.parametrize(
    "position", ["9/0", "0/9", "1/1", "11/1", "9", "9/2/1", "-9/2", "09/2", "9/2 ", 4, None, True]
)
def test_what_no_movie_can_have_is_no_position(position: object) -> None:
    with pytest.raises(ForeignPosition):
        read_average(position)
