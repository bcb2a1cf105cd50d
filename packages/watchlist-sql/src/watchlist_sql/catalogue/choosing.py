"""In which way the movies of a page are found: the one that looks at the fewest rows."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any, Final

from attrs import frozen

from watchlist_core.catalogue import MovieOrder, MovieSort
from watchlist_core.paging import Total
from watchlist_sql.catalogue.known import Known
from watchlist_sql.catalogue.order_fields import is_by_popularity
from watchlist_sql.catalogue.sources import Found
from watchlist_sql.catalogue.titles import INDEXED_LENGTH, MOST_KEYS

__all__ = ["COUNTED", "Way", "fewest_rows", "ways_to"]

COUNTED: Final = ("title", "least_average", "media_type")
"""The conditions of which nothing is kept that tells how many movies meet them."""

_DOUBT: Final = 3
"""So many times more rows than reckoned are met on the way: no condition is independent."""
_LINKS_FOR_A_ROW: Final = 5
"""So many movies are asked for their genres, in indexes alone, while the row of one is read."""


@frozen
class Way:
    found: Found
    rows: float
    """So many are probably looked at."""


def fewest_rows(ways: Sequence[Way]) -> Way:
    return min(ways, key=lambda way: way.rows)


def ways_to(
    given: Mapping[str, Any],
    order: MovieOrder,
    last: int,
    known: Known,
    counted: Mapping[str, int],
) -> Sequence[Way]:
    """Return those to the first *last* rows of a list.

    Movies that meet a condition with an index are found by it, and sorted then; or the list is
    walked through in its order until the page is full. Few are better found, many are met soon.
    How many meet each condition of `COUNTED` is *counted* as far as totals are: if there are more,
    they are never gathered.
    """
    shares = dict(_shares(given, known, counted))
    everything = known.movie_count
    ways = [
        Way(found, everything * prod(shares[name] for name in names))
        for found, names in _gathering(given, counted)
        if all(counted.get(name, 0) <= Total.LARGEST for name in names)
    ]
    for found, names in _walking(given, order):
        met_by_index = prod(shares[name] for name in names)
        others = prod(share for name, share in shares.items() if name not in names)
        met = everything * met_by_index
        rest = shares.keys() - names
        looked_at = min(met, (_DOUBT if rest else 1) * last / others) if others else met
        if found is Found.ON_THE_WAY and rest and all(name.startswith("genre_") for name in rest):
            looked_at = min(looked_at, last + looked_at / _LINKS_FOR_A_ROW)
        ways.append(Way(found, looked_at))
    return ways


def _shares(
    given: Mapping[str, Any], known: Known, counted: Mapping[str, int]
) -> Iterator[tuple[str, float]]:
    """Yield of each condition how large a part of all movies meets it, at least."""
    everything = max(known.movie_count, 1)
    for name, value in given.items():
        if name.startswith("genre_"):
            yield name, known.in_genre[value] / everything
    for name, number in counted.items():
        yield name, min(number / everything, 1)
    if "year" in given:
        yield "year", known.in_year.get(given["year"], 0) / everything
    if "year_from" in given or "year_to" in given:
        first, last = given.get("year_from", 0), given.get("year_to", 9999)
        within = sum(number for year, number in known.in_year.items() if first <= year <= last)
        yield "years", within / everything


def _gathering(
    given: Mapping[str, Any], counted: Mapping[str, int]
) -> Iterator[tuple[Found, tuple[str, ...]]]:
    """Yield the ways that find all, each with the conditions of its index."""
    if len(given.get("title", "")) >= INDEXED_LENGTH:
        if counted["title"] <= MOST_KEYS:
            yield Found.BY_KEY, ("title",)
        yield Found.BY_TITLE, ("title",)
    if "genre_1" in given:
        yield Found.BY_GENRE, ("genre_1", "year") if "year" in given else ("genre_1",)
    if "year" in given:
        yield Found.BY_YEAR, ("year",)
    if "least_average" in given:
        yield Found.BY_AVERAGE, ("least_average",)
    if "media_type" in given:
        yield Found.BY_MEDIA_TYPE, ("media_type",)


def _walking(
    given: Mapping[str, Any], order: MovieOrder
) -> Iterator[tuple[Found, tuple[str, ...]]]:
    """Yield the ways that follow the list, each with the conditions that its index meets."""
    sort, _ = order.fields[0]
    by_title = sort is MovieSort.TITLE
    is_in_index = "year" in given and (by_title or is_by_popularity(order))
    of_year: tuple[str, ...] = ("year",) if is_in_index else ()
    met_on_the_way = of_year
    if by_title and not of_year and "media_type" in given:
        met_on_the_way = ("media_type",)
    if sort is MovieSort.AVERAGE_RATING and "least_average" in given:
        met_on_the_way = ("least_average",)
    if sort is MovieSort.YEAR and {"year_from", "year_to"} & given.keys():
        met_on_the_way = ("years",)
    yield Found.ON_THE_WAY, met_on_the_way
    if by_title and "genre_1" in given:
        yield Found.IN_GENRE, ("genre_1", *of_year)
