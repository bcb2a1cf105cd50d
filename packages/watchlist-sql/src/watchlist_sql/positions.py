"""What positions hold: texts and integers, of which the values of columns are made again.

A position comes back from where it was shown, so each reader raises ForeignPosition for what is
none of ours, before a database is asked to compare with it.
"""

from datetime import UTC, datetime
from uuid import UUID

from watchlist_core.paging import ForeignPosition

__all__ = ["is_storable", "read_id", "read_instant", "read_number", "read_text", "written_instant"]


def written_instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def read_instant(value: object) -> datetime:
    try:
        instant = datetime.fromisoformat(read_text(value))
        is_ours = written_instant(instant) == value
    except (ValueError, OverflowError):
        is_ours = False
    if not is_ours:
        raise ForeignPosition
    return instant


def read_id(value: object) -> UUID:
    try:
        return UUID(read_text(value))
    except ValueError:
        raise ForeignPosition from None


def read_number(value: object, *, bits: int) -> int:
    if type(value) is not int or not 0 <= value < 1 << bits:  # a bool is an int, and none of ours
        raise ForeignPosition
    return value


def read_text(value: object) -> str:
    if not isinstance(value, str) or not is_storable(value):
        raise ForeignPosition
    return value


def is_storable(text: str) -> bool:
    """Tell whether a database can have *text*, or compare with it."""
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return "\0" not in text
