"""Finding a part of a title, in each of the ways that this is done."""

import pytest

from tests.servers.databases import SqliteFiles
from watchlist_core.catalogue import (
    ExternalId,
    ImportMovies,
    MediaType,
    MovieFilter,
    MovieOrder,
    NewMovie,
)
from watchlist_core.ids import Uuid7
from watchlist_core.paging import After, PageNumber, Total
from watchlist_core.testing.contracts import NOON, a_movie
from watchlist_sql.catalogue.titles import trigrams_of
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore


def test_the_trigrams_of_a_text_are_its_parts_of_three_letters() -> None:
    assert trigrams_of("amelie") == ["ame", "eli", "lie", "mel"]
    assert trigrams_of("aaaa") == ["aaa"]
    assert trigrams_of("ab") == []


@pytest.mark.parametrize(
    "part",
    ['"', "'", "%", "_", "*", "a%z", 'a" OR "b', "NEAR(a b)", "alk' --", "^sta", "-sta", "sta*"],
)
async def test_signs_that_mean_something_elsewhere_are_letters_here(
    database: Database, part: str
) -> None:
    store = SqlStore(database)
    await a_movie(store, "Stalker")
    await a_movie(store, f"A film called {part} by its maker")

    page = await store.movie_queries.browse(MovieFilter(part), MovieOrder(), PageNumber())

    assert [card.title for card in page.items] == [f"A film called {part} by its maker"]


@pytest.mark.parametrize("part", ["\0", "sta\0lker", "\ud800", "stalker" * 1_000])
async def test_what_no_title_can_contain_is_not_found(database: Database, part: str) -> None:
    store = SqlStore(database)
    await a_movie(store, "Stalker")

    page = await store.movie_queries.browse(MovieFilter(part), MovieOrder(), PageNumber())

    assert (list(page.items), page.next, page.total) == ([], None, Total(0))


async def test_a_total_is_right_at_once_after_a_movie_is_added(database: Database) -> None:
    store, totals = SqlStore(database), []

    for number in range(3):
        await a_movie(store, f"Stalker {number}")
        page = await store.movie_queries.browse(
            MovieFilter("stalker"), MovieOrder(), PageNumber(page_size=1)
        )
        totals.append(page.total)

    assert totals == [Total(1), Total(2), Total(3)]


async def test_on_sqlite_the_index_follows_titles_that_change_or_go(
    sqlite: SqliteFiles,
) -> None:
    async with sqlite.migrated() as url:
        store = await SqlStore.open(url)
    await a_movie(store, "Stalker")
    await a_movie(store, "Solaris")
    async with store.database.writing() as connection:
        await connection.exec_driver_sql(
            "UPDATE movies SET folded_title = 'mirror' WHERE folded_title = 'stalker'"
        )
        for table in ("movie_words", "movie_names"):
            await connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE movie_key IN "  # noqa: S608  our own words
                "(SELECT key FROM movies WHERE folded_title = 'solaris')"
            )
        await connection.exec_driver_sql("DELETE FROM movies WHERE folded_title = 'solaris'")
        await connection.exec_driver_sql("UPDATE catalogue SET version = version + 1")
        await connection.commit()

    found = [
        [
            card.title
            for card in (
                await store.movie_queries.browse(MovieFilter(part), MovieOrder(), PageNumber())
            ).items
        ]
        for part in ("mirror", "stalker", "solaris")
    ]

    assert found == [["Stalker"], [], []]
    await store.close()


@pytest.mark.parametrize(("part", "number"), [("the film", 60), ("e", 60), ("film 07", 1)])
async def test_common_and_rare_parts_are_walked_by_position(
    database: Database, part: str, number: int
) -> None:
    store, found, steps = SqlStore(database), 0, 0
    batch = [
        NewMovie(
            f"The film {n:02}", external_ids=[ExternalId("movielens", MediaType.MOVIE, str(n))]
        )
        for n in range(60)
    ]
    await ImportMovies(store.begin, lambda: NOON, Uuid7())(batch, identified_by="movielens")

    window: PageNumber | After | None = PageNumber(page_size=7)
    while window:
        page = await store.movie_queries.browse(MovieFilter(part), MovieOrder(), window)
        found, steps = found + len(page.items), steps + 1
        window = After(page.next, 7) if page.next else None

    assert (found, steps) == (number, -(-number // 7))
