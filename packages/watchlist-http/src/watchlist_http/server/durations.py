"""Lengths of time, as people write them: ``15 minutes``."""

import re
from datetime import timedelta
from typing import Final

__all__ = ["duration_of", "told"]

_UNITS: Final = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}
_DURATION: Final = re.compile(rf"(\d{{1,9}}) ?({'|'.join(_UNITS)})s?", re.ASCII)


def duration_of(text: str) -> timedelta:
    """Read a whole number with its unit.

    Raises:
        ValueError: It is something else.
    """
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"must be days, hours, minutes or seconds, as in 15 minutes, not {text!r}")
    return int(found[1]) * _UNITS[found[2]]


def told(duration: timedelta) -> str:
    """Return *duration* as `duration_of` reads it, in the largest unit that it is a multiple of."""
    for name, unit in _UNITS.items():
        count, rest = divmod(duration, unit)
        if count and not rest:
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return f"{int(duration.total_seconds())} seconds"
