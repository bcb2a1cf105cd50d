"""An answer is made once for all who ask the same, as long as it stands."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final, NamedTuple

import pytest
from attrs import define, field
from multidict import CIMultiDict

from watchlist_http.freshness import Kept
from watchlist_http.kept_answers import KeptAnswers
from watchlist_http.responses import Whole

SHORT: Final = Kept.FOR_A_SECOND
OF_MOVIES: Final = Kept.UNTIL_ITS_MOVIES_ARE_RATED
LONG: Final = Kept.WHILE_THE_CATALOGUE_STANDS


class State(NamedTuple):
    catalogue: int = 1
    counters: int = 0


FIRST: Final = State()


@define
class Told:
    """A freshness that says what a test wants."""

    state: State | None = FIRST
    rated: Collection[str] | None = ()

    async def stamp(self) -> State | None:
        return self.state

    def rated_since(self, counters: int) -> Collection[str] | None:
        del counters
        return self.rated


@define
class Time:
    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@define
class Kitchen:
    """Makes answers, each another one, and remembers how many."""

    length: int = 3
    made: int = 0
    may_go_on: asyncio.Event = field(factory=asyncio.Event)
    fails: bool = False

    def __attrs_post_init__(self) -> None:
        self.may_go_on.set()

    async def make(self) -> Whole:
        self.made += 1
        body = str(self.made).encode().ljust(self.length)
        await self.may_go_on.wait()
        if self.fails:
            raise LookupError
        return Whole(body, CIMultiDict())


def keeping(
    time: Time | None = None, *, rated: Collection[str] | None = (), **options: int
) -> KeptAnswers:
    return KeptAnswers(Told(rated=rated), clock=time or Time(), **options)


Get = Callable[..., Awaitable[bytes]]


def getting(answers: KeptAnswers, kitchen: Kitchen, kept: Kept = SHORT) -> Get:
    async def get(state: State = FIRST, key: str = "a", target: str = "/a") -> bytes:
        whole = answers.find(target, state)
        if whole is None:
            whole = await answers.get(key, target, kept, state, kitchen.make)
        return whole.body.strip()

    return get


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_viewers_do_is_shown_again_for_less_than_a_second() -> None:
    time = Time()
    get = getting(keeping(time), Kitchen())

    first = await get()
    time.seconds += 0.99
    second = await get()
    time.seconds += 0.01
    third = await get()

    assert [first, second, third] == [b"1", b"1", b"2"]


async def test_the_second_begins_when_the_answer_begins_to_be_made() -> None:
    time, kitchen = Time(), Kitchen()
    get = getting(keeping(time), kitchen)
    kitchen.may_go_on.clear()
    first = asyncio.ensure_future(get())
    await turns()

    time.seconds += 0.9
    kitchen.may_go_on.set()
    assert await first == b"1"
    assert await get() == b"1"
    time.seconds += 0.1

    assert await get() == b"2"


async def test_what_only_the_catalogue_says_stands_as_long_as_that() -> None:
    time = Time()
    get = getting(keeping(time), Kitchen(), LONG)

    first = await get(State(1, 0))
    time.seconds += 1_000
    second = await get(State(1, 7))
    third = await get(State(2, 7))

    assert [first, second, third] == [b"1", b"1", b"2"]


async def test_what_viewers_do_is_shown_anew_as_soon_as_anything_changes() -> None:
    get = getting(keeping(), Kitchen())

    told = [await get(state) for state in (State(1, 0), State(1, 1), State(2, 1), State(2, 1))]

    assert told == [b"1", b"2", b"3", b"3"]


@pytest.mark.parametrize(
    ("rated", "told"),
    [((), b"1"), (("2", "3"), b"1"), (("3", "1"), b"2"), (None, b"2")],
    ids=["none", "others", "its own", "nobody knows which"],
)
async def test_what_viewers_think_of_movies_is_shown_anew_as_soon_as_one_of_these_is_rated(
    rated: Collection[str] | None, told: bytes
) -> None:
    get = getting(keeping(rated=rated), Kitchen(), OF_MOVIES)
    await get(State(1, 0))

    assert await get(State(1, 1)) == told


async def test_what_viewers_think_of_movies_is_shown_anew_with_each_state_of_the_catalogue() -> (
    None
):
    get = getting(keeping(), Kitchen(), OF_MOVIES)

    told = [await get(state) for state in (State(1, 0), State(2, 0), State(2, 1), State(3, 1))]

    assert told == [b"1", b"2", b"2", b"3"]


async def test_what_viewers_think_of_movies_is_shown_for_less_than_a_second() -> None:
    time = Time()
    get = getting(keeping(time), Kitchen(), OF_MOVIES)
    await get(State(1, 0))

    time.seconds += 0.99
    again = await get(State(1, 1))
    time.seconds += 0.01

    assert again == b"1"
    assert await get(State(1, 1)) == b"2"


async def test_what_is_being_made_is_not_what_those_wait_for_who_have_rated_since() -> None:
    kitchen = Kitchen()
    get = getting(keeping(), kitchen, OF_MOVIES)
    kitchen.may_go_on.clear()
    first = asyncio.ensure_future(get(State(1, 0)))
    await turns()
    second = asyncio.ensure_future(get(State(1, 1)))
    await turns()
    kitchen.may_go_on.set()

    assert [await first, await second] == [b"1", b"2"]


async def test_one_answer_has_one_place_however_it_is_asked_for() -> None:
    answers, kitchen = keeping(), Kitchen()
    get = getting(answers, kitchen)

    told = [await get(target=f"/a{'&' * number}") for number in [*range(20), *range(20)]]

    assert set(told) == {b"1"}
    assert len(answers) == 1


async def test_all_who_come_at_once_wait_for_one_answer() -> None:
    kitchen = Kitchen()
    get = getting(keeping(), kitchen)

    told = await asyncio.gather(*(get() for _ in range(10)))

    assert told == [b"1"] * 10


async def test_who_hangs_up_takes_the_answer_from_nobody() -> None:
    kitchen = Kitchen()
    get = getting(keeping(), kitchen)
    kitchen.may_go_on.clear()
    asking = [asyncio.ensure_future(get()) for _ in range(3)]
    await turns()

    asking[0].cancel()
    await turns()
    kitchen.may_go_on.set()
    told = await asyncio.gather(*asking, return_exceptions=True)

    assert isinstance(told[0], asyncio.CancelledError)
    assert told[1:] == [b"1", b"1"]


async def test_a_failure_is_told_to_who_waits_and_not_kept() -> None:
    kitchen = Kitchen(fails=True)
    answers = keeping()
    get = getting(answers, kitchen)

    told = await asyncio.gather(get(), get(), return_exceptions=True)
    kitchen.fails = False

    assert [type(one) for one in told] == [LookupError, LookupError]
    assert len(answers) == 0
    assert answers.size == 0
    assert await get() == b"2"


async def test_what_is_long_in_the_making_is_not_waited_for_by_who_comes_a_second_later() -> None:
    time, kitchen = Time(), Kitchen()
    answers, once = keeping(time), keeping()
    get = getting(answers, kitchen)
    await getting(once, Kitchen())()
    kitchen.may_go_on.clear()
    first = asyncio.ensure_future(get())
    await turns()

    time.seconds += 1
    second = asyncio.ensure_future(get())
    await turns()
    kitchen.may_go_on.set()

    assert [await first, await second] == [b"1", b"2"]
    assert await get() == b"2"
    assert answers.size == once.size


async def test_what_was_begun_before_a_change_is_not_told_after_it() -> None:
    kitchen = Kitchen()
    get = getting(keeping(), kitchen)
    kitchen.may_go_on.clear()
    before = asyncio.ensure_future(get(State(1, 0)))
    await turns()

    after = asyncio.ensure_future(get(State(1, 1)))
    await turns()
    kitchen.may_go_on.set()

    assert [await before, await after] == [b"1", b"2"]
    assert await get(State(1, 1)) == b"2"


async def test_they_take_no_more_than_they_may_and_what_was_asked_for_last_stays() -> None:
    answers, kitchen = keeping(largest=200_000), Kitchen(length=10_000)
    get = getting(answers, kitchen)

    for number in range(100):
        await get(key=f"{number}", target=f"/{number}")
        await get(key="often", target="/often")
        assert answers.size <= 200_000

    assert 5 <= len(answers) <= 20
    assert await get(key="often", target="/often") == b"2"
    assert answers.find("/0", FIRST) is None
    assert answers.find("/99", FIRST) is not None


async def test_the_smallest_answers_are_bounded_too() -> None:
    answers = keeping(largest=200_000)
    get = getting(answers, Kitchen())

    for number in range(1_000):
        await get(key=f"{number}", target=f"/{number}")

    assert answers.size <= 200_000
    assert len(answers) < 100


async def test_one_that_is_larger_than_all_may_be_is_told_and_not_kept() -> None:
    answers = keeping(largest=10_000)
    get = getting(answers, Kitchen(length=20_000))

    assert [await get(), await get()] == [b"1", b"2"]
    assert len(answers) == 0
    assert answers.size == 0
