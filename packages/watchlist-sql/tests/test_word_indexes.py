"""After an import each index of words on SQLite is one piece, and finds what it found."""

import pytest
from sqlalchemy import column, distinct, func, select, table

from tests.servers.databases import SqliteFiles
from watchlist_core.catalogue import MovieFilter, SearchText
from watchlist_core.paging import PageNumber
from watchlist_core.testing.contracts import unsaved_movie
from watchlist_sql.store import SqlStore
from watchlist_sql.word_indexes import merge_word_indexes


async def pieces(store: SqlStore, index: str) -> int:
    segments = select(func.count(distinct(column("segid")))).select_from(table(f"{index}_idx"))
    ((number,),) = await store.database.fetch(segments)
    return int(number)


@pytest.mark.parametrize("index", ["movie_search", "movie_titles"])
async def test_pieces_are_merged_into_one(sqlite: SqliteFiles, index: str) -> None:
    text = SearchText.of("night 2 19")
    assert text
    async with sqlite.migrated() as url:
        store = await SqlStore.open(url)
        for number in range(3):
            async with store.begin() as work:
                await work.movies.add([unsaved_movie(f"Night {number} {n}") for n in range(200)])
                await work.commit()
        before = await pieces(store, index)

        await merge_word_indexes(store.database)

        after = await pieces(store, index)
        found = await store.movie_search.search(text, MovieFilter(), PageNumber())
        await store.close()
    assert before > after == 1
    assert found.items[0].title == "Night 2 19"
