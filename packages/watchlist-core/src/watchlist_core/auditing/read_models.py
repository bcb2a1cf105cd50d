from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import field, frozen
from attrs.validators import optional

from watchlist_core.ids import AccountId
from watchlist_core.instants import aware

__all__ = ["AuditEntry", "AuditSearch"]


@frozen
class AuditEntry:
    """One thing that somebody did; ids as texts."""

    at: datetime
    """When it was committed, by the clock of the store."""
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
    """Which entries are wanted: those that all of this is true of; and in which order."""

    actor: AccountId | None = None
    action: str | None = None
    subject: UUID | None = None
    request_id: str | None = None
    since: datetime | None = field(default=None, validator=optional(aware))
    """This instant and later."""
    until: datetime | None = field(default=None, validator=optional(aware))
    """Before this instant."""
    oldest_first: bool = False
    """In which order; the latest come first otherwise."""
