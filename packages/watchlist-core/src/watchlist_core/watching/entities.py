"""What somebody wants to watch, and what he has watched."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self, TypeAlias
from uuid import UUID

from attrs import Attribute, evolve, field, fields_dict, frozen
from attrs.validators import instance_of, optional

from watchlist_core.catalogue.external_ids import MediaType
from watchlist_core.catalogue.limits import (
    LATEST_YEAR,
    OLDEST_YEAR,
    stripped,
    text,
    title_text,
    unless_unchanged,
    whole_number,
)
from watchlist_core.changes import UNCHANGED, Unchanged
from watchlist_core.ids import AccountId, EntryId, MovieId, WatchId
from watchlist_core.instants import aware
from watchlist_core.watching.limits import NOTE_LENGTH

__all__ = [
    "Entry",
    "EntryChanges",
    "EntryStatus",
    "FreeTitle",
    "TitleWatch",
    "Viewing",
    "Watch",
]

_YEAR: Final = whole_number(OLDEST_YEAR, LATEST_YEAR)
_NOTE: Final = text(0, NOTE_LENGTH)


def _about(_: object, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, UUID | FreeTitle):
        raise TypeError(f"{attribute.name} must be a movie or a free title")


class EntryStatus(StrEnum):
    """How far somebody has come; lists that are sorted by it have this order."""

    PLANNED = "planned"
    WATCHING = "watching"
    WATCHED = "watched"
    ON_HOLD = "on_hold"
    DROPPED = "dropped"


@frozen
class FreeTitle:
    """Something that the catalogue does not have, as its owner calls it.

    Raises:
        TypeError, ValueError: A value that no movie has; the message names the member.
    """

    title: str = field(converter=stripped, validator=title_text)
    media_type: MediaType = field(validator=instance_of(MediaType))
    year: int | None = field(default=None, validator=_YEAR)


@frozen
class Watch:
    """One viewing; a movie may be watched again, and people forget when it was."""

    id: WatchId
    account: AccountId
    movie: MovieId
    watched_at: datetime | None = field(validator=optional(aware))
    is_inferred: bool = False
    """Nobody noted it, but who has rated a movie elsewhere must have seen it."""


@frozen
class TitleWatch:
    """One viewing of a free title."""

    id: WatchId
    account: AccountId
    entry: EntryId | None
    """None once that was removed, which leaves its viewings where they are."""
    title: FreeTitle
    watched_at: datetime | None = field(validator=optional(aware))


Viewing: TypeAlias = Watch | TitleWatch


@frozen
class Entry:
    """Something on somebody's watchlist: a movie of the catalogue, or a free title.

    A movie is there once. Of free titles only their owner knows which are the same.
    """

    id: EntryId
    account: AccountId
    about: MovieId | FreeTitle = field(validator=_about)
    status: EntryStatus = field(validator=instance_of(EntryStatus))
    added_at: datetime = field(validator=aware)
    note: str = field(default="", validator=_NOTE)

    def revised(self, changes: "EntryChanges") -> Self:
        """Return what the entry becomes. Raises ValueError if a movie would get another title."""
        given = {
            name: value
            for name in fields_dict(EntryChanges)
            if (value := getattr(changes, name)) is not UNCHANGED
        }
        own = {name: given.pop(name) for name in fields_dict(FreeTitle) if name in given}
        if own:
            if not isinstance(self.about, FreeTitle):
                raise ValueError("a movie is called as the catalogue calls it")
            given["about"] = evolve(self.about, **own)
        return evolve(self, **given)

    def viewing(self, watch: WatchId, watched_at: datetime | None) -> Viewing:
        """Return a viewing of what the entry is about."""
        if isinstance(self.about, FreeTitle):
            return TitleWatch(watch, self.account, self.id, self.about, watched_at)
        return Watch(watch, self.account, self.about, watched_at)


@frozen
class EntryChanges:
    """What becomes of an entry; what is not given stays as it is, and a year of None clears.

    Raises:
        TypeError, ValueError: A value that no entry has; the message names the member.
    """

    status: EntryStatus | Unchanged = field(
        default=UNCHANGED, validator=unless_unchanged(instance_of(EntryStatus))
    )
    note: str | Unchanged = field(default=UNCHANGED, validator=unless_unchanged(_NOTE))
    title: str | Unchanged = field(default=UNCHANGED, validator=unless_unchanged(title_text))
    """Of free titles only; likewise the media type and the year."""
    media_type: MediaType | Unchanged = field(
        default=UNCHANGED, validator=unless_unchanged(instance_of(MediaType))
    )
    year: int | Unchanged | None = field(default=UNCHANGED, validator=unless_unchanged(_YEAR))

    @property
    def renames(self) -> bool:
        """Tell whether something is given that only a free title has of its own."""
        return any(getattr(self, name) is not UNCHANGED for name in fields_dict(FreeTitle))
