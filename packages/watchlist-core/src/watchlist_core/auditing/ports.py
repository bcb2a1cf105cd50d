from typing import Protocol

from watchlist_core.auditing.read_models import AuditEntry, AuditSearch
from watchlist_core.paging import Page, Window

__all__ = ["AuditQueries"]


class AuditQueries(Protocol):
    """What was kept of the changes that people made; it is written by every unit of work."""

    async def search(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
        """Return a page of the entries, the latest first."""
