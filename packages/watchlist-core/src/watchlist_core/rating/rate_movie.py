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
    """Give a watched movie one to five stars, or change the stars given before."""

    begin: Begin[RatingWork]
    clock: Clock

    async def __call__(self, account: AccountId, movie: MovieId, stars: Stars) -> Score:
        """Return the score that all ratings of the movie lead to.

        Raises:
            MovieNotFound: There is no such movie.
            NotWatchedYet: The account has not watched it.
        """
        async with self.begin() as work:
            score = await work.ratings.hold_score(movie)
            earlier = await work.ratings.find(account, movie)
            # Who has rated it has watched it: the last watch of a rated movie stays.
            if not earlier and not await work.watch_log.has_watched(account, movie):
                raise NotWatchedYet(movie)

            score = score.counting(stars, instead_of=earlier.stars if earlier else None)

            await work.ratings.save(Rating(account, movie, stars, self.clock()), score)
            work.record(MovieRated(account, movie, stars.halves))
            await work.commit()
        return score
