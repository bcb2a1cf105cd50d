"""How many movies a list has: known at once for the plainest, else counted by one statement."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, func, select

from watchlist_core.paging import Total
from watchlist_sql.catalogue.conditions import Conditions, also_in, condition, link_of_year
from watchlist_sql.catalogue.conditions import genre as of_genre
from watchlist_sql.catalogue.known import Known
from watchlist_sql.catalogue.titles import indexed_contains, select_indexed
from watchlist_sql.tables import listed, movie_genres, movies

__all__ = ["kept_count", "select_count"]

_SHAPES: Final = 500


def kept_count(given: Mapping[str, Any], known: Known) -> int | None:
    """Return the number where it is one of those that the catalogue keeps."""
    match sorted(given):
        case []:
            return known.movie_count
        case ["genre_1"]:
            return known.in_genre[given["genre_1"]]
        case ["year"]:
            return known.in_year.get(given["year"], 0)
    return None


@lru_cache(_SHAPES)
def select_count(dialect: str, conditions: Conditions, *, is_indexed: bool) -> Select[int]:
    """Count the movies, and stop as soon as there are more than anybody is told.

    *is_indexed* tells whether the index of titles knows the part that is given.
    """
    rest = list(conditions)
    others = {name for name in conditions if name.startswith("genre_")} - {"genre_1"}
    if {"genre_1"} <= {*conditions} <= {"genre_1", "year"} | others:
        # The lists of genres need no movie.
        found = select(movie_genres.c.movie_key).where(
            of_genre("genre_1"),
            *([link_of_year] if "year" in conditions else ()),
            movie_genres.c.listed_title.is_not(None),
            *(also_in(name, movie_genres.c.movie_key) for name in sorted(others)),
        )
    elif conditions == ("title",) and is_indexed:
        found = select_indexed(dialect)
    else:
        found = select(movies.c.key).where(listed)
        if is_indexed and "title" in conditions:
            rest.remove("title")
            found = found.where(indexed_contains(dialect))
        elif "genre_1" in conditions:
            rest.remove("genre_1")
            linked = select(movie_genres.c.movie_key).where(of_genre("genre_1"))
            found = found.where(movies.c.key.in_(linked))
        found = found.where(*(condition(dialect, name) for name in rest))
    return select(func.count()).select_from(found.limit(Total.LARGEST + 1).subquery())
