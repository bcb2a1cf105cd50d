from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating.errors import RatingNotFound
from watchlist_core.rating.ports import OwnRatingQueries
from watchlist_core.rating.read_models import OwnRating

__all__ = ["ShowRating"]


@frozen
class ShowRating:
    """Show somebody what he thinks of a movie."""

    queries: OwnRatingQueries

    async def __call__(self, account: AccountId, movie: MovieId) -> OwnRating:
        """Return the rating.

        Raises:
            RatingNotFound: The account has not rated such a movie.
        """
        found = await self.queries.find(account, movie)
        if found is None:
            raise RatingNotFound(movie)
        return found
