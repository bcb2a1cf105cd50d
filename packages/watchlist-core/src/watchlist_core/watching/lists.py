"""Which entries and viewings a list shows, and in which order."""

from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from attrs import field, frozen
from attrs.validators import instance_of, optional

from watchlist_core.catalogue.external_ids import MediaType
from watchlist_core.instants import aware
from watchlist_core.sorting import Order
from watchlist_core.watching.entities import EntryStatus

__all__ = ["LATEST_ADDED", "EntryFilter", "EntryOrder", "EntrySort", "WatchFilter"]


@frozen
class EntryFilter:
    """Which entries are wanted: those for which all that is given holds.

    Raises:
        TypeError: It cannot be asked for; the message names the member.
    """

    status: EntryStatus | None = field(default=None, validator=optional(instance_of(EntryStatus)))
    media_type: MediaType | None = field(default=None, validator=optional(instance_of(MediaType)))
    title: str | None = field(default=None, validator=optional(instance_of(str)))
    """Is contained in the title, both folded; blank is no filter."""


class EntrySort(StrEnum):
    ADDED_AT = "added_at"
    TITLE = "title"
    """Folded, by code point."""
    YEAR = "year"
    STATUS = "status"
    """As `EntryStatus` has them; a position has how many come before."""


EntryOrder: TypeAlias = Order[EntrySort]
LATEST_ADDED: Final[EntryOrder] = Order([(EntrySort.ADDED_AT, True)])


@frozen
class WatchFilter:
    """Which viewings are wanted; those of unknown date only where no date is asked for."""

    since: datetime | None = field(default=None, validator=optional(aware))
    """This instant and later."""
    until: datetime | None = field(default=None, validator=optional(aware))
    """Before this instant."""

    @property
    def is_dated(self) -> bool:
        return self.since is not None or self.until is not None
