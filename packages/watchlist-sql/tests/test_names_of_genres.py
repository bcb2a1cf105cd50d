"""Each process knows the names of genres, and never shows one that is not the present one."""

from collections.abc import AsyncIterator, Sequence

import pytest

from watchlist_core.catalogue import (
    AddGenre,
    Genre,
    MovieChanges,
    MovieFilter,
    MovieOrder,
    RemoveGenre,
    ReviseGenre,
    ReviseMovie,
)
from watchlist_core.paging import After, PageNumber, Total
from watchlist_core.testing.contracts import a_movie, new_id
from watchlist_sql.store import SqlStore

DRAMA = MovieFilter(genres=["Drama"])


@pytest.fixture
async def processes(migrated_url: str) -> AsyncIterator[Sequence[SqlStore]]:
    """Two stores on one database, which know nothing of one another."""
    stores = [await SqlStore.open(migrated_url) for _ in range(2)]
    yield stores
    for store in stores:
        await store.close()


async def cards(store: SqlStore, wanted: MovieFilter | None = None) -> list[list[str]]:
    page = await store.movie_queries.browse(wanted or MovieFilter(), MovieOrder(), PageNumber())
    return [list(card.genres) for card in page.items]


async def renamed(store: SqlStore, genre: Genre, name: str) -> None:
    await ReviseGenre(store.begin)(genre.id, name)


async def test_another_process_shows_a_new_name_at_once(processes: Sequence[SqlStore]) -> None:
    here, there = processes
    (drama,) = (await a_movie(here, genres=["Drama"])).genres
    before = await cards(there), await cards(there, DRAMA)

    await renamed(here, drama, "Tragedy")

    assert before == ([["Drama"]], [["Drama"]])
    assert await cards(there) == [["Tragedy"]]
    assert await cards(there, DRAMA) == []
    assert await cards(there, MovieFilter(genres=["tragedy"])) == [["Tragedy"]]


async def test_a_genre_that_is_new_elsewhere_is_asked_for_at_once(
    processes: Sequence[SqlStore],
) -> None:
    here, there = processes
    before = await cards(there, DRAMA)

    await a_movie(here, genres=["Drama"])

    assert (before, await cards(there, DRAMA)) == ([], [["Drama"]])


async def test_pages_by_position_have_the_present_names_too(processes: Sequence[SqlStore]) -> None:
    here, there = processes
    movies = [await a_movie(here, title, genres=["Drama"]) for title in ("Mirror", "Stalker")]
    first = await there.movie_queries.browse(DRAMA, MovieOrder(), PageNumber(page_size=1))

    await renamed(here, movies[0].genres[0], "Dráma")
    assert first.next
    after = await there.movie_queries.browse(DRAMA, MovieOrder(), After(first.next))

    assert [list(card.genres) for card in after.items] == [["Dráma"]]


async def test_a_key_that_comes_back_as_another_genre_is_not_taken_for_the_first(
    processes: Sequence[SqlStore],
) -> None:
    here, there = processes
    movie = await a_movie(here, genres=["Drama"])
    before = await cards(there)

    await ReviseMovie(here.begin, new_id)(movie.id, MovieChanges(genres=[]))
    await RemoveGenre(here.begin)(movie.genres[0].id)
    await AddGenre(here.begin, new_id)("Horror")  # SQLite gives it the key that is free again
    await ReviseMovie(here.begin, new_id)(movie.id, MovieChanges(genres=["Horror"]))

    assert (before, await cards(there)) == ([["Drama"]], [["Horror"]])


async def test_totals_that_are_kept_are_those_of_the_page(processes: Sequence[SqlStore]) -> None:
    here, there = processes
    totals = []

    for _ in range(3):
        await a_movie(here, year=1979, genres=["Drama"])
        for wanted in (MovieFilter(), DRAMA, MovieFilter(year=1979)):
            page = await there.movie_queries.browse(wanted, MovieOrder(), PageNumber())
            totals.append(page.total)

    assert totals == [Total(number) for number in (1, 2, 3) for _ in range(3)]
