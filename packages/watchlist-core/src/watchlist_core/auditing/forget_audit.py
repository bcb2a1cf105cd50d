from datetime import timedelta

from attrs import field, frozen
from attrs.validators import ge

from watchlist_core.auditing.ports import AuditingWork
from watchlist_core.work import Begin, Clock

__all__ = ["ForgetAudit"]


@frozen
class ForgetAudit:
    """Forget what people did too long ago."""

    begin: Begin[AuditingWork]
    clock: Clock
    most: int = field(default=1_000, validator=ge(1))
    """Entries a work: others want to write as well."""

    async def __call__(self, older_than: timedelta) -> int:
        """Return how many entries were forgotten; whoever is interrupted has forgotten some."""
        before = self.clock() - older_than
        total = 0
        while True:
            async with self.begin() as work:
                forgotten = await work.audit_log.forget(before, self.most)
                await work.commit()
            total += forgotten
            if forgotten < self.most:
                return total
