"""What an event tells, as JSON has it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from attrs import fields_dict

from watchlist_core.work import Event

__all__ = ["details_of"]


def details_of(event: Event) -> Mapping[str, Any]:
    """Return the members of *event*: ids and instants as texts, the latter in UTC.

    Raises:
        TypeError: A member is neither of these nor a plain value, so that nobody said what it
            looks like: a mistake of the programmer.
    """
    return {name: _plain(name, getattr(event, name)) for name in fields_dict(type(event))}


def _plain(name: str, value: object) -> Any:
    match value:
        case Enum():
            return _plain(name, value.value)
        case UUID():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case None | bool() | int() | float() | str():
            return value
    raise TypeError(f"{name} is a {type(value).__name__}, which no event carries")
