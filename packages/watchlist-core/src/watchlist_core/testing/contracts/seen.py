"""What readers see of a catalogue, in as much as tests compare it."""

from collections.abc import Sequence

from watchlist_core.catalogue import GenreDetail, MovieFilter, MovieOrder
from watchlist_core.paging import PageNumber, Total
from watchlist_core.testing.contracts.store import Store

__all__ = ["all_genres", "genres_on_cards", "titles"]


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
