from attrs import frozen

from watchlist_core.catalogue.ports import GenreQueries
from watchlist_core.catalogue.read_models import GenreDetail
from watchlist_core.ids import GenreId

__all__ = ["ShowGenre"]


@frozen
class ShowGenre:
    """Show one genre, and how many movies have it."""

    queries: GenreQueries

    async def __call__(self, genre: GenreId) -> GenreDetail:
        """Return the genre. Raises GenreNotFound."""
        return await self.queries.show(genre)
