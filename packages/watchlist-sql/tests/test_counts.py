"""How many movies a list has is counted no more often than somebody needs it."""

from tests.servers.plans import Sent, sent_statements
from watchlist_core.catalogue import MovieFilter, MovieOrder
from watchlist_core.paging import PageNumber, Total
from watchlist_core.testing.contracts import a_movie
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore

DRAMAS = MovieFilter(genres=["Drama"], year=1979)


async def fill(store: SqlStore) -> None:
    for number in range(5):
        await a_movie(store, f"Stalker {number}", 1979, genres=["Drama"])
    await store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())


async def total(store: SqlStore, wanted: MovieFilter, page: int, size: int) -> Total | None:
    shown = await store.movie_queries.browse(wanted, MovieOrder(), PageNumber(page, size))
    return shown.total


def counts(sent: list[Sent]) -> int:
    return sum("count(" in one.statement for one in sent)


async def test_a_list_that_ends_on_its_page_is_not_counted(database: Database) -> None:
    store = SqlStore(database)
    await fill(store)

    with sent_statements() as sent:
        told = [
            await total(store, MovieFilter(genres=["Drama"], year=1979), page, size)
            for page, size in ((1, 6), (1, 5), (2, 3))
        ]

    assert told == [Total(5)] * 3
    assert counts(sent) == 0


async def test_a_page_beyond_the_end_tells_how_many_there_are(database: Database) -> None:
    store = SqlStore(database)
    await fill(store)

    assert await total(store, DRAMAS, 9, 5) == Total(5)


async def test_what_no_rating_changes_is_counted_once_for_a_version(database: Database) -> None:
    store = SqlStore(database)
    await fill(store)

    with sent_statements() as sent:
        before = [await total(store, DRAMAS, page, 2) for page in (1, 2, 1)]
    await a_movie(store, "Stalker 5", 1979, genres=["Drama"])
    after = await total(store, DRAMAS, 1, 2)

    assert counts(sent) == 1
    assert (before, after) == ([Total(5)] * 3, Total(6))


async def test_a_part_of_a_title_is_looked_up_once_for_a_page(database: Database) -> None:
    store = SqlStore(database)
    await fill(store)

    with sent_statements() as sent:
        told = await total(store, MovieFilter("stalker"), 1, 2)

    looked_up = [one for one in sent if "MATCH" in one.statement or "@>" in one.statement]
    assert (told, len(looked_up)) == (Total(5), 1)
