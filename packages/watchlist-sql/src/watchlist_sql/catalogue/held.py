"""What one work holds of the catalogue, and what it has changed of it."""

from collections.abc import Iterable
from typing import Final

from attrs import define, field
from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.catalogue import Genre
from watchlist_core.ids import GenreId
from watchlist_sql.advisory import hold_turns
from watchlist_sql.tables import catalogue, genres

__all__ = ["HeldCatalogue"]

_KEYS: Final = select(genres.c.id, genres.c.key)
_NOTE: Final = update(catalogue).values(
    version=catalogue.c.version + 1, movie_count=catalogue.c.movie_count + bindparam("added")
)


@define
class HeldCatalogue:
    """Whoever adds movies, or decides what is alike or what genres are called, does so alone.

    That is a lock and nobody's row, so that works which only rate movies never wait for it.
    """

    _connection: AsyncConnection
    genre_keys: dict[GenreId, int] = field(factory=dict, init=False)
    """Of the genres that this work was given."""
    _is_held: bool = field(default=False, init=False)
    _is_changed: bool = field(default=False, init=False)
    _added: int = field(default=0, init=False)

    async def hold(self) -> None:
        """Let others wait until this work ends."""
        if not self._is_held:
            await hold_turns(self._connection, b"watchlist adding movies")
            self._is_held = True

    async def keys_of(self, wanted: Iterable[Genre]) -> list[int]:
        wanted = list(wanted)
        if any(genre.id not in self.genre_keys for genre in wanted):
            known = await self._connection.execute(_KEYS)
            self.genre_keys |= {GenreId(id_): key for id_, key in known}
        return [self.genre_keys[genre.id] for genre in wanted]

    def changed(self, *, added: int = 0) -> None:
        """Have it noted that readers are to see something else, of so many movies more or less."""
        self._is_changed = True
        self._added += added

    async def note_changes(self) -> bool:
        """Count them; the last statement, for here all who change the catalogue meet.

        Tell whether there were any.
        """
        if not self._is_changed:
            return False
        await self._connection.execute(_NOTE, {"added": self._added})
        self._is_changed, self._added = False, 0
        return True
