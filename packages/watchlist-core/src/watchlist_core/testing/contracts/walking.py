from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from watchlist_core.paging import After, Page, PageNumber, Total, Window

__all__ = ["walked"]

Item = TypeVar("Item")


async def walked(
    browse: Callable[[Window], Awaitable[Page[Item]]], length: int, page_size: int
) -> Sequence[Item]:
    """Return a whole list of that length, which is the same by number and by position."""
    by_number: list[Item] = []
    for number in range(1, length // page_size + 2):
        page = await browse(PageNumber(number, page_size))
        by_number += page.items
        assert page.total == Total(length)
        assert (page.next is None) == (len(by_number) == length)

    page = await browse(PageNumber(page_size=page_size))
    by_position = [*page.items]
    while page.next is not None:
        assert len(by_position) < length
        page = await browse(After(page.next, page_size))
        by_position += page.items
        assert page.total is None
    assert by_position == by_number
    return by_number
