"""Where the rows of a list are read from: a statement for each way to find them."""

from collections.abc import Collection, Iterator, Sequence
from enum import Enum, auto
from typing import Any, TypeAlias

from attrs import frozen
from sqlalchemy import ColumnElement, FromClause, Select, literal_column, select, true

from watchlist_core.catalogue import MovieOrder, MovieSort
from watchlist_sql.catalogue.conditions import Conditions, condition, genre, link_of_year
from watchlist_sql.catalogue.order_fields import READ, Columns, is_by_popularity
from watchlist_sql.catalogue.titles import indexed_contains, is_one_of_them
from watchlist_sql.tables import listed, movie_genres, movies

__all__ = ["Found", "Source", "source_of"]

Page: TypeAlias = Select[*tuple[Any, ...]]


class Found(Enum):
    """How the movies of a page are found."""

    ON_THE_WAY = auto()
    """In the order of the list, comparing each movie until the page is full."""
    IN_GENRE = auto()
    """Likewise, in the list by title of one genre, or of one genre and year."""
    BY_KEY = auto()
    """The few that the index of titles was seen to know, sorted then."""
    BY_TITLE = auto()
    """All that the index of titles knows, sorted then."""
    BY_GENRE = auto()
    """All of one genre, or of one genre and year, sorted then."""
    BY_YEAR = auto()
    """All of one year, sorted then."""
    BY_AVERAGE = auto()
    """All that are rated so well, sorted then."""
    BY_MEDIA_TYPE = auto()
    """All of one media type, sorted then."""

    @property
    def sorts(self) -> bool:
        return self not in {Found.ON_THE_WAY, Found.IN_GENRE}


@frozen(eq=False)
class Source:
    rows: FromClause
    columns: Columns
    conditions: Sequence[ColumnElement[bool]] = ()
    hint: tuple[FromClause, str] | None = None
    """What SQLite is told of a table.

    By itself it takes any index that helps with one of the fields, and sorts the whole table; even
    for one field it takes the index of the other direction where it believes that to be smaller.
    """

    def as_told(self, page: Page) -> Page:
        return page.with_hint(*self.hint, "sqlite") if self.hint else page


def source_of(dialect: str, found: Found, conditions: Conditions, order: MovieOrder) -> Source:
    match found:
        case Found.ON_THE_WAY:
            asked = _all_but((), dialect, conditions)
            index = _index(conditions, order)
            return Source(movies, dict(movies.c), asked, (movies, f"INDEXED BY {index}"))
        case Found.IN_GENRE:
            return _in_genre(dialect, conditions)
        case Found.BY_KEY:
            asked = [is_one_of_them(dialect), *_all_but({"title"}, dialect, conditions)]
            return _gathered(dialect, asked, "NOT INDEXED")
        case Found.BY_TITLE:
            asked = [indexed_contains(dialect), *_all_but({"title"}, dialect, conditions)]
            return _gathered(dialect, asked, "NOT INDEXED")  # but by their keys
        case Found.BY_GENRE:
            return _by_genre(dialect, conditions)
        case Found.BY_YEAR:
            index = "ix_movies_of_year"
        case Found.BY_AVERAGE:
            index = "ix_movies_average_rating_up"
        case Found.BY_MEDIA_TYPE:
            index = "ix_movies_of_media_type"
    return _gathered(dialect, _all_but((), dialect, conditions), f"INDEXED BY {index}")


def _all_but(
    known: Collection[str], dialect: str, conditions: Conditions
) -> list[ColumnElement[bool]]:
    return [listed, *(condition(dialect, name) for name in conditions if name not in known)]


def _index(conditions: Conditions, order: MovieOrder) -> str:
    (sort, descending), *_ = order.fields
    if sort is MovieSort.TITLE:
        for one in ("year", "media_type"):
            if one in conditions:
                return f"ix_movies_of_{one}"
    if is_by_popularity(order) and "year" in conditions:
        return "ix_movies_popular_of_year"
    return f"ix_movies_{sort.value}_{'down' if descending else 'up'}"


def _link(conditions: Conditions) -> Iterator[ColumnElement[bool]]:
    yield genre("genre_1")
    if "year" in conditions:
        yield link_of_year


def _in_genre(dialect: str, conditions: Conditions) -> Source:
    others = _all_but({"genre_1", "year"}, dialect, conditions)
    index = "ix_movie_genres_of_year" if "year" in conditions else "ix_movie_genres_title"
    return Source(
        movie_genres.join(movies),
        {**movies.c, "folded_title": movie_genres.c.listed_title},
        [*_link(conditions), *others],
        (movie_genres, f"INDEXED BY {index}"),
    )


def _by_genre(dialect: str, conditions: Conditions) -> Source:
    others = _all_but({"genre_1", "year"}, dialect, conditions)
    if dialect == "sqlite":
        linked = select(movie_genres.c.movie_key).where(*_link(conditions))
        return _gathered(dialect, [movies.c.key.in_(linked), *others], "NOT INDEXED")
    # One by one, which is what the offset forces: PostgreSQL would read all movies there are.
    one = (
        select(*(movies.c[name] for name in READ))
        .where(movies.c.key == movie_genres.c.movie_key, *others)
        .correlate(movie_genres)
        .offset(literal_column("0"))
        .lateral("one")
    )
    gathering = select(*one.c).select_from(movie_genres.join(one, true())).where(*_link(conditions))
    rows = gathering.cte("matches").prefix_with("MATERIALIZED")
    return Source(rows, dict(rows.c))


def _gathered(dialect: str, conditions: Sequence[ColumnElement[bool]], hint: str) -> Source:
    if dialect == "sqlite":
        return Source(movies, dict(movies.c), conditions, (movies, hint))
    # Else PostgreSQL, when it hopes to meet them soon, walks through all movies in their order.
    gathering = select(*(movies.c[name] for name in READ)).where(*conditions)
    rows = gathering.cte("matches").prefix_with("MATERIALIZED")
    return Source(rows, dict(rows.c))
