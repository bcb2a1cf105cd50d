"""Whole answers, made once for all who ask for the same while nothing has changed.

An answer is given again only while it could have been made at this moment, or where it tells what
viewers do, within the last second: see `Kept`. One that is being made is waited for by all who
come within that time.
"""

from asyncio import Task, create_task, shield
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from time import monotonic
from typing import Any, Final

from attrs import define, field

from watchlist_http.freshness import Freshness, Kept, Stamp
from watchlist_http.options import KEPT_BYTES
from watchlist_http.responses import Whole

__all__ = ["KeptAnswers"]

_LONGEST: Final = 1.0
"""Seconds for which what viewers do may not be seen."""
_SLOT: Final = 4 * 1024
"""Bytes that an answer takes besides its body, counted on the safe side."""
_SPELLINGS: Final = 4
"""So many targets are known to mean one answer; others are read each time."""
_LONGEST_SPELLING: Final = 500


@define(eq=False)
class _Slot:
    key: Hashable
    kept: Kept
    stamp: Stamp
    until: float
    making: "Task[Whole] | None"
    made: Whole | None = None
    size: int = _SLOT
    targets: list[str] = field(factory=list)


@define(eq=False)
class KeptAnswers:
    """Those of one process, which take *largest* bytes at most; what was asked for last stays.

    The failure to make one is nobody's answer but of those who wait for it.
    """

    freshness: Freshness
    largest: int = KEPT_BYTES
    clock: Callable[[], float] = monotonic
    size: int = field(default=0, init=False)
    """Bytes."""
    _slots: OrderedDict[Hashable, _Slot] = field(factory=OrderedDict, init=False)
    _by_target: dict[str, _Slot] = field(factory=dict, init=False)

    def __len__(self) -> int:
        return len(self._slots)

    def find(self, target: str, stamp: Stamp) -> Whole | None:
        """Return the answer to who asks by *target*, as it was sent, if there is one that stands.

        The *stamp* was asked for by the same request.
        """
        slot = self._by_target.get(target)
        if slot is None or slot.made is None or not self._stands(slot, stamp):
            return None
        self._slots.move_to_end(slot.key)
        return slot.made

    async def get(
        self,
        key: Hashable,
        target: str,
        kept: Kept,
        stamp: Stamp,
        make: Callable[[], Coroutine[Any, Any, Whole]],
    ) -> Whole:
        """Return the answer *key*, which is what *target* means; *make* it if none stands.

        Raises:
            Exception: What *make* raises, also if somebody else has begun it.
        """
        slot = self._slots.get(key)
        if slot is None or not self._stands(slot, stamp):
            slot = self._begin(key, kept, stamp, make)
        self._slots.move_to_end(key)
        self._learn(target, slot)
        if slot.made is not None:
            return slot.made
        assert slot.making is not None  # noqa: S101  it is made, or being made
        # Whoever asked first may hang up; the others still want to know.
        return await shield(slot.making)

    def _stands(self, slot: _Slot, stamp: Stamp) -> bool:
        if self.clock() >= slot.until or slot.stamp.catalogue != stamp.catalogue:
            return False
        if slot.kept is Kept.WHILE_THE_CATALOGUE_STANDS or slot.stamp == stamp:
            return True
        if slot.kept is Kept.FOR_A_SECOND or slot.made is None:
            return False
        rated = self.freshness.rated_since(slot.stamp.counters)
        if rated is None or any(movie.encode() in slot.made.body for movie in rated):
            return False
        slot.stamp = stamp  # it is of that state as well
        return True

    def _begin(
        self,
        key: Hashable,
        kept: Kept,
        stamp: Stamp,
        make: Callable[[], Coroutine[Any, Any, Whole]],
    ) -> _Slot:
        """Put a slot in the place of the one that stands no more, and let it be filled."""
        before = self._slots.get(key)
        targets = [] if before is None else before.targets
        if before is not None:
            self._drop(before)
        is_long = kept is Kept.WHILE_THE_CATALOGUE_STANDS
        until = float("inf") if is_long else self.clock() + _LONGEST
        making = create_task(make())
        slot = self._slots[key] = _Slot(key, kept, stamp, until, making)
        self.size += slot.size
        for target in targets:
            self._learn(target, slot)
        making.add_done_callback(partial(self._made, slot))
        return slot

    def _made(self, slot: _Slot, making: "Task[Whole]") -> None:
        is_lost = making.cancelled() or making.exception() is not None
        if self._slots.get(slot.key) is not slot:
            return  # another has taken its place, or there was none for it
        if is_lost:
            self._drop(slot)
            return
        slot.made, slot.making = making.result(), None
        # What it is packed to is kept beside it, in less than half of its length for each coding.
        self._grow(slot, 2 * len(slot.made.body))

    def _learn(self, target: str, slot: _Slot) -> None:
        if (
            len(slot.targets) < _SPELLINGS
            and len(target) <= _LONGEST_SPELLING
            and target not in self._by_target
        ):
            slot.targets.append(target)
            self._by_target[target] = slot

    def _grow(self, slot: _Slot, more: int) -> None:
        slot.size += more
        self.size += more
        while self.size > self.largest:
            self._drop(next(iter(self._slots.values())))

    def _drop(self, slot: _Slot) -> None:
        del self._slots[slot.key]
        self.size -= slot.size
        for target in slot.targets:
            del self._by_target[target]
