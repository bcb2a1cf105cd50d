"""A total is counted once for all who ask at the same time."""

from asyncio import CancelledError, Event, create_task, gather, sleep

import pytest
from attrs import define, field

from watchlist_core.work import StoreUnavailable
from watchlist_sql.catalogue.totals import KeptTotals


@define
class Counting:
    """A count that takes until it is allowed to end."""

    may_end: Event = field(factory=Event)
    times: int = 0
    error: Exception | None = None

    async def __call__(self) -> int:
        self.times += 1
        await self.may_end.wait()
        if self.error:
            raise self.error
        return self.times


@pytest.fixture
def counting() -> Counting:
    counting = Counting()
    counting.may_end.set()
    return counting


async def test_all_who_ask_meanwhile_wait_for_one_count() -> None:
    totals, counting = KeptTotals(), Counting()
    asking = [create_task(totals.get("stalker", counting)) for _ in range(10)]
    await sleep(0)

    counting.may_end.set()

    assert await gather(*asking) == [1] * 10


@pytest.mark.parametrize(("seconds", "told"), [(3600, [1, 1]), (0, [1, 2])])
async def test_a_count_is_kept_until_its_time_is_over(
    counting: Counting, seconds: float, told: list[int]
) -> None:
    totals = KeptTotals(seconds)

    assert [await totals.get("stalker", counting) for _ in range(2)] == told


async def test_each_key_is_counted_by_itself(counting: Counting) -> None:
    totals = KeptTotals()

    assert await totals.get("stalker", counting) == 1
    assert await totals.get("solaris", counting) == 2


async def test_who_asked_first_may_go_without_the_others_losing_the_answer() -> None:
    totals, counting = KeptTotals(), Counting()
    first = create_task(totals.get("stalker", counting))
    second = create_task(totals.get("stalker", counting))
    await sleep(0)

    first.cancel()
    with pytest.raises(CancelledError):
        await first
    counting.may_end.set()

    assert await second == 1


async def test_a_count_that_failed_is_tried_again_by_the_next(counting: Counting) -> None:
    totals = KeptTotals()
    counting.error = StoreUnavailable()
    with pytest.raises(StoreUnavailable):
        await totals.get("stalker", counting)

    counting.error = None

    assert await totals.get("stalker", counting) == 2


async def test_counts_of_many_filters_do_not_pile_up(counting: Counting) -> None:
    totals = KeptTotals(seconds=0.0)

    for number in range(1_500):
        await totals.get(number, counting)

    assert len(totals) <= 1_000
