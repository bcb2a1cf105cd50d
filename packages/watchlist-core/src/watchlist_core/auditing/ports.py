from datetime import datetime
from typing import Protocol

from watchlist_core.auditing.read_models import AuditEntry, AuditSearch
from watchlist_core.paging import Page, Window
from watchlist_core.work import UnitOfWork

__all__ = ["AuditLog", "AuditQueries", "AuditingWork"]


class AuditLog(Protocol):
    """What people did. Nobody writes here: every unit of work does it by itself, at its commit.

    For each event that it has recorded, and in the same transaction, it keeps one entry with
    `present_actor()`, and none where there is none. `at` is the instant of the commit, told by
    the clock of the store: that of the database, since the clocks of several machines differ.
    """

    async def forget(self, before: datetime, most: int) -> int:
        """Forget entries of before that instant, at most that many, and return how many."""


class AuditingWork(UnitOfWork, Protocol):
    """Only as much of the store as auditing may touch."""

    @property
    def audit_log(self) -> AuditLog: ...


class AuditQueries(Protocol):
    """The door for readers: outside any work, they wait for nobody and see what is committed."""

    async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
        """Return a page of the entries, the latest first unless the oldest are wanted first.

        Those of one instant, as of the several events of a work, come in the order in which they
        were recorded, or the other way round. A position belongs to one order.

        Raises:
            ForeignPosition: The window's position is not one of this list.
        """
