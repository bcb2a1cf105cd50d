"""Periodic jobs: each is a row, and whoever takes it runs it while nobody else does.

A job is taken by a write that tells whether it was free, by the clock of the database. Its turn has
a number, so that a holder who was too slow, and has lost the job to another, changes nothing.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from attrs import frozen
from sqlalchemy import Float, Text, bindparam, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from watchlist_sql.columns import instant_in
from watchlist_sql.database import Database
from watchlist_sql.tables import jobs

__all__ = ["Jobs", "Turn"]

_IS_THIS: Final = jobs.c.name == bindparam("job", type_=Text)
_IS_FREE: Final = (jobs.c.due_at <= instant_in()) & or_(
    jobs.c.lease_until.is_(None), jobs.c.lease_until <= instant_in()
)
_IS_TAKEN: Final = select(jobs.c.name).where(_IS_THIS, ~_IS_FREE)
_NEW: Final[Mapping[str, Any]] = {
    "sqlite": sqlite.insert(jobs).values(name=bindparam("job")).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(jobs).values(name=bindparam("job")).on_conflict_do_nothing(),
}
_TAKE: Final = (
    update(jobs)
    .where(_IS_THIS, _IS_FREE)
    .values(lease_until=instant_in(bindparam("lease", type_=Float)), turn=jobs.c.turn + 1)
    .returning(jobs.c.turn)
)
_HOLDS: Final = _IS_THIS & (jobs.c.turn == bindparam("held")) & jobs.c.lease_until.is_not(None)
_FINISH: Final = (
    update(jobs)
    .where(_HOLDS)
    .values(lease_until=null(), due_at=instant_in(bindparam("delay", type_=Float)))
)


@frozen
class Turn:
    """The right to run a job until its lease ends."""

    job: str
    number: int


@frozen
class Jobs:
    _database: Database

    async def take(self, job: str, *, lease: timedelta) -> Turn | None:
        """Take the *job* if it is due and nobody runs it; one never heard of is due at once."""
        if await self._database.fetch(_IS_TAKEN, {"job": job}):
            return None
        async with self._database.writing() as connection:
            await connection.execute(_NEW[self._database.dialect], {"job": job})
            number = await connection.scalar(_TAKE, {"job": job, "lease": lease.total_seconds()})
            await connection.commit()
        return None if number is None else Turn(job, number)

    async def finish(self, turn: Turn, *, again_in: timedelta) -> bool:
        """Give the job back; False when another has taken it meanwhile, who then says when next."""
        row = {"job": turn.job, "held": turn.number, "delay": again_in.total_seconds()}
        async with self._database.writing() as connection:
            written = await connection.execute(_FINISH, row)
            await connection.commit()
        return bool(written.rowcount)
