from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from attrs import define, field, frozen
from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.catalogue import ExternalId, ExternalIdTaken, Genre, MediaType, Movie, folded
from watchlist_core.ids import GenreId, MovieId
from watchlist_sql.advisory import hold_turns
from watchlist_sql.arrays import given_rows, given_texts
from watchlist_sql.catalogue.titles import trigrams_of
from watchlist_sql.columns import SMALL
from watchlist_sql.keys import key_of
from watchlist_sql.tables import (
    catalogue,
    external_ids,
    genres,
    movie_genres,
    movie_title_trigrams,
    movies,
)

__all__ = ["SqlGenres", "SqlMovies"]


def _or_zero(number: ColumnElement[int | None]) -> ColumnElement[int]:
    return func.coalesce(number, 0)


_ALIKE: Final = (
    select(movies.c.id)
    .where(
        movies.c.folded_title == bindparam("folded_title"),
        # As expressions: SQLite would else look up the year, which thousands share, first.
        _or_zero(movies.c.year) == _or_zero(bindparam("year", type_=SMALL)),
        _or_zero(movies.c.runtime) == _or_zero(bindparam("runtime", type_=Integer)),
    )
    .order_by(movies.c.created_at, movies.c.id)
    .limit(1)
)


def _known(dialect: str) -> Select[str, str, str, UUID]:
    given = given_rows(dialect, "wanted")
    provider, kind, value = (given.c.value[index].as_string() for index in range(3))
    return (
        select(external_ids.c.provider, external_ids.c.kind, external_ids.c.value, movies.c.id)
        .select_from(given)
        .join(
            external_ids,
            (external_ids.c.provider == provider)
            & (external_ids.c.kind == kind)
            & (external_ids.c.value == value),
        )
        .join(movies, movies.c.key == external_ids.c.movie_key)
    )


_KNOWN: Final = {dialect: _known(dialect) for dialect in ("sqlite", "postgresql")}

_ADD_MOVIES: Final = insert(movies)
_ADD_TRIGRAMS: Final = insert(movie_title_trigrams).values(
    movie_key=key_of(movies, "movie"), trigrams=bindparam("trigrams")
)
_ADD_LINKS: Final = insert(movie_genres).values(
    movie_key=key_of(movies, "movie"),
    genre_key=key_of(genres, "genre"),
    position=bindparam("position"),
)
_ADD_EXTERNAL_IDS: Final = insert(external_ids).values(movie_key=key_of(movies, "movie"))
_NOTE_ADDED: Final = update(catalogue).values(
    version=catalogue.c.version + 1, movie_count=catalogue.c.movie_count + bindparam("added")
)


@define
class SqlMovies:
    _connection: AsyncConnection
    _added: int = field(default=0, init=False)
    _free: set[ExternalId] = field(factory=set, init=False)
    """Which nobody has: that was seen by this work, and nobody else adds any until its end."""

    async def hold_alike(self, title: str, year: int | None, runtime: int | None) -> MovieId | None:
        await self._hold()
        alike = {"folded_title": folded(title), "year": year, "runtime": runtime}
        found = await self._connection.scalar(_ALIKE, alike)
        return None if found is None else MovieId(found)

    async def hold_known(self, external_ids: Iterable[ExternalId]) -> Mapping[ExternalId, MovieId]:
        await self._hold()
        asked = set(external_ids)
        wanted = [[e.provider, e.kind, e.value] for e in asked]
        found = await self._connection.execute(
            _KNOWN[self._connection.dialect.name], {"wanted": wanted}
        )
        known = {
            ExternalId(provider, MediaType(kind), value): MovieId(movie)
            for provider, kind, value, movie in found
        }
        self._free |= asked.difference(known)
        return known

    async def add(self, movies: Sequence[Movie]) -> None:
        await self._refuse_taken(movies)
        await self._execute(_ADD_MOVIES, map(_row, movies))
        if self._connection.dialect.name == "postgresql":
            await self._execute(
                _ADD_TRIGRAMS,
                ({"movie": m.id, "trigrams": trigrams_of(folded(m.title))} for m in movies),
            )
        await self._execute(
            _ADD_LINKS,
            (
                {"movie": movie.id, "genre": genre.id, "position": position}
                for movie in movies
                for position, genre in enumerate(movie.genres)
            ),
        )
        await self._execute(
            _ADD_EXTERNAL_IDS,
            (
                {"movie": movie.id, "provider": e.provider, "kind": e.kind, "value": e.value}
                for movie in movies
                for e in movie.external_ids
            ),
        )
        self._added += len(movies)

    async def note_changes(self) -> None:
        """Count what was added; the last statement, for here all who change the catalogue meet."""
        if self._added:
            await self._connection.execute(_NOTE_ADDED, {"added": self._added})
            self._added = 0

    async def _hold(self) -> None:
        # Adding is done by one work at a time, from its first look at what is there until its end.
        # The lock is nobody's row, so that works which only change movies never wait for it.
        await hold_turns(self._connection, b"watchlist adding movies")

    async def _refuse_taken(self, movies: Sequence[Movie]) -> None:
        claimed = frozenset[ExternalId]().union(*(movie.external_ids for movie in movies))
        if unseen := claimed - self._free:
            await self.hold_known(unseen)
        for movie in movies:
            if taken := movie.external_ids - self._free:
                raise ExternalIdTaken(min(taken))
            self._free -= movie.external_ids

    async def _execute(self, statement: Any, rows: Iterable[Mapping[str, Any]]) -> None:
        rows = list(rows)
        if rows:
            await self._connection.execute(statement, rows)


def _row(movie: Movie) -> dict[str, Any]:
    return {
        "id": movie.id,
        "title": movie.title,
        "folded_title": folded(movie.title),
        "year": movie.year,
        "runtime": movie.runtime,
        "media_type": movie.media_type.value,
        "description": movie.description,
        "genres": [genre.name for genre in movie.genres],
        "revision": movie.revision,
        "created_at": movie.created_at,
    }


def _named(dialect: str) -> Select[str, UUID, str]:
    given = given_texts(dialect, "names")
    return select(genres.c.folded_name, genres.c.id, genres.c.name).where(
        genres.c.folded_name.in_(select(given.c.value))
    )


_NAMED: Final = {dialect: _named(dialect) for dialect in ("sqlite", "postgresql")}
_ADD_GENRES: Final[Mapping[str, Any]] = {
    "sqlite": sqlite.insert(genres).on_conflict_do_nothing(index_elements=["folded_name"]),
    "postgresql": postgresql.insert(genres).on_conflict_do_nothing(index_elements=["folded_name"]),
}


@frozen
class SqlGenres:
    _connection: AsyncConnection

    async def named(self, names: Iterable[str]) -> Mapping[str, Genre]:
        folded_names = {name: folded(name) for name in names}
        rows = await self._connection.execute(
            _NAMED[self._connection.dialect.name], {"names": list(set(folded_names.values()))}
        )
        found = {folded_name: Genre(GenreId(id_), name) for folded_name, id_, name in rows}
        return {
            name: found[folded_name]
            for name, folded_name in folded_names.items()
            if folded_name in found
        }

    async def add(self, genres: Sequence[Genre]) -> Mapping[str, Genre]:
        # In one order in all works: two that add the same ones would otherwise wait in a circle.
        in_order = sorted(((folded(g.name), g) for g in genres), key=itemgetter(0))
        rows = [{"id": g.id, "name": g.name, "folded_name": name} for name, g in in_order]
        await self._connection.execute(_ADD_GENRES[self._connection.dialect.name], rows)
        return await self.named(genre.name for genre in genres)
