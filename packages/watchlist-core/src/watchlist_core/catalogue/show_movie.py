from attrs import frozen

from watchlist_core.catalogue.ports import MovieQueries
from watchlist_core.catalogue.read_models import MovieDetail
from watchlist_core.ids import MovieId

__all__ = ["ShowMovie"]


@frozen
class ShowMovie:
    """Show one movie with all that the catalogue tells of it."""

    queries: MovieQueries

    async def __call__(self, movie: MovieId) -> MovieDetail:
        """Return the movie. Raises MovieNotFound."""
        return await self.queries.show(movie)
