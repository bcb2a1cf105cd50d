"""Memory, SQLite and PostgreSQL show the same pages of the same movies, whatever is asked."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.servers.databases import PostgresqlDatabases, SqliteFiles
from watchlist_core.catalogue import (
    Genre,
    MediaType,
    Movie,
    MovieCard,
    MovieFilter,
    MovieOrder,
    MovieSort,
    NewMovie,
)
from watchlist_core.ids import AccountId, GenreId, MovieId
from watchlist_core.paging import After, Page, PageNumber
from watchlist_core.rating import Rating, Score, Stars
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import NOON, Store, an_account
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import catalogue, exists_on, metadata

DRAMA: Final = Genre(GenreId(UUID(int=1)), "Drama")

# Few letters, so that titles share parts; among them such as FTS5, LIKE and SQL read otherwise,
# and such as sort differently by code point, by UTF-16 and by any language.
letters: Final = st.sampled_from(
    ["a", "b", "A", "é", "ß", " ", '"', "'", "%", "_", "\\", "*", "-", "я", "🎬", "\uffee", "0"]
)
titles: Final = st.text(letters, min_size=1, max_size=8).filter(str.strip)
parts: Final = st.one_of(st.none(), st.text(letters, max_size=4))


@st.composite
def catalogues(draw: st.DrawFn) -> list[tuple[Movie, int]]:
    """Draw movies, each with how often it was rated."""
    ids = draw(st.lists(st.uuids(), unique=True, max_size=12))
    return [
        (
            Movie(
                id=MovieId(id_),
                title=NewMovie(draw(titles)).title,
                year=draw(st.sampled_from([None, 1979, 1980, 2001])),
                runtime=None,
                media_type=draw(st.sampled_from(MediaType)),
                description="",
                genres=draw(st.sampled_from([(), (DRAMA,)])),
                external_ids=frozenset(),
                created_at=NOON + timedelta(microseconds=draw(st.integers(0, 2))),
            ),
            draw(st.integers(0, 2)),
        )
        for id_ in ids
    ]


orders: Final = st.lists(
    st.tuples(st.sampled_from(MovieSort), st.booleans()),
    min_size=1,
    max_size=3,
    unique_by=lambda field: field[0],
).map(lambda fields: MovieOrder(tuple(fields)))


@pytest.fixture
async def stores(
    sqlite: SqliteFiles, postgresql: PostgresqlDatabases
) -> AsyncIterator[Sequence[SqlStore]]:
    async with sqlite.migrated() as file, postgresql.migrated() as server:
        stores = [await SqlStore.open(file), await SqlStore.open(server)]
        yield stores
        for store in stores:
            await store.close()


async def empty(store: SqlStore) -> None:
    async with store.database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            if exists_on(table, store.database.dialect) and table is not catalogue:
                await connection.execute(table.delete())
        # The version goes on rising, as it does in life: what was counted belongs to one.
        await connection.execute(
            catalogue.update().values(version=catalogue.c.version + 1, movie_count=0)
        )
        await connection.commit()


async def fill(store: Store, movies: Sequence[tuple[Movie, int]]) -> None:
    rater = AccountId((await an_account(store)).id)
    async with store.begin() as work:
        await work.genres.add([DRAMA])
        await work.movies.add([movie for movie, _ in movies])
        for movie, count in movies:
            if count:
                rating = Rating(rater, movie.id, Stars(8), NOON)
                await work.ratings.save(rating, Score(count, 8 * count))
        await work.commit()


def plain(page: Page[MovieCard]) -> object:
    """Return *page* so that sequences of different kinds compare equal."""
    cards = [evolve(card, genres=tuple(card.genres)) for card in page.items]
    return cards, page.next, page.total


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    movies=catalogues(),
    part=parts,
    order=orders,
    page_size=st.integers(1, 5),
)
async def test_all_stores_show_the_same_pages(
    stores: Sequence[SqlStore],
    movies: Sequence[tuple[Movie, int]],
    part: str | None,
    order: MovieOrder,
    page_size: int,
) -> None:
    memory, wanted = MemoryStore(), MovieFilter(part)
    for store in stores:
        await empty(store)
        await fill(store, movies)
    await fill(memory, movies)

    for number in range(1, len(movies) // page_size + 3):
        by_number = PageNumber(number, page_size)
        expected = await memory.movie_queries.browse(wanted, order, by_number)
        after = After(expected.next, page_size) if expected.next else by_number
        expected_after = await memory.movie_queries.browse(wanted, order, after)

        for store in stores:
            shown = await store.movie_queries.browse(wanted, order, by_number)
            shown_after = await store.movie_queries.browse(wanted, order, after)
            assert plain(shown) == plain(expected)
            assert plain(shown_after) == plain(expected_after)
