from typing import Final

import pytest

from watchlist_core.catalogue import MediaType, MovieFilter
from watchlist_core.ids import GenreId
from watchlist_core.rating import Score
from watchlist_core.testing.contracts.given import a_movie, new_id, scored
from watchlist_core.testing.contracts.seen import titles
from watchlist_core.testing.contracts.store import Store

__all__ = ["FilteringContract"]

_MOVIES: Final[list[tuple[str, int | None, MediaType, list[str], Score]]] = [
    ("Alien", 1979, MediaType.MOVIE, ["Horror", "Sci-Fi"], Score(3, 26)),
    ("Aliens", 1986, MediaType.MOVIE, ["Action", "Sci-Fi"], Score(1000, 7_999)),
    ("Amélie", 2001, MediaType.MOVIE, ["Comédie", "Romance"], Score(1, 8)),
    ("Stalker", 1979, MediaType.MOVIE, ["Sci-Fi"], Score()),
    ("Solaris", None, MediaType.MOVIE, ["Sci-Fi"], Score(2, 10)),
    ("The Kingdom", 1994, MediaType.SERIES, ["Horror", "Comédie"], Score(3, 20)),
]
_FOUND_BY: Final = {
    MovieFilter(): ["Alien", "Aliens", "Amélie", "Solaris", "Stalker", "The Kingdom"],
    MovieFilter(genres=["sci-fi"]): ["Alien", "Aliens", "Solaris", "Stalker"],
    MovieFilter(genres=[" COMEDIE "]): ["Amélie", "The Kingdom"],
    MovieFilter(genres=["Horror", "SCI-FI"]): ["Alien"],
    MovieFilter(genres=["Horror", "Sci-Fi", "Romance"]): [],
    MovieFilter(genres=["Horror", "Western"]): [],
    MovieFilter(genres=["Sci"]): [],
    MovieFilter(genres=["Sci_Fi", "%"]): [],
    MovieFilter(year=1979): ["Alien", "Stalker"],
    MovieFilter(year=9999): [],
    MovieFilter(year_from=1986): ["Aliens", "Amélie", "The Kingdom"],
    MovieFilter(year_from=1): ["Alien", "Aliens", "Amélie", "Stalker", "The Kingdom"],
    MovieFilter(year_to=1986): ["Alien", "Aliens", "Stalker"],
    MovieFilter(year_from=1986, year_to=1994): ["Aliens", "The Kingdom"],
    MovieFilter(year=1979, year_from=1980): [],
    MovieFilter(rating_from=1): ["Alien", "Aliens", "Amélie", "Solaris", "The Kingdom"],
    MovieFilter(rating_from=3.33): ["Alien", "Aliens", "Amélie", "The Kingdom"],
    MovieFilter(rating_from=3.34): ["Alien", "Aliens", "Amélie"],
    MovieFilter(rating_from=4): ["Alien", "Amélie"],  # 3.9995 is shown as 4.0, and is less
    MovieFilter(rating_from=4.34): [],
    MovieFilter(media_type=MediaType.SERIES): ["The Kingdom"],
    MovieFilter(media_type=MediaType.MOVIE, year_from=1994): ["Amélie"],
    MovieFilter("ALI", genres=["Sci-Fi"], year=1979, rating_from=4.3): ["Alien"],
    MovieFilter("ali", genres=["Sci-Fi"], year_to=2000): ["Alien", "Aliens"],
    MovieFilter("a", genres=["Horror"], media_type=MediaType.SERIES): [],
}


@pytest.mark.asyncio
class FilteringContract:
    """Lists show those movies for which all that is asked for holds, and count no others."""

    async def test_movies_are_found_by_all_that_is_asked_for(self, store: Store) -> None:
        for title, year, media_type, genres, score in _MOVIES:
            movie = await a_movie(store, title, year, genres=genres, media_type=media_type)
            if score.rating_count:
                await scored(store, movie.id, score)

        found = {wanted: await titles(store, wanted) for wanted in _FOUND_BY}

        assert found == _FOUND_BY

    async def test_genres_are_asked_for_by_name_or_id(self, store: Store) -> None:
        alien = await a_movie(store, "Alien", genres=["Horror", "Sci-Fi"])
        await a_movie(store, "Stalker", genres=["Sci-Fi"])
        horror, scifi = (genre.id for genre in alien.genres)
        found_by = {
            MovieFilter(genres=[scifi]): ["Alien", "Stalker"],
            MovieFilter(genres=[scifi, horror]): ["Alien"],
            MovieFilter(genres=["horror", scifi]): ["Alien"],
            MovieFilter(genres=["Horror", horror]): ["Alien"],
            MovieFilter(genres=[scifi, GenreId(new_id())]): [],
            MovieFilter(genres=[str(scifi)]): [],
        }

        found = {wanted: await titles(store, wanted) for wanted in found_by}

        assert found == found_by
