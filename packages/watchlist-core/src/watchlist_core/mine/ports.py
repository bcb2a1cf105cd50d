"""What it takes to tell somebody what is his."""

from collections.abc import Sequence
from typing import Protocol

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.mine.read_models import MyMovie

__all__ = ["MyMovieQueries"]


class MyMovieQueries(Protocol):
    """The door for readers: outside any work, they wait for nobody and see what is committed."""

    async def of(self, account: AccountId, movies: Sequence[MovieId]) -> Sequence[MyMovie]:
        """Return what the account has done with each of the movies, `MOST_MOVIES` at most.

        They come in the order in which they are given, and withdrawn ones like others. Of a movie
        that does not exist there is nothing to tell, and that is told.
        """
