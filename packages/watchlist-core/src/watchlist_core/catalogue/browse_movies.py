from attrs import frozen

from watchlist_core.catalogue.lists import MovieFilter, MovieOrder
from watchlist_core.catalogue.ports import MovieQueries
from watchlist_core.catalogue.read_models import MovieCard
from watchlist_core.paging import Page, PageNumber, Window

__all__ = ["BrowseMovies"]


@frozen
class BrowseMovies:
    """List the movies of the catalogue."""

    queries: MovieQueries

    async def __call__(
        self,
        wanted: MovieFilter | None = None,
        order: MovieOrder | None = None,
        window: Window | None = None,
    ) -> Page[MovieCard]:
        """Return a page; by default the first of all movies, by title.

        Raises:
            ForeignPosition: The position does not belong to this order.
        """
        return await self.queries.browse(
            wanted or MovieFilter(), order or MovieOrder(), window or PageNumber()
        )
