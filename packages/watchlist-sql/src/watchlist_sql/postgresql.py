"""PostgreSQL through asyncpg: a pool of connections for works, another for reads."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Literal, Self, TypeVarTuple

from attrs import define
from sqlalchemy import URL, Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.selectable import TypedReturnsRows

from watchlist_core.work import Busy, StoreUnavailable

__all__ = ["PostgresqlDatabase"]

Columns = TypeVarTuple("Columns")

# lock_not_available, deadlock_detected, serialization_failure: the same work may succeed later.
_TRY_AGAIN: Final = {"55P03", "40P01", "40001"}


@define
class PostgresqlDatabase:
    """Connections of a pool; rows are locked by the statements that need it."""

    _works: AsyncEngine
    _reads: AsyncEngine

    @classmethod
    async def open(cls, url: URL, *, patience: float = 5.0) -> Self:
        url = url.set(drivername="postgresql+asyncpg")
        settings: dict[str, Any] = {
            "pool_timeout": patience,
            "connect_args": {
                "timeout": patience,
                "server_settings": {"lock_timeout": f"{patience}s"},
            },
        }
        return cls(
            works=create_async_engine(url, **settings),
            reads=create_async_engine(
                url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **settings
            ),
        )

    @property
    def dialect(self) -> Literal["postgresql"]:
        return "postgresql"

    async def fetch(
        self,
        statement: TypedReturnsRows[*Columns],
        parameters: Mapping[str, Any] | None = None,
        *,
        aside: bool = False,  # noqa: ARG002  another process answers, so nothing here waits
    ) -> Sequence[Row[*Columns]]:
        async with _in_our_words(), self._reads.connect() as connection:
            return (await connection.execute(statement, parameters)).all()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        async with _in_our_words(), self._works.connect() as connection:
            yield connection  # rolled back when it is given back

    async def close(self) -> None:
        await self._works.dispose()
        await self._reads.dispose()


@asynccontextmanager
async def _in_our_words() -> AsyncIterator[None]:
    try:
        yield
    except PoolExhausted as error:
        raise Busy from error
    except OSError as error:
        raise StoreUnavailable from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _TRY_AGAIN:
            raise Busy from error
        if error.connection_invalidated:
            raise StoreUnavailable from error
        raise
