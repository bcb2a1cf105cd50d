"""Moments that everybody on earth agrees on."""

from datetime import datetime

from attrs import Attribute

__all__ = ["aware"]


def aware(_: object, attribute: "Attribute[datetime]", value: object) -> None:
    """Refuse, as a validator of attrs, what is no instant: a datetime needs its offset from UTC.

    Raises:
        TypeError: It is no datetime.
        ValueError: It is a naive one, which every reader would take for another moment.
    """
    if not isinstance(value, datetime):
        raise TypeError(f"{attribute.name} must be a datetime")
    if value.utcoffset() is None:
        raise ValueError(f"{attribute.name} must have its offset from UTC")
