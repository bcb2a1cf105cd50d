from collections.abc import Sequence

from attrs import frozen

from watchlist_core.catalogue.ports import MovieSearch
from watchlist_core.catalogue.read_models import Suggestion
from watchlist_core.catalogue.search_text import SearchText

__all__ = ["SuggestTitles"]


@frozen
class SuggestTitles:
    """Tell somebody who is still typing which movies it could become."""

    movie_search: MovieSearch

    async def __call__(self, text: str) -> Sequence[Suggestion]:
        """Return a few movies, the best first; of a text without words, none."""
        searched = SearchText.of(text)
        return [] if searched is None else await self.movie_search.suggest(searched)
