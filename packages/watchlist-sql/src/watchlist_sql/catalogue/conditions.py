"""What is asked of movies in a list: the conditions by name, and the values for them."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    Select,
    Text,
    bindparam,
    literal_column,
    select,
)

from watchlist_core.catalogue import MovieFilter, folded
from watchlist_sql.averages import least_average
from watchlist_sql.catalogue.known import Known
from watchlist_sql.catalogue.titles import contains, title_parameters
from watchlist_sql.columns import SMALL
from watchlist_sql.positions import is_storable
from watchlist_sql.tables import movie_genres, movies

__all__ = [
    "Conditions",
    "also_in",
    "condition",
    "genre",
    "link_of_year",
    "parameters_of",
    "values_of",
]

Conditions: TypeAlias = tuple[str, ...]
"""The names of those that are asked for, each also that of its value: the shape of a filter."""

_EVERYTHING: Final = MovieFilter()
_THE_YEAR: Final = bindparam("year", type_=SMALL)
_OTHERS: Final[Mapping[str, Any]] = {
    "year": movies.c.year == _THE_YEAR,
    "year_from": movies.c.year >= bindparam("year_from", type_=SMALL),
    "year_to": movies.c.year <= bindparam("year_to", type_=SMALL),
    "least_average": movies.c.exact_average >= bindparam("least_average", type_=BigInteger),
    "media_type": movies.c.media_type == bindparam("media_type", type_=Text),
}

link_of_year: Final[ColumnElement[bool]] = movie_genres.c.year == _THE_YEAR


def condition(dialect: str, name: str) -> ColumnElement[bool]:
    """Return the condition of that name on a movie."""
    if name == "title":
        return contains(dialect)
    if name.startswith("genre_"):
        link = _link(name, movies.c.key)
        # Movie by movie, which the offset forces: PostgreSQL would read all links there are.
        return (link.offset(literal_column("0")) if dialect == "postgresql" else link).exists()
    found: ColumnElement[bool] = _OTHERS[name]
    return found


def also_in(name: str, movie_key: Column[int]) -> ColumnElement[bool]:
    """Return whether that movie is of the genre, whichever list is followed."""
    return _link(name, movie_key).exists()


def _link(name: str, movie_key: Column[int]) -> Select[int]:
    links = movie_genres.alias()
    link = select(links.c.movie_key).where(
        links.c.movie_key == movie_key, links.c.genre_key == bindparam(name, type_=Integer)
    )
    return link.correlate(movie_key.table)


def genre(name: str) -> ColumnElement[bool]:
    return movie_genres.c.genre_key == bindparam(name, type_=Integer)


def values_of(wanted: MovieFilter, known: Known) -> Mapping[str, Any] | None:
    """Return each condition of *wanted* with its value; None where no movie can meet them all.

    Of several genres, the first has the fewest movies. What no database can hold, no movie has.
    """
    if wanted == _EVERYTHING:
        return {}  # as most lists are, and all else here takes a tenth of a page
    texts = [wanted.title or "", *(genre for genre in wanted.genres if isinstance(genre, str))]
    if not all(is_storable(folded(text)) for text in texts):
        return None
    keys = {known.key_of(genre) for genre in wanted.genres}
    year, first, last = wanted.year, wanted.year_from, wanted.year_to
    if None in keys or (year and not (first or year) <= year <= (last or year)):
        return None
    by_number = sorted((known.in_genre[key], key) for key in keys if key is not None)
    hundredths = wanted.rating_hundredths_from
    values = {f"genre_{place}": key for place, (_, key) in enumerate(by_number, start=1)} | {
        "year": year,
        "year_from": None if year else first,
        "year_to": None if year else last,
        "least_average": None if hundredths is None else least_average(hundredths),
        "media_type": wanted.media_type and wanted.media_type.value,
    }
    given: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    if part := folded(wanted.title or ""):
        given["title"] = part
    return given


def parameters_of(dialect: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what statements with these conditions are given."""
    parameters = dict(given)
    if "title" in parameters:
        parameters |= title_parameters(dialect, parameters.pop("title"))
    return parameters
