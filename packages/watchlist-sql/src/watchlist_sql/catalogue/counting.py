"""How many movies a list has: known at once for the plainest, else counted by one statement."""

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any, Final

from attrs import define, field
from sqlalchemy import Select, func, select

from watchlist_core.paging import Total
from watchlist_sql.catalogue.conditions import (
    Conditions,
    also_in,
    condition,
    link_of_year,
    parameters_of,
)
from watchlist_sql.catalogue.conditions import genre as of_genre
from watchlist_sql.catalogue.known import Known
from watchlist_sql.catalogue.titles import INDEXED_LENGTH, indexed_contains, select_indexed
from watchlist_sql.catalogue.totals import KeptTotals
from watchlist_sql.database import Database
from watchlist_sql.tables import listed, movie_genres, movies

__all__ = ["LONG", "Counts", "select_count"]

LONG: Final = 300
"""Rows that are looked at in half a millisecond: where there are more, others need not wait."""
_LINKS_FOR_A_ROW: Final = 10
_TITLES_FOR_A_ROW: Final = 50
"""So many entries of an index are read while one row is, and so many titles are passed over while
a part of them is looked up."""
_SHAPES: Final = 500
_CHANGING: Final = {"title", "least_average"}
"""Conditions that movies begin to meet without a new version of the catalogue, or for which people
give something else each time."""
_MOST_KEPT: Final = 10_000


@define
class Counts:
    """What is counted for one page, each filter once."""

    known: Known
    _database: Database
    _totals: KeptTotals
    _told: dict[Hashable, tuple[Any, ...]] = field(factory=dict, init=False)

    async def of(self, given: Mapping[str, Any]) -> int:
        """Count the movies that meet all conditions of a filter, as far as totals are counted."""
        kept = _kept_count(given, self.known)
        if kept is not None:
            return kept
        if given.keys() & _CHANGING:
            return await self._counted(given)
        counted, filter_ = self.known.counted, tuple(given.items())
        if filter_ not in counted:
            if len(counted) >= _MOST_KEPT:
                counted.clear()
            counted[filter_] = await self._counted(given)
        return counted[filter_]

    async def _counted(self, given: Mapping[str, Any]) -> int:
        part = given.get("title", "")
        is_indexed = len(part) >= INDEXED_LENGTH
        if is_indexed and len(given) == 1:
            number, _ = await self.titles(part)
        else:
            shape = self._database.dialect, tuple(given)
            (number,) = await self._row(select_count(*shape, is_indexed=is_indexed), given)
        return number

    async def titles(self, part: str) -> tuple[int, Any]:
        """Return how many titles contain *part*, and the keys of their movies, if they are few."""
        number, keys = await self._row(select_indexed(self._database.dialect), {"title": part})
        return number, keys

    async def _row(
        self, statement: Select[*tuple[Any, ...]], given: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        """Return the only row, asked for once."""
        filter_ = tuple(given.items())
        if filter_ not in self._told:
            self._told[filter_] = await self._asked(statement, given, filter_)
        return self._told[filter_]

    async def _asked(
        self, statement: Select[*tuple[Any, ...]], given: Mapping[str, Any], filter_: Hashable
    ) -> tuple[Any, ...]:
        parameters = parameters_of(self._database.dialect, given)
        if not self.takes_long(given):
            (row,) = await self._database.fetch(statement, parameters)
            return row

        async def counted() -> tuple[Any, ...]:
            (row,) = await self._database.fetch(statement, parameters, aside=True)
            return row

        # Together with whoever asks the same at this moment.
        return await self._totals.get((self.known.version, filter_), counted)

    def takes_long(self, given: Mapping[str, Any]) -> bool:
        """Return whether others would wait for the movies of a filter being found and counted."""
        everything, title = self.known.movie_count, given.get("title")
        if title is not None:
            return everything > LONG * (_TITLES_FOR_A_ROW if len(title) >= INDEXED_LENGTH else 1)
        if "genre_1" in given and all(
            name == "year" or name.startswith("genre_") for name in given
        ):
            in_year = self.known.in_year
            share = in_year.get(given["year"], 0) / max(everything, 1) if "year" in given else 1
            return self.known.in_genre[given["genre_1"]] * share > LONG * _LINKS_FOR_A_ROW
        return everything > LONG


def _kept_count(given: Mapping[str, Any], known: Known) -> int | None:
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
            # What was withdrawn has no year in these lists, and no title.
            link_of_year if "year" in conditions else movie_genres.c.listed_title.is_not(None),
            *(also_in(name, movie_genres.c.movie_key) for name in sorted(others)),
        )
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
