from attrs import frozen

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating.entities import Rating
from watchlist_core.rating.errors import NotWatchedYet
from watchlist_core.rating.events import MovieRated
from watchlist_core.rating.ports import RatingWork
from watchlist_core.scores import Score, Stars
from watchlist_core.work import Begin, Clock

__all__ = ["RateMovie"]


@frozen
class RateMovie:
    """Give a watched movie one to five stars, perhaps with a review, or change what was given."""

    begin: Begin[RatingWork]
    clock: Clock

    async def __call__(
        self, account: AccountId, movie: MovieId, stars: Stars, review: str | None = None
    ) -> Score:
        """Return the score that all ratings of the movie lead to.

        The rating takes the place of an earlier one as a whole: of its review, too.

        Raises:
            TypeError, ValueError: The review is blank or too long, or no text can be so.
            MovieNotFound: There is no such movie.
            NotWatchedYet: The account has not watched it.
        """
        rating = Rating(account, movie, stars, self.clock(), review)
        async with self.begin() as work:
            score = await work.ratings.hold_score(movie)
            earlier = await work.ratings.find(account, movie)
            # Who has rated it has watched it: the last watch of a rated movie stays.
            if not earlier and not await work.watch_log.has_watched(account, movie):
                raise NotWatchedYet(movie)

            score = score.counting(stars, instead_of=earlier.stars if earlier else None)

            await work.ratings.save(rating, score)
            work.record(MovieRated(account, movie, stars.halves))
            await work.commit()
        return score
