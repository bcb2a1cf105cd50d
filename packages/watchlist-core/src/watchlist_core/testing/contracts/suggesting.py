from typing import Final

import pytest

from watchlist_core.catalogue import SUGGESTIONS, SuggestTitles
from watchlist_core.testing.contracts.given import a_movie, popular
from watchlist_core.testing.contracts.seen import suggested_for
from watchlist_core.testing.contracts.store import Store

__all__ = ["SuggestingContract"]

_SUGGESTED: Final = {
    "mat": ["The Matrix", "Matrix Reloaded", "Checkmate, Matador"],
    "matrix": ["The Matrix", "Matrix Reloaded"],
    "the mat": ["The Matrix"],
    "matrix, the": ["The Matrix"],
    "matrix rel": ["Matrix Reloaded"],
    "reloaded mat": [],
    "matador": ["Checkmate, Matador"],
    "zone": ["Tarkovsky's Zone"],
    "matter": [],
    "matrx": [],
    "da": ["Data"],
    "boot": ["Das Boot"],
    "ein bo": [],
    "stal": ["Tarkovsky's Zone"],
    "!": [],
}


@pytest.mark.asyncio
class SuggestingContract:
    """Somebody who is still typing sees which movies it could become."""

    async def test_titles_are_suggested_to_who_is_still_typing(self, store: Store) -> None:
        await popular(store, "Matrix Reloaded", 90)
        await popular(store, "The Matrix", 100)
        await popular(store, "Checkmate, Matador", 900)
        await popular(store, "Das Boot", 0)
        await popular(store, "Data", 0)
        await popular(store, "Tarkovsky's Zone", 0, original_title="Stalker", description="Matter.")

        suggested = {text: await suggested_for(store, text) for text in _SUGGESTED}

        assert suggested == _SUGGESTED

    async def test_a_suggestion_tells_which_movie_it_is(self, store: Store) -> None:
        movie = await a_movie(store, "Solaris", None, original_title="Solyaris")

        (suggestion,) = await SuggestTitles(store.movie_search)("solya")

        assert (suggestion.id, suggestion.title, suggestion.year) == (
            str(movie.id),
            "Solaris",
            None,
        )

    async def test_only_the_best_are_suggested(self, store: Store) -> None:
        for number in range(SUGGESTIONS + 1):
            await popular(store, f"Night {number}", number + 1)

        suggested = await suggested_for(store, "nig")

        assert len(suggested) == SUGGESTIONS
        assert (suggested[0], "Night 0" in suggested) == (f"Night {SUGGESTIONS}", False)
