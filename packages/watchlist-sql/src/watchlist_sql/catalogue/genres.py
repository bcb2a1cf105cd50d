from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen
from sqlalchemy import Row, Select, bindparam, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.catalogue import Genre, GenreInUse, GenreNameTaken, GenreNotFound, folded
from watchlist_core.ids import GenreId
from watchlist_sql.arrays import given_texts
from watchlist_sql.catalogue.held import HeldCatalogue
from watchlist_sql.columns import IDENTIFIER
from watchlist_sql.keys import key_of
from watchlist_sql.tables import genres, movie_genres, movies

__all__ = ["SqlGenres"]

_GENRE: Final = (genres.c.key, genres.c.id, genres.c.name, genres.c.revision)
_IS_THIS: Final = genres.c.id == bindparam("genre", type_=IDENTIFIER)
_IS_LINKED: Final = movie_genres.c.genre_key == key_of(genres, "genre")


def _named(dialect: str) -> Select[*tuple[Any, ...]]:
    given = given_texts(dialect, "names")
    return select(genres.c.folded_name, *_GENRE).where(
        genres.c.folded_name.in_(select(given.c.value))
    )


_NAMED: Final = {dialect: _named(dialect) for dialect in ("sqlite", "postgresql")}
_ADD: Final[Mapping[str, Any]] = {
    "sqlite": sqlite.insert(genres).on_conflict_do_nothing(index_elements=["folded_name"]),
    "postgresql": postgresql.insert(genres).on_conflict_do_nothing(index_elements=["folded_name"]),
}
_HOLD: Final = select(*_GENRE).where(_IS_THIS)
_OTHER: Final = select(genres.c.id).where(
    genres.c.folded_name == bindparam("folded_name"), ~_IS_THIS
)
_SAVE: Final = update(genres).where(_IS_THIS)
_IS_IN_USE: Final = select(exists().where(_IS_LINKED, movie_genres.c.listed_title.is_not(None)))
_LINKED: Final = (
    select(movies.c.key, movies.c.genre_keys)
    .join_from(movies, movie_genres)
    .where(_IS_LINKED)
    .order_by(movies.c.id)
)
_KEEP_OTHERS: Final = (
    update(movies)
    .where(movies.c.key == bindparam("movie_key"))
    .values(genre_keys=bindparam("others"))
)
_REMOVE: Final[Sequence[Any]] = (
    delete(movie_genres).where(_IS_LINKED),
    delete(genres).where(_IS_THIS),
)


@frozen
class SqlGenres:
    _connection: AsyncConnection
    _catalogue: HeldCatalogue

    async def named(self, names: Iterable[str]) -> Mapping[str, Genre]:
        await self._catalogue.hold()
        folded_names = {name: folded(name) for name in names}
        rows = await self._connection.execute(
            _NAMED[self._connection.dialect.name], {"names": list(set(folded_names.values()))}
        )
        found = {folded_name: self._given(*row) for folded_name, *row in rows}
        return {
            name: found[folded_name]
            for name, folded_name in folded_names.items()
            if folded_name in found
        }

    async def add(self, genres: Sequence[Genre]) -> Mapping[str, Genre]:
        await self._catalogue.hold()
        rows = [{"id": g.id, "name": g.name, "folded_name": folded(g.name)} for g in genres]
        if rows:
            await self._connection.execute(_ADD[self._connection.dialect.name], rows)
            self._catalogue.changed()
        return await self.named(genre.name for genre in genres)

    async def hold(self, genre: GenreId) -> Genre:
        await self._catalogue.hold()
        row = (await self._connection.execute(_HOLD, {"genre": genre})).one_or_none()
        if row is None:
            raise GenreNotFound(genre)
        return self._given(*row)

    async def save(self, genre: Genre) -> None:
        named = {"genre": genre.id, "folded_name": folded(genre.name)}
        if other := await self._connection.scalar(_OTHER, named):
            raise GenreNameTaken(GenreId(other))
        changed = named | {"name": genre.name, "revision": genre.revision}
        await self._connection.execute(_SAVE, changed)
        self._catalogue.changed()

    async def remove(self, genre: GenreId) -> None:
        this = {"genre": genre}
        if await self._connection.scalar(_IS_IN_USE, this):
            raise GenreInUse(genre)
        key = self._catalogue.genre_keys.pop(genre)
        withdrawn = (await self._connection.execute(_LINKED, this)).all()
        if withdrawn:
            await self._connection.execute(_KEEP_OTHERS, [_without(key, row) for row in withdrawn])
        for statement in _REMOVE:
            await self._connection.execute(statement, this)
        self._catalogue.changed()

    def _given(self, key: int, id_: Any, name: str, revision: int) -> Genre:
        genre = GenreId(id_)
        self._catalogue.genre_keys[genre] = key
        return Genre(genre, name, revision)


def _without(genre_key: int, row: Row[int, Any]) -> dict[str, Any]:
    movie_key, keys = row
    return {"movie_key": movie_key, "others": [key for key in keys if key != genre_key]}
