"""What this server works with, to be asked how it is."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import literal, select

from watchlist_http.components import Component
from watchlist_http.server.mailing import MAILED
from watchlist_sql.database import Database
from watchlist_sql.deliveries import Deliveries
from watchlist_sql.outbox import Share
from watchlist_sql.schema import UnusableSchema, schema_state

__all__ = ["components_of"]

_ANYTHING: Final = select(literal(1))


def components_of(database: Database) -> Sequence[Component]:
    """Return all that is in it; without mails the server goes on, and people wait for theirs."""
    deliveries, mails = Deliveries(database), Share.of(*MAILED)

    async def answers() -> None:
        await database.fetch(_ANYTHING)

    async def has_its_schema() -> None:
        state = await schema_state(database)
        if not state.is_usable:
            raise UnusableSchema(state)

    async def count_mails() -> tuple[int, int]:
        counted = await deliveries.count(mails)
        return counted.waiting, counted.parked

    return (
        Component("database", answers),
        Component("migrations", has_its_schema),
        Component("mail-queue", count_mails, is_needed=False),
    )
