"""The one door to a database."""

from watchlist_core.catalogue import AddMovie, NewMovie
from watchlist_core.ids import Uuid7
from watchlist_core.work import now
from watchlist_sql import SqlStore


async def test_a_new_database_takes_a_movie_after_migrating(database_url: str) -> None:
    store = await SqlStore.open(database_url)
    await store.migrate()
    add = AddMovie(store.begin, now, Uuid7())

    movie = await add(NewMovie("Stalker", 1979, genres=["Drama"]))

    assert (await store.movie_queries.show(movie.id)).title == "Stalker"
    assert list(await store.events()) == ["movie-added"]
    await store.close()
