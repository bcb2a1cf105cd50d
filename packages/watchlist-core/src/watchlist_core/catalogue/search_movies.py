from attrs import frozen

from watchlist_core.catalogue.lists import MovieFilter
from watchlist_core.catalogue.ports import MovieSearch
from watchlist_core.catalogue.read_models import MovieCard
from watchlist_core.catalogue.search_text import SearchText
from watchlist_core.paging import Page, PageNumber, Total, Window

__all__ = ["SearchMovies"]


@frozen
class SearchMovies:
    """Find movies by what somebody remembers of their names, or of what they are about."""

    movie_search: MovieSearch

    async def __call__(
        self, text: str, wanted: MovieFilter | None = None, window: Window | None = None
    ) -> Page[MovieCard]:
        """Return a page of those that match, the best first; of a text without words, nothing.

        Raises:
            ForeignPosition: The position does not belong to a search.
        """
        window = window or PageNumber()
        searched = SearchText.of(text)
        if searched is None:
            return Page([], total=Total(0) if isinstance(window, PageNumber) else None)
        return await self.movie_search.search(searched, wanted or MovieFilter(), window)
