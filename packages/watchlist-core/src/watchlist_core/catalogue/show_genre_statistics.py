from collections.abc import Sequence

from attrs import frozen

from watchlist_core.catalogue.ports import GenreQueries
from watchlist_core.catalogue.read_models import GenreStatistics

__all__ = ["ShowGenreStatistics"]


@frozen
class ShowGenreStatistics:
    """Show what there is of each genre, and what viewers think of it."""

    queries: GenreQueries

    async def __call__(self) -> Sequence[GenreStatistics]:
        """Return all genres by name, also those that no movie has."""
        return await self.queries.statistics()
