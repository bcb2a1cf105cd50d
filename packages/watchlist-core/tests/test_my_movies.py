"""How many movies somebody may ask for at once."""

import pytest

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.mine import MOST_MOVIES, MyMovie, ShowMyMovies, TooManyMovies
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import new_id


async def test_more_movies_than_a_page_has_are_refused() -> None:
    show = ShowMyMovies(MemoryStore().my_movie_queries)
    movies = [MovieId(new_id()) for _ in range(MOST_MOVIES + 1)]

    with pytest.raises(TooManyMovies) as refused:
        await show(AccountId(new_id()), movies)

    assert refused.value.most == MOST_MOVIES


async def test_a_movie_that_is_asked_for_often_counts_once() -> None:
    show, movie = ShowMyMovies(MemoryStore().my_movie_queries), MovieId(new_id())

    told = await show(AccountId(new_id()), [movie] * (MOST_MOVIES + 1))

    assert list(told) == [MyMovie(str(movie))]


async def test_of_no_movies_nothing_is_told() -> None:
    assert list(await ShowMyMovies(MemoryStore().my_movie_queries)(AccountId(new_id()), [])) == []
