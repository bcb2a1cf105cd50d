"""Searches and suggestions look words and names up, however many movies there are."""

import re

import pytest
from attrs import evolve
from sqlalchemy import update

from tests.servers.plans import Fill, plans, sent_statements, whole_tables_read
from watchlist_core.catalogue import MovieFilter, SearchText
from watchlist_core.paging import PageNumber
from watchlist_core.testing.contracts import unsaved_movie
from watchlist_sql.statistics import refresh_statistics
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import movies

MANY = 10_000
# As long as descriptions are: PostgreSQL reads all of a table whose rows are short.
ABOUT = " ".join(
    f"{first}{second}{third}x" for first in "klm" for second in "aeiou" for third in "prstvz"
)


async def fill_catalogue(store: SqlStore) -> None:
    """Put in movies of which all have one word, few have another, and each has one of its own."""
    new = [
        evolve(
            unsaved_movie(f"Night {'Stalker ' * (n % 1_000 == 0)}{n * 7919 % MANY:05}th"),
            description=ABOUT,
        )
        for n in range(MANY)
    ]
    async with store.begin() as work:
        await work.movies.add(new)
        await work.commit()
    async with store.database.writing() as connection:
        score = {"rating_count": movies.c.key % 7, "rating_halves": 8 * (movies.c.key % 7)}
        await connection.execute(update(movies).values(score))
        await connection.commit()
    await refresh_statistics(store.database)


@pytest.fixture(scope="module")
def fill() -> Fill:
    return fill_catalogue


def read_from_end_to_end(plan: str) -> list[str]:
    """Return the tables of the search that are read so, besides those of `whole_tables_read`."""
    tables = "movie_words|movie_names|movie_vectors|catalogue_words|word_deletes"
    whole = re.findall(rf"SCAN (?:{tables})(?! VIRTUAL)|Seq Scan on (?:{tables})\b", plan)
    return [*whole, *whole_tables_read(plan)]


async def plans_of(store: SqlStore, text: str, wanted: MovieFilter | None = None) -> list[str]:
    searched = SearchText.of(text)
    assert searched
    await store.movie_search.search(searched, MovieFilter(year=1979), PageNumber())
    with sent_statements() as sent:
        await store.movie_search.search(searched, wanted or MovieFilter(), PageNumber())
        if wanted is None:
            await store.movie_search.suggest(searched)
    return await plans(store, sent)


BY_WORDS = (
    r"SCAN movie_search VIRTUAL TABLE INDEX \d+:M|Bitmap Index Scan on ix_movie_vectors_words"
)
BY_NAMES = (
    r"SEARCH movie_names USING PRIMARY KEY \(beginning>\? AND beginning<\?\)"
    r"|Index (Only )?Scan using pk_movie_names"
)
BY_POPULARITY = (
    r"SCAN movies(_\d)? USING.* INDEX ix_movies_rating_count_down"
    r"|Scan using ix_movies_rating_count_down"
)


@pytest.mark.parametrize("text", ["stalker", "night stalker", "stalker 0", "the stalker"])
@pytest.mark.parametrize("wanted", [None, MovieFilter(year=1979)])
async def test_movies_are_looked_up_by_their_words(
    full_store: SqlStore, text: str, wanted: MovieFilter | None
) -> None:
    explained = await plans_of(full_store, text, wanted)

    assert any(re.search(BY_WORDS, plan) for plan in explained)
    assert [read_from_end_to_end(plan) for plan in explained] == [[]] * len(explained)


async def test_a_mistyped_word_is_looked_up_among_those_of_the_catalogue(
    full_store: SqlStore,
) -> None:
    explained = await plans_of(full_store, "stlaker")

    (alike,) = [plan for plan in explained if "word_deletes" in plan]
    assert re.search(r"SEARCH word_deletes USING PRIMARY KEY|pk_word_deletes", alike)
    assert [read_from_end_to_end(plan) for plan in explained] == [[]] * len(explained)


@pytest.mark.parametrize("text", ["ni", "n"])
async def test_a_short_text_is_looked_up_among_names(full_store: SqlStore, text: str) -> None:
    explained = await plans_of(full_store, text)

    assert any(re.search(BY_NAMES, plan) for plan in explained)
    assert any(re.search(BY_POPULARITY, plan) for plan in explained)
    assert [read_from_end_to_end(plan) for plan in explained] == [[]] * len(explained)


async def test_of_a_word_that_all_movies_have_only_some_are_read(full_store: SqlStore) -> None:
    explained = await plans_of(full_store, "night")

    likeliest = [plan for plan in explained if re.search(BY_POPULARITY, plan)]
    assert len(likeliest) == 2
    assert all(re.search(BY_NAMES, plan) for plan in likeliest)
    # PostgreSQL meets such a word soonest by reading, and stops when it has met enough.
    unlimited = [plan for plan in explained if read_from_end_to_end(plan) and "Limit" not in plan]
    assert unlimited == []
    if full_store.database.dialect == "sqlite":
        assert [read_from_end_to_end(plan) for plan in explained] == [[]] * len(explained)
