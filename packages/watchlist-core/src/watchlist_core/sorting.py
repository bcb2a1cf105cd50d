"""In which order a list comes."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Generic, TypeVar

from attrs import field, frozen
from attrs.validators import max_len, min_len

__all__ = ["Order"]

Sort = TypeVar("Sort", bound=StrEnum)


def _fields(fields: Iterable[tuple[Sort, bool]]) -> tuple[tuple[Sort, bool], ...]:
    return tuple(fields)


@frozen
class Order(Generic[Sort]):
    """Up to three fields, each ascending or descending; what has no value comes last."""

    fields: tuple[tuple[Sort, bool], ...] = field(
        converter=_fields, validator=[min_len(1), max_len(3)]
    )
    """Each with True for descending. The id breaks a tie, ascending."""

    def __attrs_post_init__(self) -> None:
        if len({sort for sort, _ in self.fields}) < len(self.fields):
            raise ValueError("fields must not name one twice")
