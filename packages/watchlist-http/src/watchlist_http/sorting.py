"""How a client says in which order it wants a list."""

from enum import StrEnum
from typing import Generic, TypeVar

from attrs import frozen
from typing_extensions import override

__all__ = ["MOST_FIELDS", "Sort", "parse_sort", "sort_pattern"]

MOST_FIELDS = 3

F = TypeVar("F", bound=StrEnum)


@frozen
class Sort(Generic[F]):
    """Up to three fields, each with True for descending."""

    fields: tuple[tuple[F, bool], ...]

    @override
    def __str__(self) -> str:
        return ",".join(f"-{field}" if descends else field for field, descends in self.fields)


def parse_sort(text: str, choices: type[F]) -> Sort[F]:
    """Return ``-year,title`` as what it means. Raises ValueError."""
    names = text.split(",")
    try:
        fields = tuple((choices(name.removeprefix("-")), name[:1] == "-") for name in names)
    except ValueError:
        fields = ()
    if not 0 < len({field for field, _ in fields}) == len(names) <= MOST_FIELDS:
        raise ValueError(
            f"must be one to three of {', '.join(choices)}, each once, "
            "with commas between and - before what is to descend"
        )
    return Sort(fields)


def sort_pattern(choices: type[StrEnum]) -> str:
    one = f"-?({'|'.join(choices)})"
    return f"^{one}(,{one}){{0,{MOST_FIELDS - 1}}}$"
