"""Texts that every store, and every reader of JSON, can hold."""

import re
from typing import Final

from attrs import Attribute

__all__ = ["keepable"]

_UNKEEPABLE: Final = re.compile("[\0\ud800-\udfff]")


def keepable(_: object, attribute: "Attribute[str]", value: object) -> None:
    """Refuse, as a validator of attrs, what is no text that can be kept.

    Raises:
        TypeError: It is no text.
        ValueError: It has a NUL, which PostgreSQL cannot hold, or half of a surrogate pair, which
            has no UTF-8.
    """
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name} must be a text")
    if _UNKEEPABLE.search(value):
        raise ValueError(f"{attribute.name} must hold neither NUL nor lone surrogates")
