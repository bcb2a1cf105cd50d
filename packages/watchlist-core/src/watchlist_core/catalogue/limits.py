"""What the catalogue can hold: limits, and the converters and validators that keep them."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from attrs import Attribute

from watchlist_core.catalogue.folding import folded
from watchlist_core.changes import UNCHANGED
from watchlist_core.texts import keepable_text

__all__ = [
    "ALTERNATIVE_TITLES",
    "DESCRIPTION_LENGTH",
    "EXTERNAL_ID_LENGTH",
    "EXTERNAL_TITLE_LENGTH",
    "GENRE_LENGTH",
    "LATEST_YEAR",
    "LONGEST_RUNTIME",
    "OLDEST_YEAR",
    "PROVIDER_LENGTH",
    "TITLE_LENGTH",
    "Validator",
    "each_once",
    "genre_text",
    "stripped",
    "text",
    "title_text",
    "unless_unchanged",
    "whole_number",
]

TITLE_LENGTH: Final = 300
ALTERNATIVE_TITLES: Final = 50
"""So many may one movie have."""
GENRE_LENGTH: Final = 60
PROVIDER_LENGTH: Final = 40
EXTERNAL_ID_LENGTH: Final = 100
EXTERNAL_TITLE_LENGTH: Final = 2_000
"""A provider may put several titles, the year and more into one."""
DESCRIPTION_LENGTH: Final = 10_000
OLDEST_YEAR: Final = 1870
LATEST_YEAR: Final = 2100
LONGEST_RUNTIME: Final = 60_000
"""Minutes; the longest film ever shown took 51,420."""

Validator: TypeAlias = Callable[[Any, "Attribute[Any]", Any], None]
"""Raises TypeError or ValueError with a message that names the member."""

_LONGEST_FOLDED: Final = 1_200
"""Bytes that a name may have when folded, in JSON, as it stands in the positions of lists.

The longest title of letters that fold to one each has no more; one letter folds to eighteen, and
JSON takes six bytes for one that controls a terminal.
"""


def stripped(text: str) -> str:
    """Take the blanks around a text away; of what is no text the validator says what is wrong."""
    return text.strip() if isinstance(text, str) else text


def each_once(texts: Iterable[str]) -> tuple[str, ...]:
    """Strip texts, and drop those that say the same as an earlier one, whatever their case."""
    first: dict[str, str] = {}
    for one in map(stripped, texts):
        # The validator says what is wrong with what is no text.
        first.setdefault(folded(one) if isinstance(one, str) else one, one)
    return tuple(first.values())


def text(shortest: int, longest: int) -> Validator:
    """Return a validator of texts that every store and every JSON reader can hold."""

    def check(_: object, attribute: "Attribute[Any]", value: object) -> None:
        kept = keepable_text(attribute.name, value)
        if shortest and not kept.strip():
            raise ValueError(f"{attribute.name} must not be blank")
        if not shortest <= len(kept) <= longest:
            raise ValueError(f"{attribute.name} must have {shortest} to {longest} characters")

    return check


def _name(longest: int) -> Validator:
    """Return a validator of names, which lists are sorted by."""
    check_text = text(1, longest)

    def check(named: object, attribute: "Attribute[Any]", value: str) -> None:
        check_text(named, attribute, value)
        in_json = json.dumps(folded(value), ensure_ascii=False)[1:-1]
        if len(in_json.encode()) > _LONGEST_FOLDED:
            raise ValueError(f"{attribute.name} is too long once its letters are taken apart")

    return check


title_text: Final = _name(TITLE_LENGTH)
genre_text: Final = _name(GENRE_LENGTH)


def whole_number(least: int, greatest: int) -> Validator:
    """Return a validator of numbers that may be unknown; to Python alone True is one."""

    def check(_: object, attribute: "Attribute[Any]", value: object) -> None:
        if value is None:
            return
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{attribute.name} must be a whole number")
        if not least <= value <= greatest:
            raise ValueError(f"{attribute.name} must be {least} to {greatest}")

    return check


def unless_unchanged(check: Validator) -> Validator:
    """Return a validator of what may also be left as it is."""

    def check_changes(changes: object, attribute: "Attribute[Any]", value: object) -> None:
        if value is not UNCHANGED:
            check(changes, attribute, value)

    return check_changes
