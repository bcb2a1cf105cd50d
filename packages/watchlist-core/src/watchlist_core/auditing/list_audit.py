from attrs import frozen

from watchlist_core.auditing.ports import AuditQueries
from watchlist_core.auditing.read_models import AuditEntry, AuditSearch
from watchlist_core.paging import Page, Window

__all__ = ["ListAudit"]


@frozen
class ListAudit:
    """Tell who did what, when and from where."""

    audit: AuditQueries

    async def __call__(self, search: AuditSearch, window: Window) -> Page[AuditEntry]:
        """Return a page of the entries, in the order that is wanted."""
        return await self.audit.search(search, window)
