"""Long lists, a page at a time: by number, or from where the last page ended."""

from collections.abc import Sequence
from typing import ClassVar, Final, Generic, Self, TypeAlias, TypeVar

from attrs import Attribute, define, field, frozen
from attrs.validators import le

from watchlist_core.errors import Invalid

__all__ = [
    "After",
    "ForeignPosition",
    "Page",
    "PageNumber",
    "PageTooDeep",
    "Position",
    "Total",
    "Window",
]

Item = TypeVar("Item")

Position: TypeAlias = tuple[str | int | None, ...]
"""Where a page ended: the last item's values of the sorted fields, and what breaks a tie."""


def _from_one(_: object, attribute: "Attribute[int]", value: object) -> None:
    if type(value) is not int:  # to Python alone True is one
        raise TypeError(f"{attribute.name} must be a whole number")
    if value < 1:
        raise ValueError(f"{attribute.name} must be 1 or more")


_SIZE: Final = (_from_one, le(100))


@define
class PageTooDeep(Invalid):
    """Pages end at the 10,000th item; continue with the cursor."""


class ForeignPosition(Invalid):
    """The cursor does not belong to this list."""


@frozen
class PageNumber:
    """The page of that number.

    Raises:
        TypeError, ValueError: A page below 1, or a size that is not 1 to 100.
        PageTooDeep: It would reach beyond the 10,000th item, at a cost that grows with depth.
    """

    DEEPEST: ClassVar[int] = 10_000

    page: int = field(default=1, validator=_from_one)
    page_size: int = field(default=20, validator=_SIZE)

    def __attrs_post_init__(self) -> None:
        if self.page * self.page_size > self.DEEPEST:
            raise PageTooDeep

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size


@frozen
class After:
    """The items that follow *position*, at a cost that does not depend on how many came before."""

    position: Position
    page_size: int = field(default=20, validator=_SIZE)


Window: TypeAlias = PageNumber | After


@frozen
class Total:
    """How many items there are, counted no further than 10,000."""

    LARGEST: ClassVar[int] = 10_000

    count: int
    is_exact: bool = True

    @classmethod
    def counted(cls, count: int) -> Self:
        """Return the total for a *count* that was stopped, if at all, beyond `LARGEST`."""
        return cls(min(count, cls.LARGEST), is_exact=count <= cls.LARGEST)


@frozen
class Page(Generic[Item]):
    """Some items of a list, where the next begin, and how many there are in all."""

    items: Sequence[Item]
    next: Position | None = None
    """None on the last page."""
    total: Total | None = None
    """None when the page was asked for by position."""
