"""People find what they hope for: the queries of the benchmark, on the real movies of MovieLens."""

from collections import Counter
from pathlib import Path

from benchmarks.search_quality import Quality, Query, fill, qualities, queries
from watchlist_core.catalogue import MovieCard
from watchlist_core.movielens import MovieLens, RefusedRow
from watchlist_core.rating import Score
from watchlist_sql import SqlStore

KINDS = [
    "exact",
    "prefix",
    "without diacritics",
    "one typo",
    "words in another order",
    "article moved",
    "alternative title",
    "stop words only",
    "one letter",
    "other scripts",
    "hostile",
]


def card(title: str, year: int) -> MovieCard:
    return MovieCard("1", title, year, "movie", [], Score())


async def test_what_is_hoped_for_is_among_the_first_three(
    movielens_folder: Path, migrated_url: str
) -> None:
    store = await SqlStore.open(migrated_url)
    try:
        await fill(store, movielens_folder)
        found = await qualities(store.movie_search)
    finally:
        await store.close()

    assert [quality.kind for quality in found] == KINDS
    assert [quality.text() for quality in found if not quality.is_reached] == []


def test_each_kind_of_query_is_asked_often_enough() -> None:
    asked = Counter(query.kind for query in queries())

    assert [kind for kind in KINDS if asked[kind] < 15] == []
    assert [*asked] == KINDS
    assert len({(query.kind, query.text) for query in queries()}) == len(queries())


def test_what_is_hoped_for_is_there(movielens_folder: Path) -> None:
    movies = [
        card(row.title, row.year)
        for row in MovieLens.open(movielens_folder)
        if not isinstance(row, RefusedRow) and row.year
    ]

    assert [query for query in queries() if query.title and not query.is_met_by(movies)] == []


def test_a_kind_is_reached_when_nearly_all_are_found() -> None:
    missed = Query("exact", "alien", "Alien", 1979)

    assert Quality("exact", 20, [missed]).is_reached
    assert not Quality("exact", 19, [missed]).is_reached
    assert Quality("exact", 19, [missed]).text() == "exact: 18 of 19, not 'alien'"


def test_a_movie_is_the_one_that_is_hoped_for_by_title_and_year() -> None:
    query = Query("exact", "matrix", "The Matrix", 1999)

    assert query.is_met_by([card("Alien", 1979), card("Matrix, The", 1999)])
    assert not query.is_met_by([card("The Matrix", 2021), card("The Matrix Reloaded", 1999)])
