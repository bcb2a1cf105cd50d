from attrs import frozen

from watchlist_core.ids import MovieId
from watchlist_core.paging import PageNumber, Window
from watchlist_core.rating.ports import RatingQueries
from watchlist_core.rating.read_models import MovieRatings

__all__ = ["ListRatings"]


@frozen
class ListRatings:
    """Show what everyone thinks of a movie."""

    queries: RatingQueries

    async def __call__(self, movie: MovieId, window: Window | None = None) -> MovieRatings:
        """Return the score and a page of the ratings, by default the latest.

        Raises:
            MovieNotFound: There is no such movie.
            ForeignPosition: The position does not belong to this list.
        """
        return await self.queries.of_movie(movie, window or PageNumber())
