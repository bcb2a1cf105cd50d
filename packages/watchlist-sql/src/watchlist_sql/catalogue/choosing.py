"""In which way the movies of a page are found: the one that looks at the fewest rows."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any, Final

from attrs import frozen

from watchlist_core.catalogue import MovieOrder, MovieSort
from watchlist_sql.catalogue.known import Known
from watchlist_sql.catalogue.sources import Found
from watchlist_sql.catalogue.titles import INDEXED_LENGTH

__all__ = ["Way", "fewest_rows", "ways_to"]

_DOUBT: Final = 3
"""So many times more rows than reckoned are met on the way: no condition is independent."""


@frozen
class Way:
    found: Found
    rows: float
    """So many are probably looked at."""


def fewest_rows(ways: Sequence[Way]) -> Way:
    return min(ways, key=lambda way: way.rows)


def ways_to(
    given: Mapping[str, Any], order: MovieOrder, last: int, known: Known, titles: int
) -> Sequence[Way]:
    """Return those to the first *last* rows of a list; *titles* contain the part that is given.

    Movies that meet a condition with an index are found by it, and sorted then; or the list is
    walked through in its order until the page is full. Few are better found, many are met soon.
    """
    shares = dict(_shares(given, known, titles))
    everything = known.movie_count
    ways = [
        Way(found, everything * prod(shares[name] for name in names))
        for found, names in _gathering(given)
    ]
    for found, names in _walking(given, order):
        met_by_index = prod(shares[name] for name in names)
        others = prod(share for name, share in shares.items() if name not in names)
        met = everything * met_by_index
        doubt = 1 if shares.keys() <= set(names) else _DOUBT
        ways.append(Way(found, min(met, doubt * last / others) if others else met))
    return ways


def _shares(given: Mapping[str, Any], known: Known, titles: int) -> Iterator[tuple[str, float]]:
    """Yield of each condition how large a part of all movies meets it, where that is known."""
    everything = max(known.movie_count, 1)
    for name, value in given.items():
        if name.startswith("genre_"):
            yield name, known.in_genre[value] / everything
    if "title" in given:
        yield "title", min(titles / everything, 1)
    if "year" in given:
        yield "year", known.in_year.get(given["year"], 0) / everything
    if "year_from" in given or "year_to" in given:
        first, last = given.get("year_from", 0), given.get("year_to", 9999)
        within = sum(number for year, number in known.in_year.items() if first <= year <= last)
        yield "years", within / everything


def _gathering(given: Mapping[str, Any]) -> Iterator[tuple[Found, tuple[str, ...]]]:
    """Yield the ways that find all, each with the conditions of its index."""
    if len(given.get("title", "")) >= INDEXED_LENGTH:
        yield Found.BY_TITLE, ("title",)
    if "genre_1" in given:
        yield Found.BY_GENRE, ("genre_1", "year") if "year" in given else ("genre_1",)
    if "year" in given:
        yield Found.BY_YEAR, ("year",)


def _walking(
    given: Mapping[str, Any], order: MovieOrder
) -> Iterator[tuple[Found, tuple[str, ...]]]:
    """Yield the ways that follow the list, each with the conditions that its index meets."""
    sort, _ = order.fields[0]
    by_title = sort is MovieSort.TITLE
    met_on_the_way: tuple[str, ...] = ("year",) if by_title and "year" in given else ()
    if sort is MovieSort.YEAR and {"year_from", "year_to"} & given.keys():
        met_on_the_way = ("years",)
    yield Found.ON_THE_WAY, met_on_the_way
    if by_title and "genre_1" in given:
        yield Found.IN_GENRE, ("genre_1", *met_on_the_way)
