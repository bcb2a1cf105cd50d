"""Several who write at the same moment, in one process and in several."""

import sys
from asyncio import Event, create_subprocess_exec, gather, timeout
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from watchlist_core.catalogue import ExternalId, Genre, MediaType, MovieFilter, MovieOrder
from watchlist_core.ids import AccountId, GenreId, MovieId, Uuid7
from watchlist_core.paging import PageNumber, Total
from watchlist_core.rating import Score
from watchlist_core.testing.contracts import a_movie, a_viewer, an_account, count, unsaved_movie
from watchlist_core.testing.contracts.overlap import Overlap
from watchlist_core.work import Busy
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import catalogue, ratings

PROGRAM = Path(__file__).with_name("rating_process.py")
CROWD = 50


@pytest.fixture
async def sql_store(migrated_url: str) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(migrated_url)
    yield store
    await store.close()


async def rate_in_a_process(url: str, movie: MovieId, accounts: list[AccountId]) -> None:
    process = await create_subprocess_exec(
        sys.executable, str(PROGRAM), url, str(movie), stdin=PIPE, stdout=PIPE
    )
    assert process.stdin
    assert process.stdout
    assert await process.stdout.readline() == b"ready\n"
    process.stdin.write("\n".join(map(str, accounts)).encode())
    process.stdin.write_eof()
    assert await process.wait() == 0


async def test_a_hundred_raters_in_two_processes_lose_nothing(
    sql_store: SqlStore, migrated_url: str
) -> None:
    movie = await a_movie(sql_store)
    crowd = [await a_viewer(sql_store, movie.id) for _ in range(2 * CROWD)]

    async with timeout(120):
        await gather(
            rate_in_a_process(migrated_url, movie.id, crowd[:CROWD]),
            rate_in_a_process(migrated_url, movie.id, crowd[CROWD:]),
        )

    shown = await sql_store.rating_queries.of_movie(movie.id, PageNumber(1, 100))
    halves = await sql_store.database.fetch(select(ratings.c.halves))
    assert shown.score == Score(100, 900)
    assert (shown.page.total, len(shown.page.items), len(halves)) == (Total(100), 100, 100)
    assert list(await sql_store.events()).count("movie-rated") == 100


async def test_movies_added_at_once_are_all_counted(sql_store: SqlStore) -> None:
    await gather(*(a_movie(sql_store, f"Stalker {number}") for number in range(20)))

    page = await sql_store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())
    rows = await sql_store.database.fetch(select(catalogue.c.version, catalogue.c.movie_count))
    assert page.total == Total(20)
    assert rows == [(20, 20)]


async def test_an_import_and_an_addition_that_bring_the_same_genre_wait_in_no_circle(
    sql_store: SqlStore,
) -> None:
    drama = [Genre(GenreId(Uuid7()()), "Drama")]
    imdb = ExternalId("imdb", MediaType.MOVIE, "tt0079944")
    overlap = Overlap(works=2)

    async def import_one() -> None:
        async with sql_store.begin() as work:
            await work.movies.hold_known([imdb])
            await work.genres.add(drama)
            await overlap()
            await work.movies.add([unsaved_movie("Stalker", imdb)])
            await work.commit()

    async def add_one() -> None:
        async with sql_store.begin() as work:
            await work.movies.hold_alike("Solaris", None, None)
            await overlap()
            await work.genres.add(drama)
            await work.movies.add([unsaved_movie("Solaris")])
            await work.commit()

    await gather(an_account(sql_store), an_account(sql_store))  # there are two connections now
    async with timeout(30):
        await gather(import_one(), add_one())

    assert await count(sql_store) == Total(2)


async def test_works_that_wait_for_each_other_in_a_circle_do_not_wait_for_ever(
    sql_store: SqlStore,
) -> None:
    """On SQLite there is no circle, for the second one waits before it has anything."""
    first, second = await a_movie(sql_store), await a_movie(sql_store, "Solaris")
    holding = [Event(), Event()]

    async def hold(one: MovieId, other: MovieId, mine: Event, theirs: Event) -> None:
        async with sql_store.begin() as work:
            await work.ratings.hold_score(one)
            mine.set()
            if sql_store.database.dialect == "postgresql":
                await theirs.wait()
            await work.ratings.hold_score(other)
            await work.commit()

    async with timeout(30):
        outcomes = await gather(
            hold(first.id, second.id, *holding),
            hold(second.id, first.id, *reversed(holding)),
            return_exceptions=True,
        )

    failed = [outcome for outcome in outcomes if outcome is not None]
    expected = [] if sql_store.database.dialect == "sqlite" else [Busy]
    assert [type(outcome) for outcome in failed] == expected


async def test_who_waits_too_long_for_another_work_is_told_that_it_is_busy(
    sql_store: SqlStore, migrated_url: str
) -> None:
    movie = await a_movie(sql_store)
    impatient = await SqlStore.open(migrated_url, patience=2)
    is_held, is_refused = Event(), Event()

    async def hold() -> None:
        async with sql_store.begin() as work:
            await work.ratings.hold_score(movie.id)
            is_held.set()
            await is_refused.wait()

    async def hold_too() -> None:
        await is_held.wait()
        with pytest.raises(Busy):
            async with impatient.begin() as work:
                await work.ratings.hold_score(movie.id)
        is_refused.set()

    async with timeout(30):
        await gather(hold(), hold_too())

    await impatient.close()


async def test_readers_wait_for_no_work(sql_store: SqlStore) -> None:
    movie = await a_movie(sql_store)

    async with timeout(30), sql_store.begin() as work:
        await work.ratings.hold_score(movie.id)
        await work.movies.hold_alike("Stalker", None, None)

        shown = await sql_store.movie_queries.show(movie.id)

    assert shown.title == "Stalker"
