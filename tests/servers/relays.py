"""Relays that deliver imports, and a reaction that remembers them."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from attrs import define, field

from watchlist_core.catalogue import MoviesImported
from watchlist_http.server.reactions import (
    Happened,
    Reaction,
    Reactions,
)
from watchlist_http.server.relay import Patience, Relay
from watchlist_sql.database import Database
from watchlist_sql.outbox import Outbox
from watchlist_sql.unit_of_work import unit_of_work

__all__ = ["AT_ONCE", "GOING_ON", "Heard", "a_relay", "record"]

AT_ONCE = Patience(attempts=3, first_pause=timedelta(0))
GOING_ON = asyncio.Event()


@define
class Heard:
    """A reaction that remembers, and does what a test wants it to."""

    calls: list[list[int]] = field(factory=list)
    trouble: Exception | None = None

    async def __call__(self, happened: Sequence[Happened[MoviesImported]]) -> None:
        self.calls.append([one.event.added for one in happened])
        await asyncio.sleep(0)
        if self.trouble:
            raise self.trouble


def a_relay(
    database: Database,
    reaction: Reaction[MoviesImported],
    patience: Patience = AT_ONCE,
    *,
    together: bool = False,
) -> Relay:
    reactions = Reactions()
    reactions.on(MoviesImported, reaction, together=together)
    return Relay(Outbox(database), reactions, lambda: 1.0, patience)


async def record(database: Database, *numbers: int) -> None:
    """Announce imports that are told apart by their numbers."""
    async with unit_of_work(database)() as work:
        for number in numbers:
            work.record(MoviesImported(number))
        await work.commit()
