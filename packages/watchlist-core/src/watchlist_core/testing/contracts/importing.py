from typing import Final

import pytest
from attrs import evolve

from watchlist_core.catalogue import (
    ExternalId,
    Imported,
    ImportMovies,
    MediaType,
    MovieFilter,
    MovieOrder,
    NewMovie,
)
from watchlist_core.paging import PageNumber, Total
from watchlist_core.testing.contracts.given import NOON, count, new_id
from watchlist_core.testing.contracts.overlap import at_once
from watchlist_core.testing.contracts.store import Store

__all__ = ["ImportContract"]

_IMDB: Final = ExternalId("imdb", MediaType.MOVIE, "tt0079944")


def _from_movielens(number: int, title: str, *external_ids: ExternalId) -> NewMovie:
    own = ExternalId("movielens", MediaType.MOVIE, str(number))
    return NewMovie(title, external_ids=[own, *external_ids])


async def _imported(store: Store, *batch: NewMovie) -> Imported:
    take = ImportMovies(store.begin, lambda: NOON, new_id)
    return await take(batch, identified_by="movielens")


@pytest.mark.asyncio
class ImportContract:
    """A batch is taken whole, and nothing of it twice."""

    async def test_an_import_adds_what_is_new_and_announces_it_once(self, store: Store) -> None:
        batch = [
            evolve(_from_movielens(1, "Stalker", _IMDB), genres=["Drama", "Sci-Fi"]),
            evolve(_from_movielens(2, "Solaris"), genres=["DRAMA"]),
        ]

        imported = await _imported(store, *batch)

        page = await store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())
        assert imported == Imported(added=2, known=0, dropped_ids=[])
        assert [(card.title, list(card.genres)) for card in page.items] == [
            ("Solaris", ["Drama"]),
            ("Stalker", ["Drama", "Sci-Fi"]),
        ]
        assert list(await store.events()) == ["movies-imported"]

    async def test_importing_twice_adds_nothing(self, store: Store) -> None:
        batch = [_from_movielens(number, f"Movie {number}") for number in range(5)]
        await _imported(store, *batch)

        imported = await _imported(store, *batch, _from_movielens(5, "Movie 5"))
        again = await _imported(store, *batch)

        assert imported == Imported(added=1, known=5, dropped_ids=[])
        assert again == Imported(added=0, known=5, dropped_ids=[])
        assert await count(store) == Total(6)
        assert list(await store.events()) == ["movies-imported", "movies-imported"]

    async def test_what_stands_twice_in_a_batch_is_taken_once(self, store: Store) -> None:
        first, second = _from_movielens(1, "Stalker", _IMDB), _from_movielens(1, "Сталкер")
        other = _from_movielens(2, "Solaris", _IMDB)

        imported = await _imported(store, first, other, second)

        page = await store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())
        assert [card.title for card in page.items] == ["Solaris", "Stalker"]
        assert imported == Imported(added=2, known=1, dropped_ids=[(other, _IMDB)])
        async with store.begin() as work:
            known = await work.movies.hold_known([_IMDB])
        assert [str(movie) for movie in known.values()] == [page.items[1].id]

    async def test_a_large_batch_is_taken_whole(self, store: Store) -> None:
        batch = [
            evolve(
                _from_movielens(number, f"Movie {number}", evolve(_IMDB, value=str(number))),
                genres=["Drama", f"Genre {number % 20}"],
            )
            for number in range(1_500)
        ]

        imported = await _imported(store, *batch)

        assert imported == Imported(added=1_500, known=0, dropped_ids=[])
        assert await count(store) == Total(1_500)

    async def test_two_imports_at_once_add_every_movie_once(self, store: Store) -> None:
        batch = [_from_movielens(number, f"Movie {number}", _IMDB) for number in range(20)]

        imports, refused = await at_once(_imported(store, *batch), _imported(store, *batch))

        assert refused == []
        assert sorted((done.added, done.known) for done in imports) == [(0, 20), (20, 0)]
        assert await count(store) == Total(20)
