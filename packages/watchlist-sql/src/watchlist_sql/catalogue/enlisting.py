"""Where movies stand in the lists of genres and years, and how many there are in each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.catalogue import Movie, folded
from watchlist_core.ids import MovieId
from watchlist_sql.catalogue.held import HeldCatalogue
from watchlist_sql.columns import SMALL
from watchlist_sql.keys import key_of
from watchlist_sql.tables import genres, movie_genres, movie_years, movies

__all__ = ["delist", "enlist"]

_MOVIE: Final = key_of(movies, "movie")
_LINK: Final = insert(movie_genres).values(movie_key=_MOVIE)
_COUNT_IN_GENRE: Final = (
    update(genres)
    .where(genres.c.key == bindparam("genre"))
    .values(movie_count=genres.c.movie_count + bindparam("added"))
)


def _count_in_year(insert_: Any) -> Any:
    new = insert_(movie_years).values(
        year=bindparam("year", type_=SMALL), movie_count=bindparam("added")
    )
    return new.on_conflict_do_update(
        index_elements=["year"],
        set_={"movie_count": movie_years.c.movie_count + new.excluded.movie_count},
    )


_COUNT_IN_YEAR: Final[Mapping[str, Any]] = {
    "sqlite": _count_in_year(sqlite.insert),
    "postgresql": _count_in_year(postgresql.insert),
}

# Of one movie that was listed until now.
_LEAVE: Final[Sequence[Any]] = (
    update(genres)
    .where(
        genres.c.key.in_(select(movie_genres.c.genre_key).where(movie_genres.c.movie_key == _MOVIE))
    )
    .values(movie_count=genres.c.movie_count - 1),
    update(movie_years)
    .where(
        movie_years.c.year
        == select(movies.c.year).where(movies.c.id == bindparam("movie")).scalar_subquery()
    )
    .values(movie_count=movie_years.c.movie_count - 1),
    delete(movie_genres).where(movie_genres.c.movie_key == _MOVIE),
)


async def enlist(
    connection: AsyncConnection, catalogue: HeldCatalogue, added: Sequence[Movie]
) -> None:
    """Link movies to their genres, and count those that readers are to see."""
    keys = {movie.id: await catalogue.keys_of(movie.genres) for movie in added}
    links = [
        {
            "movie": movie.id,
            "position": position,
            "genre_key": key,
            "year": None if movie.is_withdrawn else movie.year,
            "listed_title": None if movie.is_withdrawn else folded(movie.title),
        }
        for movie in added
        for position, key in enumerate(keys[movie.id])
    ]
    listed = [movie for movie in added if not movie.is_withdrawn]
    in_genres = Counter(key for movie in listed for key in keys[movie.id])
    in_years = Counter(movie.year for movie in listed if movie.year is not None)
    count_in_year = _COUNT_IN_YEAR[connection.dialect.name]
    for statement, rows in (
        (_LINK, links),
        (_COUNT_IN_GENRE, _rows("genre", in_genres)),
        (count_in_year, _rows("year", in_years)),
    ):
        if rows:
            await connection.execute(statement, rows)


def _rows(name: str, counted: Mapping[int, int]) -> list[dict[str, Any]]:
    return [{name: one, "added": number} for one, number in sorted(counted.items())]


async def delist(connection: AsyncConnection, movie: MovieId) -> None:
    """Take a movie out of where it is listed, before its row is changed."""
    for statement in _LEAVE:
        await connection.execute(statement, {"movie": movie})
