"""What goes on beside answering does not end by a failure, and ends when it is told to."""

from asyncio import CancelledError, Event, sleep, timeout

import pytest
from attrs import define, field
from structlog.testing import capture_logs

from tests.servers.watchlist import PATIENCE
from watchlist_core.work import Busy
from watchlist_http.server.background import in_background, repeat


@define
class Rounds:
    """A chore whose rounds turn out as told; it stops everything after the last."""

    outcomes: list[bool | Exception]
    interval: float = 0.001
    done: int = 0

    async def __call__(self, stopping: Event) -> bool:
        outcome = self.outcomes[self.done]
        self.done += 1
        if self.done == len(self.outcomes):
            stopping.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@define
class Waiting:
    """A chore that is in the midst of something when it is told to stop."""

    interval: float = 0.001
    ends_when_told: bool = True
    began: Event = field(factory=Event)
    ended: Event = field(factory=Event)
    fate: str = ""

    async def __call__(self, stopping: Event) -> bool:
        self.began.set()
        try:
            await (stopping.wait() if self.ends_when_told else Event().wait())
            self.fate = "finished"
        except CancelledError:
            self.fate = "cancelled"
            raise
        finally:
            self.ended.set()
        return False


async def test_rounds_follow_each_other_until_told_to_stop() -> None:
    chore = Rounds([False, True, True, False])

    await repeat(chore, Event())

    assert chore.done == 4


async def test_more_to_do_is_done_without_a_pause() -> None:
    chore = Rounds([True] * 5, interval=3_600)

    await repeat(chore, Event())

    assert chore.done == 5


async def test_others_get_their_turn_between_two_rounds() -> None:
    turns: list[int] = []
    chore = Rounds([True] * 3)

    async def other() -> None:
        while chore.done < 3:
            turns.append(chore.done)
            await sleep(0)

    async with in_background(chore, stopping=Event(), grace=1):
        await other()

    assert turns == [0, 1, 2]


@pytest.mark.parametrize(
    ("trouble", "event"), [(Busy(), "chore postponed"), (KeyError("bug"), "chore failed")]
)
async def test_a_failure_is_logged_and_the_next_round_comes(trouble: Exception, event: str) -> None:
    chore = Rounds([trouble, trouble, False])

    with capture_logs() as lines:
        await repeat(chore, Event())

    assert chore.done == 3
    assert [(line["event"], line["chore"]) for line in lines] == [(event, "Rounds")] * 2
    assert lines[0]["seconds"] < lines[1]["seconds"]


async def test_what_has_begun_is_finished_when_the_end_comes() -> None:
    chore = Waiting()

    async with in_background(chore, stopping=Event(), grace=60):
        await chore.began.wait()

    assert chore.fate == "finished"


async def test_the_chores_stop_with_everything_else_and_not_only_after_it() -> None:
    chore, stopping = Waiting(), Event()

    async with in_background(chore, stopping=stopping, grace=60):
        await chore.began.wait()
        stopping.set()
        async with timeout(PATIENCE):
            await chore.ended.wait()

    assert chore.fate == "finished"


async def test_what_does_not_finish_in_time_is_cancelled() -> None:
    chore = Waiting(ends_when_told=False)

    async with in_background(chore, stopping=Event(), grace=0):
        await chore.began.wait()

    assert chore.fate == "cancelled"


async def test_the_chores_end_although_the_block_fails() -> None:
    chore = Waiting()

    async def failing() -> None:
        async with in_background(chore, stopping=Event(), grace=60):
            await chore.began.wait()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()

    assert chore.fate == "finished"


async def test_there_may_be_nothing_to_do_beside() -> None:
    done = False

    async with in_background(stopping=Event(), grace=60):
        done = True

    assert done
