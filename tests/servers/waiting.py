"""To come upon others where they wait."""

from asyncio import sleep
from typing import Final

from sqlalchemy import Boolean, any_, column, func, not_, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["others_wait"]

# Of the activity of others, a transaction sees for ever what it saw first; of locks, what there is.
_WAITING: Final = (
    select(func.count())
    .select_from(table("pg_locks"))
    .where(
        not_(column("granted", Boolean)),
        func.pg_backend_pid() == any_(func.pg_blocking_pids(column("pid"))),
    )
)


async def others_wait(connection: AsyncConnection, works: int = 1) -> None:
    """Return as soon as so many works wait for what the one of *connection* holds.

    On SQLite at once: no other has begun as long as this one writes.
    """
    await sleep(0)  # who was only just started comes as far as he can
    if connection.dialect.name == "postgresql":
        while (await connection.scalar(_WAITING) or 0) < works:
            pass
