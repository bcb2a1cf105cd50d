"""What a server, or a worker in its place, does in the background."""

from asyncio import sleep
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from random import random
from typing import Final

from watchlist_core.catalogue import MoviesImported
from watchlist_core.work import now
from watchlist_http.server.background import Chore
from watchlist_http.server.jobs import Job, JobRunner
from watchlist_http.server.reactions import Reactions, RefreshStatistics
from watchlist_http.server.relay import Relay
from watchlist_sql.database import Database
from watchlist_sql.jobs import Jobs
from watchlist_sql.outbox import Outbox
from watchlist_sql.statistics import refresh_statistics

__all__ = ["chores"]

_KEPT_AFTER_DELIVERY: Final = timedelta(days=7)
_FORGOTTEN_AT_ONCE: Final = 1_000
_REST: Final = 0.010


def chores(database: Database) -> Sequence[Chore]:
    """Return the relay with all reactions, and the runner with all jobs."""
    outbox = Outbox(database)
    reactions = Reactions()
    reactions.on(
        MoviesImported,
        RefreshStatistics(partial(refresh_statistics, database), now),
        together=True,
    )

    async def forget_delivered_events() -> None:
        forgotten = _FORGOTTEN_AT_ONCE
        while forgotten == _FORGOTTEN_AT_ONCE:
            await sleep(_REST)  # others want to write too
            forgotten = await outbox.prune(older_than=_KEPT_AFTER_DELIVERY, most=_FORGOTTEN_AT_ONCE)

    jobs = [Job("forget-delivered-events", timedelta(hours=1), forget_delivered_events)]
    return Relay(outbox, reactions, random), JobRunner(Jobs(database), jobs)
