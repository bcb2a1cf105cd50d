from collections.abc import Mapping, Sequence
from typing import Any, TypeVarTuple, cast

from attrs import define, field
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.util import greenlet_spawn

from watchlist_core.work import StoreUnavailable
from watchlist_sql.postgresql.pool import Pool, discard, driver_of
from watchlist_sql.postgresql.refusals import is_lost, is_outdated, refusal
from watchlist_sql.prepared import PreparedStatements

__all__ = ["Readers"]

Columns = TypeVarTuple("Columns")


@define(eq=False)
class Readers:
    """Reads outside of works: one greenlet runs a whole one, and a prepared one needs none."""

    _pool: Pool
    _in_transactions: bool
    """Each read in a transaction of its own, of which nothing is left on the connection."""
    _statements: PreparedStatements = field(init=False)

    @_statements.default
    def _of_engine(self) -> PreparedStatements:
        return PreparedStatements(self._pool.engine.sync_engine)

    async def fetch(
        self, statement: TypedReturnsRows[*Columns], parameters: Mapping[str, Any] | None
    ) -> Sequence[tuple[*Columns]]:
        """Return all rows.

        Raises:
            Busy: No connection came free in time.
            StoreUnavailable: The server does not answer.
        """
        await self._pool.take_turn()
        try:
            if (rows := await self._read_prepared(statement, parameters)) is not None:
                return cast("Sequence[tuple[*Columns]]", rows)
            return await greenlet_spawn(self._read, statement, parameters)
        except DBAPIError as error:
            if refused := refusal(error):
                raise refused from error
            raise
        except OSError as error:
            raise StoreUnavailable from error
        finally:
            self._pool.end_turn()

    async def _read_prepared(
        self, statement: object, parameters: Mapping[str, Any] | None
    ) -> Sequence[tuple[Any, ...]] | None:
        """Ask the driver itself; None where SQLAlchemy has to, or can tell better what is wrong."""
        found = None if self._in_transactions else self._statements.get(statement, parameters)
        if found is None:
            return None
        prepared, bound = found
        connection = self._pool.at_hand()
        if connection is None:
            return None
        try:
            rows = await driver_of(connection).fetch(prepared.sql, *bound)
        except BaseException as error:
            discard(connection)
            if isinstance(error, TimeoutError) or not isinstance(error, Exception):
                raise
            return None
        self._pool.give_back(connection)
        return prepared.read(rows)

    def _read(
        self, statement: TypedReturnsRows[*Columns], parameters: Mapping[str, Any] | None
    ) -> Sequence[tuple[*Columns]]:
        while kept := self._pool.kept():
            try:
                return self._read_with(kept, statement, parameters)
            except (DBAPIError, ConnectionError) as error:
                # Nothing was changed, so another connection may be asked the same.
                if not is_lost(error) and not is_outdated(error):
                    raise
        return self._read_with(self._pool.new(), statement, parameters)

    def _read_with(
        self,
        connection: Connection,
        statement: TypedReturnsRows[*Columns],
        parameters: Mapping[str, Any] | None,
    ) -> Sequence[tuple[*Columns]]:
        try:
            rows = connection.execute(statement, parameters).all()
            if self._in_transactions:
                connection.rollback()
        except BaseException:
            # A cancelled read, above all, may still be running on the server.
            discard(connection)
            raise
        self._pool.give_back(connection)
        return rows

    async def close(self) -> None:
        await self._pool.close()
