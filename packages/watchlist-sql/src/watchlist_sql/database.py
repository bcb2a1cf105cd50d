"""Where works and reads get their connections from, whichever database it is."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol, TypeAlias, TypeVarTuple

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import TypedReturnsRows

from watchlist_sql.postgresql import PostgresqlDatabase
from watchlist_sql.sqlite import SqliteDatabase

__all__ = ["Database", "Parameters", "open_database"]

Columns = TypeVarTuple("Columns")
Parameters: TypeAlias = Mapping[str, Any]


class Database(Protocol):
    """One database, open until `close`; it belongs to the event loop it was opened on."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]: ...

    async def fetch(
        self,
        statement: TypedReturnsRows[*Columns],
        parameters: Parameters | None = None,
        *,
        aside: bool = False,
    ) -> Sequence[tuple[*Columns]]:
        """Return all rows of one SELECT, outside any work: what is committed at this moment.

        With *aside* it may take long without delaying other reads.

        Raises:
            Busy: No connection came free, or the file stayed locked, for too long.
            StoreUnavailable: The database does not answer.
        """

    def data_version(self) -> int | None:
        """Return a number that is another once somebody has committed anything.

        None where that cannot be told without waiting.

        Raises:
            SQLAlchemyError: It cannot be told at this moment.
        """

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give one transaction, rolled back unless it was committed.

        Raises:
            Busy: Others kept writing for too long, or this transaction must yield to another.
            StoreUnavailable: The database does not answer. When that happens while committing,
                nobody knows whether the changes were kept.
        """

    async def close(self) -> None:
        """Give everything back; nothing may be asked afterwards."""


async def open_database(url: str, **options: Any) -> Database:
    """Open ``sqlite:///file`` or ``postgresql://…``, as it is: nothing is created or migrated.

    The *options* are those of `SqliteDatabase.open` or `PostgresqlDatabase.open`.

    Raises:
        ValueError: The URL cannot be used; the message says why.
        StoreUnavailable: The file cannot be opened. A server is asked by the first statement only.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # What was given may hold a password, so it is not repeated.
        raise ValueError(
            "a database URL looks like sqlite:///file or postgresql://host/name"
        ) from None
    match parsed.drivername:
        case "sqlite":
            return await SqliteDatabase.open(parsed, **options)
        case "postgresql" | "postgres":
            return await PostgresqlDatabase.open(parsed, **options)
        case other:
            raise ValueError(f"a database is sqlite or postgresql, not {other}")
