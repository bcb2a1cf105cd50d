"""Kept connections, at as little cost as SQLAlchemy allows."""

from asyncio import Semaphore, timeout
from collections.abc import Callable
from time import monotonic
from typing import Any

from attrs import define, field
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

from watchlist_core.work import Busy, StoreUnavailable
from watchlist_sql.postgresql.liveness import LONG_UNUSED, is_alive

__all__ = ["Pool", "discard", "driver_of"]


@define(eq=False)
class Pool:
    """Connections that serve one read or one work at a time, opened when they are first needed.

    What was used last is used next, so that those which are not needed fall idle. SQLAlchemy's own
    pool takes a greenlet for each step, besides a task for giving a connection back: together as
    long as a whole read.
    """

    engine: AsyncEngine
    _turns: Semaphore
    _patience: float
    _clock: Callable[[], float] = monotonic
    _free: list[tuple[Connection, float]] = field(factory=list, init=False)
    _is_closed: bool = field(default=False, init=False)

    async def take_turn(self) -> None:
        """Wait until one more connection may be used; `end_turn` when it is not any more.

        Raises:
            Busy: None came free in time.
        """
        if not self._turns.locked():
            await self._turns.acquire()
            return
        try:
            async with timeout(self._patience):
                await self._turns.acquire()
        except TimeoutError:
            raise Busy from None

    def end_turn(self) -> None:
        self._turns.release()

    def at_hand(self) -> Connection | None:
        """Take the one that was used last, if the server need not be asked whether it lives."""
        if self._free:
            connection, since = self._free[-1]
            if not driver_of(connection).is_closed() and self._clock() - since <= LONG_UNUSED:
                self._free.pop()
                return connection
        return None

    def kept(self) -> Connection | None:
        """Take one that lives, if there is any; inside a greenlet."""
        while self._free:
            connection, since = self._free.pop()
            lives = False
            try:
                lives = is_alive(driver_of(connection), self._clock() - since)
            finally:  # also when this is cancelled while the server is asked
                if not lives:
                    discard(connection)
            if lives:
                return connection
        return None

    def new(self) -> Connection:
        """Open one, inside a greenlet.

        Raises:
            StoreUnavailable: The server does not answer.
        """
        try:
            return self.engine.sync_engine.connect()
        except (DBAPIError, OSError) as error:
            raise StoreUnavailable from error

    def give_back(self, connection: Connection) -> None:
        if self._is_closed:
            discard(connection)
        else:
            self._free.append((connection, self._clock()))

    async def close(self) -> None:
        """Close what is not in use, and the rest as soon as it is given back."""
        self._is_closed = True
        while self._free:
            connection, _ = self._free.pop()
            await greenlet_spawn(connection.close)


def driver_of(connection: Connection) -> Any:
    """Return asyncpg's connection."""
    return connection.connection.driver_connection


def discard(connection: Connection) -> None:
    """Break the connection off, whatever it is doing."""
    connection.invalidate()
    connection.close()
