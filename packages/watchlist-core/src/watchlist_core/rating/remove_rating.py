from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating.events import RatingRemoved
from watchlist_core.rating.ports import RatingRemovalWork
from watchlist_core.scores import Score
from watchlist_core.work import Begin

__all__ = ["RemoveRating"]


@frozen
class RemoveRating:
    """Take back what an account thought of a movie, the review included."""

    begin: Begin[RatingRemovalWork]

    async def __call__(self, account: AccountId, movie: MovieId) -> Score:
        """Return the score that the ratings of others lead to.

        Raises:
            RatingNotFound: The account has not rated such a movie.
        """
        async with self.begin() as work:
            rating, score = await work.ratings.hold_rating(account, movie)
            score = score.without(rating.stars)
            await work.ratings.remove(rating, score)
            work.record(RatingRemoved(account, movie))
            await work.commit()
        return score
