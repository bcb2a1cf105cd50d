"""Lists and look-ups use an index on both databases: what is read does not grow with the tables.

The statements are those that the queries and works really send; the databases are asked how they
would run them.
"""

import re
from datetime import timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, update

from tests.servers.databases import SqliteFiles
from tests.servers.plans import Fill, plans, sent_statements, whole_tables_read
from watchlist_core.auth import Role
from watchlist_core.catalogue import (
    ExternalId,
    Genre,
    MediaType,
    Movie,
    MovieFilter,
    MovieOrder,
    MovieSort,
)
from watchlist_core.ids import AccountId, GenreId, MovieId, Uuid7, WatchId
from watchlist_core.paging import After, PageNumber
from watchlist_core.rating import Rating, Stars
from watchlist_core.testing.contracts import NOON
from watchlist_core.watching import Watch
from watchlist_sql.catalogue.listing import select_first
from watchlist_sql.catalogue.sources import Found
from watchlist_sql.outbox import Outbox
from watchlist_sql.sqlite.inline import InlineSqlite
from watchlist_sql.statistics import refresh_statistics
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import accounts, movies, outbox, ratings, watches

MANY = 10_000
new_id = Uuid7()


OTHER_IDS = """
    WITH RECURSIVE numbers (number) AS (
        SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 50000
    )
    INSERT INTO external_ids (provider, kind, value, movie_key)
    SELECT 'tmdb', 'movie', CAST(number AS TEXT), 1 FROM numbers
"""


async def fill_catalogue(store: SqlStore) -> None:
    """Put in thousands of movies, accounts, watches and ratings, and let the planner know."""
    drama, rare = (Genre(GenreId(new_id()), name) for name in ("Drama", "Rare"))
    new = [
        Movie(
            id=MovieId(new_id()),
            title=f"{'The Stalker of' if number % 2 else 'Solaris,'} {number * 7919 % MANY:05}",
            year=None if number % 50 == 0 else 1900 + number % 100,
            runtime=None,
            media_type=MediaType.MOVIE if number % 100 else MediaType.SERIES,
            description="",
            genres=(drama,) if number % 500 else (drama, rare),
            external_ids=frozenset({ExternalId("imdb", MediaType.MOVIE, f"tt{number}")}),
            created_at=NOON + timedelta(seconds=number),
        )
        for number in range(MANY)
    ]
    async with store.begin() as work:
        await work.genres.add([drama, rare])
        await work.movies.add(new)
        await work.commit()
    many = range(1, MANY + 1)
    anybody = {"role": Role.USER, "is_active": True, "created_at": NOON}
    seen = [{"account_key": number, "movie_key": number % 10 + 1} for number in many]
    async with store.database.writing() as connection:
        await connection.execute(insert(accounts), [{"id": new_id(), **anybody} for _ in many])
        watched = [{"id": new_id(), "watched_at": NOON, **row} for row in seen]
        await connection.execute(insert(watches), watched)
        rated = [{"halves": 9, "rated_at": NOON, **row} for row in seen]
        await connection.execute(insert(ratings), rated)
        count, stars = movies.c.key % 7, movies.c.key % 4 + 1
        score = {"rating_count": count, "rating_halves": 2 * count * stars}
        await connection.execute(update(movies).values(score))
        delivered = {"name": "movie-added", "version": 1, "payload": {}, "delivered_at": NOON}
        await connection.execute(insert(outbox), [delivered] * MANY)
        await connection.exec_driver_sql(OTHER_IDS)
        await connection.commit()
    await refresh_statistics(store.database)


@pytest.fixture(scope="module")
def fill() -> Fill:
    return fill_catalogue


ORDERS = [MovieOrder(((sort, descending),)) for sort in MovieSort for descending in (False, True)]


async def test_each_order_of_the_list_is_that_of_an_index(full_store: SqlStore) -> None:
    queries, everything = full_store.movie_queries, MovieFilter()
    for order in ORDERS:
        (sort, descending) = order.fields[0]
        deep = await queries.browse(everything, order, PageNumber(99, 100))
        assert deep.next

        with sent_statements() as sent:
            await queries.browse(everything, order, PageNumber())
            await queries.browse(everything, order, PageNumber(100))
            await queries.browse(everything, order, After(deep.next))
        first, by_number, by_position = await plans(full_store, sent)

        index = f"ix_movies_{sort}_{'down' if descending else 'up'}"
        for plan in (first, by_number):
            assert index in plan
        assert re.search(r"ix_movies_\w+_(up|down)", by_position)
        for plan in (first, by_number, by_position):
            assert whole_tables_read(plan) == []
        assert not re.search("TEMP B-TREE|Sort", first)


async def test_an_order_by_several_fields_sorts_no_more_than_what_is_equal_in_the_first(
    full_store: SqlStore,
) -> None:
    queries, everything = full_store.movie_queries, MovieFilter()
    order = MovieOrder(((MovieSort.YEAR, True), (MovieSort.TITLE, False)))
    page = await queries.browse(everything, order, PageNumber())
    assert page.next

    with sent_statements() as sent:
        await queries.browse(everything, order, PageNumber())
        await queries.browse(everything, order, PageNumber(2))
        await queries.browse(everything, order, After(page.next))

    first, by_number, by_position = await plans(full_store, sent)
    for plan in (first, by_number, by_position):
        assert whole_tables_read(plan) == []
        assert "ix_movies_year_down" in plan
    for plan in (first, by_number):
        assert re.search("RIGHT PART OF ORDER BY|Incremental Sort", plan)


@pytest.mark.parametrize("first", ORDERS, ids=str)
def test_the_index_that_sqlite_is_told_to_follow_is_one_of_the_tables(first: MovieOrder) -> None:
    second = next(sort for sort in MovieSort if sort is not first.fields[0][0])
    order = MovieOrder((*first.fields, (second, False)))

    compiled = str(
        select_first("sqlite", Found.ON_THE_WAY, (), order, 20).compile(dialect=InlineSqlite())
    )

    told = re.findall(r"INDEXED BY (\w+)", compiled)
    assert len(told) == 1
    assert set(told) <= {index.name for index in movies.indexes}


async def test_of_rows_that_were_skipped_nothing_but_the_index_is_read(
    full_store: SqlStore,
) -> None:
    await full_store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())

    with sent_statements() as sent:
        await full_store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber(100))
    (plan,) = await plans(full_store, sent)

    if full_store.database.dialect == "postgresql":
        assert "Index Only Scan using ix_movies_title_up" in plan
    else:  # which reads a row when its first value is asked for, and skipped ones are never asked
        assert plan.startswith("SCAN movies USING INDEX ix_movies_title_up")


async def test_a_part_of_a_title_is_looked_up_when_few_have_it(full_store: SqlStore) -> None:
    with sent_statements() as sent:
        await full_store.movie_queries.browse(MovieFilter("0001"), MovieOrder(), PageNumber())
    _, looked_up, page = await plans(full_store, sent)

    assert re.search(
        r"SCAN movie_titles VIRTUAL TABLE INDEX \d+:M|ix_movie_title_trigrams_trigrams", looked_up
    )
    assert re.search(r"movies USING INTEGER PRIMARY KEY|using pk_movies on movies", page)
    for plan in (looked_up, page):
        assert whole_tables_read(plan) == []


async def test_a_part_that_half_of_all_titles_have_is_met_on_the_way(
    full_store: SqlStore,
) -> None:
    with sent_statements() as sent:
        await full_store.movie_queries.browse(MovieFilter("stalker"), MovieOrder(), PageNumber())
    *_, page = await plans(full_store, sent)

    assert "ix_movies_title_up" in page
    assert not re.search("TEMP B-TREE|Sort", page)


NEWEST = MovieOrder([(MovieSort.YEAR, True)])
MOST_RATED = MovieOrder([(MovieSort.RATING_COUNT, True)])


@pytest.mark.parametrize(
    ("wanted", "order", "index"),
    [
        (MovieFilter(genres=["Rare"]), MovieOrder(), "ix_movie_genres_title"),
        (MovieFilter(genres=["drama"], year=1951), MovieOrder(), "ix_movie_genres_of_year"),
        (MovieFilter(year=1951), MovieOrder(), "ix_movies_of_year"),
        (MovieFilter(year=1951), MOST_RATED, "ix_movies_popular_of_year"),
        (MovieFilter(year_from=1950, year_to=1960), NEWEST, "ix_movies_year_down"),
        (
            MovieFilter(rating_from=3),
            MovieOrder([(MovieSort.AVERAGE_RATING, True)]),
            "ix_movies_average_rating_down",
        ),
        (MovieFilter(media_type=MediaType.SERIES), MovieOrder(), "ix_movies_of_media_type"),
    ],
    ids=str,
)
async def test_a_filtered_list_is_read_from_its_own_index(
    full_store: SqlStore, wanted: MovieFilter, order: MovieOrder, index: str
) -> None:
    queries, size = full_store.movie_queries, 2
    first = await queries.browse(wanted, order, PageNumber(page_size=size))
    assert first.next

    with sent_statements() as sent:
        await queries.browse(wanted, order, PageNumber(page_size=size))
        await queries.browse(wanted, order, After(first.next, size))
    pages = [one for one in sent if "LIMIT" in one.statement and "count(" not in one.statement]

    explained = await plans(full_store, pages)
    assert len(explained) == 2
    for plan in explained:
        assert index in plan
        assert whole_tables_read(plan) == []


ONE_CONDITION: list[dict[str, Any]] = [
    *({"title": part} for part in ("0001", "stalker", "st")),
    *({"genres": [name]} for name in ("Drama", "Rare")),
    {"year": 1979},
    {"year_from": 1979, "year_to": 1980},
    {"rating_from": 3},
    {"media_type": MediaType.SERIES},
]
TWO_CONDITIONS = [
    one | other for one, other in combinations(ONE_CONDITION, 2) if not one.keys() & other.keys()
]


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_no_list_reads_all_movies_however_it_is_narrowed_and_sorted(
    full_store: SqlStore, order: MovieOrder
) -> None:
    queries, size = full_store.movie_queries, 2
    for conditions in [*ONE_CONDITION, *TWO_CONDITIONS]:
        wanted = MovieFilter(**conditions)
        with sent_statements() as sent:
            first = await queries.browse(wanted, order, PageNumber(page_size=size))
            await queries.browse(wanted, order, PageNumber(2, size))
            if first.next:
                await queries.browse(wanted, order, After(first.next, size))

        # Who counts the half of all movies that meet a condition may as well read them all.
        pages = [one for one in sent if "LIMIT" in one.statement and "count(" not in one.statement]

        explained = await plans(full_store, pages)
        assert len(explained) >= 2
        for plan in explained:
            assert whole_tables_read(plan) == [], (conditions, plan)


async def test_few_movies_of_a_genre_are_found_by_it_and_sorted(full_store: SqlStore) -> None:
    queries, wanted = full_store.movie_queries, MovieFilter(genres=["Rare"])
    await queries.browse(wanted, NEWEST, PageNumber())

    with sent_statements() as sent:
        await queries.browse(wanted, NEWEST, PageNumber())
        await full_store.genre_queries.browse(PageNumber())

    page, *_ = await plans(full_store, sent)
    assert "movie_genres" in page
    assert "ix_movies_" not in page
    assert whole_tables_read(page) == []


async def test_a_movie_is_found_by_an_id_of_a_provider(full_store: SqlStore) -> None:
    with sent_statements() as sent:
        assert await full_store.movie_queries.find(ExternalId("imdb", MediaType.MOVIE, "tt5"))

    (plan,) = await plans(full_store, sent)
    assert whole_tables_read(plan) == []


async def test_one_movie_and_its_ratings_are_looked_up(full_store: SqlStore) -> None:
    page = await full_store.movie_queries.browse(
        MovieFilter(), MovieOrder(((MovieSort.CREATED_AT, False),)), PageNumber()
    )
    movie = MovieId(UUID(page.items[1].id))

    with sent_statements() as sent:
        await full_store.movie_queries.show(movie)
        shown = await full_store.rating_queries.of_movie(movie, PageNumber())
        assert shown.page.next
        await full_store.rating_queries.of_movie(movie, After(shown.page.next))
        await full_store.account_queries.find(AccountId(new_id()))

    explained = await plans(full_store, sent)
    assert len(explained) == 4
    assert [whole_tables_read(plan) for plan in explained] == [[]] * 4
    assert all("ix_ratings_latest" in plan for plan in explained[1:3])


async def test_works_look_up_what_they_need(full_store: SqlStore) -> None:
    page = await full_store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())
    movie = MovieId(UUID(page.items[0].id))
    ((account,),) = await full_store.database.fetch(
        accounts.select().with_only_columns(accounts.c.id).limit(1)
    )

    with sent_statements() as sent:
        async with full_store.begin() as work:
            score = await work.ratings.hold_score(movie)
            await work.watch_log.has_watched(AccountId(account), movie)
            await work.watch_log.add(Watch(WatchId(new_id()), AccountId(account), movie, None))
            await work.ratings.find(AccountId(account), movie)
            rating = Rating(AccountId(account), movie, Stars(9), NOON)
            await work.ratings.save(rating, score)
            await work.movies.hold_alike("Stalker", 1979, None)
            await work.movies.hold_known([ExternalId("imdb", MediaType.MOVIE, "tt5")])

    explained = await plans(full_store, sent)
    assert len(explained) >= 8
    assert [whole_tables_read(plan) for plan in explained] == [[]] * len(explained)


async def test_events_are_looked_up_by_the_clock(full_store: SqlStore) -> None:
    kept = Outbox(full_store.database)

    with sent_statements() as sent:
        await kept.claim(10, timedelta(minutes=1))
        await kept.prune(older_than=timedelta(days=3650))

    due, old = await plans(full_store, [one for one in sent if "outbox" in one.statement])
    if full_store.database.dialect == "postgresql":
        assert re.search(r"ix_outbox_waiting.*\n.*Index Cond: \(due_at <= ", due)
        assert re.search(r"ix_outbox_delivered.*\n.*Index Cond: \(delivered_at < ", old)
    else:
        assert "SEARCH outbox USING INDEX ix_outbox_waiting (due_at<?)" in due
        assert "INDEX ix_outbox_delivered (delivered_at<?)" in old


@pytest.mark.parametrize("sort", MovieSort)
@pytest.mark.parametrize("descending", [False, True])
async def test_a_list_follows_its_own_index_however_large_that_is_believed_to_be(
    sqlite: SqliteFiles, sort: MovieSort, *, descending: bool
) -> None:
    direction = "down" if descending else "up"
    async with sqlite.migrated() as url:
        store = await SqlStore.open(url)
        async with store.database.writing() as connection:
            await connection.exec_driver_sql("ANALYZE")
            believed = [
                ("movies", f"ix_movies_{one.value}_{way}", "10000 1 1" if way == direction else "9")
                for one in MovieSort
                for way in ("up", "down")
            ]
            insertion = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)"
            for row in believed:
                await connection.exec_driver_sql(insertion, row)
            await connection.commit()
        await store.close()
        believing = await SqlStore.open(url)

        with sent_statements() as sent:
            order = MovieOrder(((sort, descending),))
            await believing.movie_queries.browse(MovieFilter(), order, PageNumber(3))
        (plan,) = await plans(believing, [one for one in sent if "INDEXED BY" in one.statement])
        await believing.close()

    assert f"USING INDEX ix_movies_{sort.value}_{direction}" in plan
    assert "TEMP B-TREE" not in plan
