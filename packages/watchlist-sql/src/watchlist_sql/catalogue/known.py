"""What each process knows of the catalogue: what genres are called, and how much there is of each.

Cards hold the keys of genres, and here are their names. A page says of which version of the
catalogue it is, by the same statement that reads it; what is known of another version is not used
for it. So a page never shows a genre by another name than it had at that moment.
"""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from attrs import define, field, frozen
from sqlalchemy import Select, Text, cast, func, select, type_coerce

from watchlist_core.catalogue import folded
from watchlist_core.ids import GenreId
from watchlist_sql.columns import RAW_JSON
from watchlist_sql.database import Database
from watchlist_sql.tables import catalogue, genres, movie_years

__all__ = ["Known", "KnownCatalogue"]


def _select(dialect: str) -> Select[*tuple[Any, ...]]:
    is_sqlite = dialect == "sqlite"
    one = func.json_array if is_sqlite else func.json_build_array
    all_of = func.json_group_array if is_sqlite else func.json_agg
    genre_id = func.hex(genres.c.id) if is_sqlite else cast(genres.c.id, Text)
    of_genre = (genres.c.key, genre_id, genres.c.folded_name, genres.c.name, genres.c.movie_count)
    lists = (
        select(all_of(one(*of_genre))).select_from(genres),
        select(all_of(one(movie_years.c.year, movie_years.c.movie_count))),
    )
    return select(
        catalogue.c.version,
        catalogue.c.movie_count,
        *(type_coerce(rows.scalar_subquery(), RAW_JSON) for rows in lists),
    )


_SELECT: Final = {dialect: _select(dialect) for dialect in ("sqlite", "postgresql")}


@frozen(eq=False)
class Known:
    """The catalogue of one version."""

    version: int
    movie_count: int
    names: Mapping[int, str]
    genres: Mapping[GenreId | str, int]
    """Their keys, by their ids as by what their names fold to."""
    in_genre: Mapping[int, int]
    in_year: Mapping[int, int]
    names_of: Callable[[str], Sequence[str]]
    """Reads the genres of a card: thousands of movies share a few hundred combinations."""
    counted: dict[Hashable, int] = field(factory=dict, init=False)
    """How many movies meet a filter, of those that were asked for and that no rating changes."""

    def key_of(self, genre: GenreId | str) -> int | None:
        return self.genres.get(folded(genre) if isinstance(genre, str) else genre)


@define
class KnownCatalogue:
    _database: Database
    _known: Known | None = field(default=None, init=False)

    async def get(self) -> Known:
        """Return what was read last, of whichever version that was."""
        return self._known or await self.read()

    async def read(self) -> Known:
        """Read what is committed, by one statement."""
        rows = await self._database.fetch(_SELECT[self._database.dialect])
        version, movie_count, *lists = rows[0]
        # PostgreSQL makes NULL of no rows.
        of_genres, of_years = (json.loads(text or "[]") for text in lists)
        names = {key: name for key, _, _, name, _ in of_genres}
        before = self._known
        self._known = Known(
            version,
            movie_count,
            names=names,
            genres={GenreId(UUID(id_)): key for key, id_, *_ in of_genres}
            | {folded_name: key for key, _, folded_name, *_ in of_genres},
            in_genre={key: number for key, *_, number in of_genres},
            in_year=dict(of_years),
            names_of=before.names_of if before and before.names == names else _reader(names),
        )
        return self._known


def _reader(names: Mapping[int, str]) -> Callable[[str], Sequence[str]]:
    @lru_cache(maxsize=4096)
    def names_of(keys: str) -> Sequence[str]:
        return tuple(names[key] for key in json.loads(keys))

    return names_of
