"""What readers see of a catalogue, in as much as tests compare it."""

from collections.abc import Sequence

from watchlist_core.catalogue import (
    GenreDetail,
    MovieCard,
    MovieFilter,
    MovieOrder,
    SearchMovies,
    SuggestTitles,
)
from watchlist_core.paging import Page, PageNumber, Total, Window
from watchlist_core.testing.contracts.store import Store

__all__ = ["all_genres", "found_by", "genres_on_cards", "hits", "suggested_for", "titles"]


async def titles(store: Store, wanted: MovieFilter) -> Sequence[str]:
    """Return the titles of a list in their order, of which the total tells how many there are."""
    page = await store.movie_queries.browse(wanted, MovieOrder(), PageNumber())
    assert page.total == Total(len(page.items))
    return [card.title for card in page.items]


async def genres_on_cards(store: Store, wanted: MovieFilter) -> Sequence[Sequence[str]]:
    """Return what the genres of each movie are called in a list, by title."""
    page = await store.movie_queries.browse(wanted, MovieOrder(), PageNumber())
    return [list(card.genres) for card in page.items]


async def all_genres(store: Store) -> Sequence[GenreDetail]:
    page = await store.genre_queries.browse(PageNumber())
    assert page.total == Total(len(page.items))
    return list(page.items)


async def hits(
    store: Store, text: str, wanted: MovieFilter | None = None, window: Window | None = None
) -> Page[MovieCard]:
    return await SearchMovies(store.movie_search)(text, wanted, window)


async def found_by(store: Store, text: str, wanted: MovieFilter | None = None) -> Sequence[str]:
    """Return the titles of what a search finds, the best first; the total tells how many."""
    page = await hits(store, text, wanted)
    assert page.total == Total(len(page.items))
    return [card.title for card in page.items]


async def suggested_for(store: Store, text: str) -> Sequence[str]:
    return [one.title for one in await SuggestTitles(store.movie_search)(text)]
