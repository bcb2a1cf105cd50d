from attrs import frozen

from watchlist_core.catalogue.ports import GenreQueries
from watchlist_core.catalogue.read_models import GenreDetail
from watchlist_core.paging import Page, PageNumber, Window

__all__ = ["BrowseGenres"]


@frozen
class BrowseGenres:
    """List the genres of the catalogue, by name."""

    queries: GenreQueries

    async def __call__(self, window: Window | None = None) -> Page[GenreDetail]:
        """Return a page, by default the first.

        Raises:
            ForeignPosition: The position does not belong to this list.
        """
        return await self.queries.browse(window or PageNumber())
