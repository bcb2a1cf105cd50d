from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import frozen

from watchlist_core.ids import AccountId

__all__ = ["AuditEntry", "AuditSearch"]


@frozen
class AuditEntry:
    """One thing that somebody did; ids as texts."""

    at: datetime
    actor: str | None
    origin: str | None
    request_id: str | None
    action: str
    """The name of the event."""
    subject_kind: str | None
    subject: str | None
    details: Mapping[str, Any]
    """The members of the event, as JSON has them."""


@frozen
class AuditSearch:
    """Which entries are wanted: those that all of this is true of."""

    actor: AccountId | None = None
    action: str | None = None
    subject: UUID | None = None
    request_id: str | None = None
    since: datetime | None = None
    """This instant and later."""
    until: datetime | None = None
    """Before this instant."""
