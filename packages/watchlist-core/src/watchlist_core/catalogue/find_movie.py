from attrs import frozen

from watchlist_core.catalogue.errors import ExternalIdUnknown
from watchlist_core.catalogue.external_ids import ExternalId, MediaType
from watchlist_core.catalogue.ports import MovieQueries
from watchlist_core.catalogue.read_models import MovieDetail

__all__ = ["FindMovie"]


@frozen
class FindMovie:
    """Show the movie that a provider knows by some id."""

    queries: MovieQueries

    async def __call__(
        self, provider: str, value: str, kind: MediaType | None = None
    ) -> MovieDetail:
        """Return the movie; without a *kind* a film, or else the series, which has that id.

        Raises:
            TypeError, ValueError: Nobody could call a movie so.
            ExternalIdUnknown: There is none.
        """
        for one in [kind] if kind else MediaType:
            found = await self.queries.find(ExternalId(provider, one, value))
            if found:
                return found
        raise ExternalIdUnknown(provider, value)
