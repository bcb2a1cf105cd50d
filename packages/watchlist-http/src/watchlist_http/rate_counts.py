"""Where it is kept how often each has asked."""

from typing import Protocol

from attrs import define, field, frozen
from typing_extensions import override

__all__ = ["Counts", "MemoryCounts"]


class Counts(Protocol):
    """Counts requests by key and window: windows of *seconds* follow each other since 1970.

    *number* tells which one it is: those before it are over, and none but the last of them matters.
    """

    async def add(self, key: str, seconds: int, number: int) -> tuple[int, int] | None:
        """Count one; return how many there were in the window before, and are in this one.

        Of any that are added at once, each gets a count of its own. None where it cannot be
        counted at this moment: nobody is refused for that.
        """

    async def take_back(self, key: str, seconds: int, number: int) -> None:
        """Undo an `add`, of a request that was refused."""


@frozen
class _Window:
    number: int
    counted: dict[str, int] = field(factory=dict)
    before: dict[str, int] = field(factory=dict)


@define
class MemoryCounts(Counts):
    """Counts for one process alone, in memory that has an end.

    Whoever comes when *most* are counted in a window is not.
    """

    most: int = 100_000
    _windows: dict[int, _Window] = field(factory=dict, init=False)

    @override
    async def add(self, key: str, seconds: int, number: int) -> tuple[int, int] | None:
        window = self._windows.get(seconds)
        if window is None or window.number != number:
            window = self._turned(seconds, number)
        counted = window.counted
        count = counted.get(key, 0) + 1
        if count == 1 and len(counted) >= self.most:
            return None
        counted[key] = count
        return window.before.get(key, 0), count

    @override
    async def take_back(self, key: str, seconds: int, number: int) -> None:
        window = self._windows.get(seconds)
        if window is not None and window.number == number and key in window.counted:
            window.counted[key] -= 1

    def _turned(self, seconds: int, number: int) -> _Window:
        last = self._windows.get(seconds)
        before = last.counted if last is not None and last.number == number - 1 else {}
        window = self._windows[seconds] = _Window(number, before=before)
        return window
