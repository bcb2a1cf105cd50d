from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from attrs import define, field
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.catalogue import (
    ExternalId,
    ExternalIdTaken,
    MediaType,
    Movie,
    MovieNotFound,
    folded,
)
from watchlist_core.ids import MovieId
from watchlist_sql.arrays import given_rows
from watchlist_sql.catalogue.detail import held_movie, select_held
from watchlist_sql.catalogue.enlisting import delist, enlist
from watchlist_sql.catalogue.held import HeldCatalogue
from watchlist_sql.catalogue.indexing import (
    forget_searchable,
    index_searchable,
    is_found_otherwise,
)
from watchlist_sql.catalogue.titles import trigrams_of
from watchlist_sql.columns import IDENTIFIER, SMALL
from watchlist_sql.keys import key_of
from watchlist_sql.tables import external_ids, listed, movie_title_trigrams, movies

__all__ = ["SqlMovies"]

_MOVIE: Final = key_of(movies, "movie")
_IS_THIS: Final = movies.c.id == bindparam("movie", type_=IDENTIFIER)
# As who rates holds it. What belongs to it is read by a statement of its own, begun afterwards:
# PostgreSQL would show this one as it was before.
_HOLD: Final = select(movies.c.key).where(_IS_THIS, listed).with_for_update(key_share=True)


def _or_zero(number: ColumnElement[int | None]) -> ColumnElement[int]:
    return func.coalesce(number, 0)


_ALIKE: Final = (
    select(movies.c.id)
    .where(
        movies.c.folded_title == bindparam("folded_title"),
        # As expressions: SQLite would else look up the year, which thousands share, first.
        _or_zero(movies.c.year) == _or_zero(bindparam("year", type_=SMALL)),
        _or_zero(movies.c.runtime) == _or_zero(bindparam("runtime", type_=Integer)),
        listed,
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

_ADD: Final = insert(movies)
_SAVE: Final = update(movies).where(_IS_THIS)
_ADD_TRIGRAMS: Final = insert(movie_title_trigrams).values(
    movie_key=_MOVIE, trigrams=bindparam("trigrams")
)
_SAVE_TRIGRAMS: Final = (
    update(movie_title_trigrams)
    .where(movie_title_trigrams.c.movie_key == _MOVIE)
    .values(trigrams=bindparam("trigrams"))
)
_ADD_EXTERNAL_IDS: Final = insert(external_ids).values(movie_key=_MOVIE)
_GIVE_UP_EXTERNAL_IDS: Final = delete(external_ids).where(external_ids.c.movie_key == _MOVIE)


@define
class SqlMovies:
    _connection: AsyncConnection
    _catalogue: HeldCatalogue
    _held: dict[MovieId, Movie] = field(factory=dict, init=False)
    """As they are, of those that this work holds."""
    _free: set[ExternalId] = field(factory=set, init=False)
    """Which nobody has: that was seen by this work, and nobody else adds any until its end."""

    async def hold(self, movie: MovieId) -> Movie:
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(_HOLD, {"movie": movie})
        statement = select_held(self._connection.dialect.name)
        row = (await self._connection.execute(statement, {"id": movie})).one_or_none()
        if row is None:
            raise MovieNotFound(movie)
        held, genre_keys = held_movie(row)
        self._catalogue.genre_keys |= genre_keys
        self._held[movie] = held
        return held

    async def hold_alike(self, title: str, year: int | None, runtime: int | None) -> MovieId | None:
        await self._catalogue.hold()
        alike = {"folded_title": folded(title), "year": year, "runtime": runtime}
        found = await self._connection.scalar(_ALIKE, alike)
        return None if found is None else MovieId(found)

    async def hold_known(self, external_ids: Iterable[ExternalId]) -> Mapping[ExternalId, MovieId]:
        await self._catalogue.hold()
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
        await self._catalogue.hold()
        await self._refuse_taken(movies)
        await self._execute(_ADD, [{"id": m.id, **await self._row(m)} for m in movies])
        await self._save_trigrams(_ADD_TRIGRAMS, movies)
        await index_searchable(self._connection, movies)
        await enlist(self._connection, self._catalogue, movies)
        await self._add_external_ids(movies)
        self._catalogue.changed(added=len(movies))

    async def save(self, movie: Movie) -> None:
        before = self._held.get(movie.id) or await self.hold(movie.id)
        await self._catalogue.hold()
        new_ids = movie.external_ids - before.external_ids
        if new_ids and (taken := await self.hold_known(new_ids)):
            raise ExternalIdTaken(min(taken))

        is_listed_otherwise = _listing(movie) != _listing(before)
        if is_listed_otherwise:
            await delist(self._connection, movie.id)
        await self._connection.execute(_SAVE, {"movie": movie.id, **await self._row(movie)})
        if is_listed_otherwise:
            await enlist(self._connection, self._catalogue, [movie])
            await self._save_trigrams(_SAVE_TRIGRAMS, [movie])
        if is_found_otherwise(movie, before):
            await forget_searchable(self._connection, before)
            await index_searchable(self._connection, [movie])
        if _called(movie) != _called(before):
            await self._connection.execute(_GIVE_UP_EXTERNAL_IDS, {"movie": movie.id})
            await self._add_external_ids([movie])
        self._free -= new_ids
        if movie.is_withdrawn:
            del self._held[movie.id]
        else:
            self._held[movie.id] = movie
        self._catalogue.changed(added=-1 if movie.is_withdrawn else 0)

    async def _refuse_taken(self, movies: Sequence[Movie]) -> None:
        claimed = frozenset[ExternalId]().union(*(movie.external_ids for movie in movies))
        if unseen := claimed - self._free:
            await self.hold_known(unseen)
        for movie in movies:
            if taken := movie.external_ids - self._free:
                raise ExternalIdTaken(min(taken))
            self._free -= movie.external_ids

    async def _save_trigrams(self, statement: Any, movies: Sequence[Movie]) -> None:
        if self._connection.dialect.name == "postgresql":
            await self._execute(
                statement,
                [{"movie": m.id, "trigrams": trigrams_of(folded(m.title))} for m in movies],
            )

    async def _add_external_ids(self, movies: Sequence[Movie]) -> None:
        await self._execute(
            _ADD_EXTERNAL_IDS,
            [
                {
                    "movie": movie.id,
                    "provider": e.provider,
                    "kind": e.kind,
                    "value": e.value,
                    "title": e.title,
                }
                for movie in movies
                for e in movie.external_ids
            ],
        )

    async def _execute(self, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            await self._connection.execute(statement, rows)

    async def _row(self, movie: Movie) -> dict[str, Any]:
        return {
            "title": movie.title,
            "folded_title": folded(movie.title),
            "original_title": movie.original_title,
            "alternative_titles": movie.alternative_titles,
            "year": movie.year,
            "runtime": movie.runtime,
            "media_type": movie.media_type.value,
            "description": movie.description,
            "genre_keys": await self._catalogue.keys_of(movie.genres),
            "revision": movie.revision,
            "created_at": movie.created_at,
            "is_withdrawn": movie.is_withdrawn,
        }


def _called(movie: Movie) -> Mapping[ExternalId, str | None]:
    return {external_id: external_id.title for external_id in movie.external_ids}


def _listing(movie: Movie) -> tuple[object, ...]:
    """Return by what the lists of genres and years know the movie."""
    genres = [genre.id for genre in movie.genres]
    return movie.title, movie.year, movie.is_withdrawn, genres
