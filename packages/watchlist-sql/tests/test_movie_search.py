"""Searches in a database: what every store promises, and what the tables for it hold."""

import pytest
from alembic import command
from attrs import evolve
from sqlalchemy import Table, func, select

from watchlist_core.catalogue import (
    RANKED,
    Movie,
    MovieChanges,
    MovieFilter,
    ReviseMovie,
    SearchText,
    WithdrawMovie,
)
from watchlist_core.paging import After, PageNumber, Window
from watchlist_core.rating import Score
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import (
    MovieSearchContract,
    SameHitsContract,
    a_movie,
    new_id,
    scored,
    unsaved_movie,
)
from watchlist_core.testing.contracts.same_lists import DrawnMovie, filled, plain
from watchlist_sql.database import Database
from watchlist_sql.schema import migrate, run
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import catalogue_words, exists_on, movie_names, movie_vectors, movie_words


class TestMovieSearch(MovieSearchContract):
    pass


class TestSameHits(SameHitsContract):
    pass


async def found(store: SqlStore, text: str) -> list[str]:
    searched = SearchText.of(text)
    assert searched
    page = await store.movie_search.search(searched, MovieFilter(), PageNumber())
    return [card.title for card in page.items]


async def added(store: SqlStore, movies: list[Movie]) -> None:
    async with store.begin() as work:
        await work.movies.add(movies)
        await work.commit()


async def number(store: SqlStore, table: Table) -> int:
    ((rows,),) = await store.database.fetch(select(func.count()).select_from(table))
    return rows


async def test_pages_of_what_too_many_match_show_each_movie_once_and_the_likeliest_first(
    database: Database,
) -> None:
    store = SqlStore(database)
    many = [unsaved_movie(f"Winter {number} night") for number in range(RANKED)]
    named = [unsaved_movie(f"Night {number}") for number in range(200)]
    await added(store, [*many, *named])
    await scored(store, many[700].id, Score(900, 7200))
    night = SearchText.of("night")
    assert night

    shown: list[str] = []
    window: Window | None = PageNumber(page_size=100)
    while window:
        page = await store.movie_search.search(night, MovieFilter(), window)
        shown += [card.id for card in page.items]
        window = After(page.next, 100) if page.next else None

    assert len(shown) == len(set(shown)) == RANKED
    assert str(many[700].id) in shown[:200]
    assert {str(movie.id) for movie in named[:150]} & set(shown[:100])


def _of_many(number: int) -> DrawnMovie:
    """Return one of a few hundred that say the same words, in names or elsewhere."""
    names = ["The Night", "Hunter Night", "Long Nightfall", "Night of the Hunter", "Stone", "Moon"]
    movie = evolve(
        unsaved_movie(f"{names[number % 6]} {number % 7 * 'x'}".strip()),
        year=1950 + number % 9,
        original_title="Nightly Hunt" if number % 5 == 0 else None,
        description="the night of a hunter" if number % 4 else "",
    )
    count = number * 7 % 50
    return DrawnMovie(movie, Score(count, 8 * count), is_withdrawn=number % 11 == 0)


@pytest.mark.parametrize(
    "text",
    ["night", "nigh", "night hunter", "the night", "night the", "hunter of", "nihgt", "the hunetr"],
)
async def test_of_some_hundreds_that_match_the_same_come_first_as_in_memory(
    database: Database, text: str
) -> None:
    searched = SearchText.of(text)
    assert searched
    store, memory = SqlStore(database), MemoryStore()
    many = [_of_many(number) for number in range(450)]
    for one in (store, memory):
        await filled(one, many, [])

    windows: list[Window | None] = [PageNumber(2, 100), PageNumber(page_size=30)]
    for window in windows:
        if window:
            expected = await memory.movie_search.search(searched, MovieFilter(), window)
            found = await store.movie_search.search(searched, MovieFilter(), window)
            assert plain(found) == plain(expected)
            windows.append(After(expected.next, 45) if expected.next else None)
    suggested = await store.movie_search.suggest(searched)

    assert list(suggested) == list(await memory.movie_search.suggest(searched))
    assert len(windows) > 6


async def test_a_beginning_of_more_words_than_are_looked_up_finds_the_popular_ones(
    database: Database,
) -> None:
    store = SqlStore(database)
    await added(store, [unsaved_movie(f"Story of star{number:03}x") for number in range(100)])
    last = await a_movie(store, "The one of starzzz")
    await scored(store, last.id, Score(5, 40))
    stars = SearchText.of("star")
    assert stars

    page = await store.movie_search.search(stars, MovieFilter(), PageNumber(page_size=100))

    assert page.items[0].id == str(last.id)
    assert len(page.items) > 60


async def test_of_a_movie_that_is_withdrawn_only_its_words_are_left(database: Database) -> None:
    store = SqlStore(database)
    movie = await a_movie(store, "Stalker", alternative_titles=["The Wish Machine"])
    words = await number(store, catalogue_words)

    await WithdrawMovie(store.begin)(movie.id)

    tables = [movie_names, movie_vectors, movie_words]
    ours = [table for table in tables if exists_on(table, store.database.dialect)]
    assert [await number(store, table) for table in ours] == [0] * len(ours)
    assert await number(store, catalogue_words) == words == 4


async def test_a_movie_is_found_by_what_it_says_now(database: Database) -> None:
    store = SqlStore(database)
    movie = await a_movie(store, "Stalker", description="Three men walk.")
    revise = ReviseMovie(store.begin, new_id)

    await revise(movie.id, MovieChanges(title="Solaris", description="A sea thinks."))

    assert await found(store, "solaris thinks") == ["Solaris"]
    assert await found(store, "stalker") == await found(store, "walk") == []


@pytest.mark.parametrize(
    "text", ["stalker", "st", "men wal", "stalkre", "wish machine", "amelie", "七"]
)
async def test_what_stood_in_the_catalogue_before_there_was_a_search_is_found(
    database: Database, text: str
) -> None:
    store = SqlStore(database)
    await a_movie(
        store, "Stalker", original_title="Сталкер", description="Three men walk. 七 Amélie"
    )
    await a_movie(store, "Solaris", alternative_titles=["Stalker's Wish Machine"])
    gone = await a_movie(store, "Stalker wish machine men walk 七 Amélie")
    await WithdrawMovie(store.begin)(gone.id)
    before = await found(store, text)

    await run(store.database, lambda config: command.downgrade(config, "0003"))
    await migrate(store.database)

    assert await found(store, text) == before != []
    await a_movie(store, "Stalker: newer words")
    assert await found(store, "newer words") == ["Stalker: newer words"]
