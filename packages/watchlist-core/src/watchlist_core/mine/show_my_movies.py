from collections.abc import Iterable, Sequence

from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.mine.errors import TooManyMovies
from watchlist_core.mine.limits import MOST_MOVIES
from watchlist_core.mine.ports import MyMovieQueries
from watchlist_core.mine.read_models import MyMovie

__all__ = ["ShowMyMovies"]


@frozen
class ShowMyMovies:
    """Show somebody what he has done with the movies of a list that everybody sees."""

    queries: MyMovieQueries

    async def __call__(self, account: AccountId, movies: Iterable[MovieId]) -> Sequence[MyMovie]:
        """Return what there is of each movie, each once, in the order in which they are asked for.

        Raises:
            TooManyMovies: These are more than `MOST_MOVIES`.
        """
        each_once = [*dict.fromkeys(movies)]
        if len(each_once) > MOST_MOVIES:
            raise TooManyMovies(MOST_MOVIES)
        return await self.queries.of(account, each_once) if each_once else []
