"""Texts that every store, and every reader of JSON, can hold."""

import re
from typing import Final

from attrs import Attribute

__all__ = ["keepable", "keepable_text"]

_UNKEEPABLE: Final = re.compile("[\0\ud800-\udfff]")


def keepable(_: object, attribute: "Attribute[str]", value: object) -> None:
    """Refuse, as a validator of attrs, what `keepable_text` refuses."""
    keepable_text(attribute.name, value)


def keepable_text(name: str, value: object) -> str:
    """Return the *value* of what has that name.

    Raises:
        TypeError: It is no text.
        ValueError: It has a NUL, which PostgreSQL cannot hold, or half of a surrogate pair, which
            has no UTF-8.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text")
    if _UNKEEPABLE.search(value):
        raise ValueError(f"{name} must hold neither NUL nor lone surrogates")
    return value
