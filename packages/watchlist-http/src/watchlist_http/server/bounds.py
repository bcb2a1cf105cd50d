"""What a value of a setting may be at least and at most."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from watchlist_http.server.durations import told

__all__ = ["between"]

Value = TypeVar("Value", int, float, timedelta)


def between(least: Value, most: Value) -> Callable[[object, object, Value], None]:
    """Return a validator that refuses all that is less or more."""

    def check(_: object, __: object, value: Value) -> None:
        if not least <= value <= most:
            raise ValueError(f"must be from {_shown(least)} to {_shown(most)}")

    return check


def _shown(value: float | timedelta) -> str:
    return told(value) if isinstance(value, timedelta) else f"{value:,}"
