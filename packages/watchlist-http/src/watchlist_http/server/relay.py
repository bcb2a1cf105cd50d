"""Events leave the outbox here: each is handed to its reaction at least once."""

import asyncio
from asyncio import Event as Signal
from asyncio import get_running_loop, timeout, timeout_at
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, Final

from attrs import define, field, frozen
from structlog import get_logger
from structlog.stdlib import BoundLogger

from watchlist_core.errors import Unavailable
from watchlist_http.server.reactions import Answer, Happened, Later, Never, Reactions
from watchlist_sql.outbox import Claimed, Outbox, event_of

__all__ = ["Patience", "Relay"]

_BATCH: Final = 100
_LONGEST_REASON: Final = 500
_log = get_logger(__name__)


@frozen
class Patience:
    """How often, and for how long, a delivery is tried."""

    attempts: int = 20
    """Over an hour and a half at least; then the event is parked, for a person to look at."""
    first_pause: timedelta = timedelta(seconds=2)
    longest_pause: timedelta = timedelta(minutes=15)
    lease: timedelta = timedelta(seconds=60)
    """For so long nobody else gets what was claimed; then whoever claimed it counts as dead."""

    def pause_after(self, attempt: int, random: float) -> timedelta | None:
        """Return how long to wait after the nth failure; None is for ever.

        The pause doubles each time. Half of it is left to chance, *random* being from 0 to 1, so
        that what failed together is not tried again together.
        """
        if attempt >= self.attempts:
            return None
        doubled = self.first_pause * (1 << min(attempt - 1, 20))
        return min(doubled, self.longest_pause) * (1 + random) / 2


@frozen
class _Waiting:
    """A delivery that is to be made, and what was claimed for it."""

    make: Callable[[], Awaitable[None]]
    claimed: Sequence[Claimed]


@define
class _Round:
    """The deliveries that are still to be made, and what was delivered but is not noted yet."""

    waiting: list[_Waiting]
    delivered: list[Claimed] = field(factory=list, init=False)


@frozen
class Relay:
    """Delivers what waits in the outbox. Any number of relays may do so at the same time."""

    outbox: Outbox
    reactions: Reactions
    random: Callable[[], float]
    """Returns a number from 0 to 1."""
    patience: Patience = Patience()
    interval: float = 1.0
    at_once: int = 1
    """How many deliveries are made at the same time."""
    note_every: float = 0.25
    """Seconds after which it is noted what was delivered: of that, who dies delivers again."""

    async def __call__(self, stopping: Signal) -> bool:
        claimed = await self.outbox.claim(_BATCH, self.patience.lease)
        # No delivery may outlast the lease, for then another relay would make it too: the last
        # one begins when half of the lease is over, and gets a quarter of it.
        loop, lease = get_running_loop(), self.patience.lease.total_seconds()
        end = loop.time() + lease / 2
        turn = _Round(await self._deliveries(claimed, loop.time() + lease / 4))

        async def deliver() -> None:
            while turn.waiting and not stopping.is_set() and loop.time() < end:
                delivery = turn.waiting.pop(0)
                if await self._deliver(delivery, lease / 4):
                    turn.delivered += delivery.claimed

        at_once = min(self.at_once, len(turn.waiting))
        async with _begun(deliver() for _ in range(at_once)) as tasks:
            running = tasks
            while running:
                done, running = await asyncio.wait(running, timeout=self.note_every)
                with suppress(Unavailable):  # then with what is delivered next
                    await self._note(turn)
                for one in done:
                    one.result()
        await self._note(turn)
        await self.outbox.released([one for rest in turn.waiting for one in rest.claimed])
        return len(claimed) == _BATCH

    async def _note(self, turn: _Round) -> None:
        """Note in one work what was delivered so far: one each would cost more than a mail."""
        delivered = tuple(turn.delivered)
        await self.outbox.delivered(delivered)
        del turn.delivered[: len(delivered)]

    async def _deliveries(self, claimed: Sequence[Claimed], end: float) -> list[_Waiting]:
        """Sort what is claimed. What nobody answers is delivered by having been looked at."""
        unanswered: list[Claimed] = []
        answered: dict[Answer, list[tuple[Claimed, Happened[Any]]]] = {}
        for one in claimed:
            kind = self.reactions.kind(one.name, one.version)
            if kind is None:
                await self._failed(one, f"nobody here knows version {one.version} of it")
                continue
            answer = self.reactions.to(kind)
            if answer is None:
                unanswered.append(one)
                continue
            try:
                event = event_of(one, kind)
            except Exception as error:  # noqa: BLE001  cattrs promises no more of it
                await self._failed(one, f"cannot be read: {error}")
                continue
            answered.setdefault(answer, []).append((one, Happened(one.key, event)))
        await self.outbox.delivered(unanswered)
        return [
            delivery
            for answer, events in answered.items()
            for delivery in await self._prepared(answer, events, end)
        ]

    async def _prepared(
        self, answer: Answer, events: Sequence[tuple[Claimed, Happened[Any]]], end: float
    ) -> Sequence[_Waiting]:
        """Return what is to be done for the events; of what cannot be prepared, note why."""
        claimed = {one.key: one for one, _ in events}
        limit = timeout_at(end)
        try:
            async with limit:
                prepared = await answer.prepare([happened for _, happened in events])
        except Exception as error:  # noqa: BLE001  as for a delivery
            if len(events) == 1 or isinstance(error, Unavailable | TimeoutError):
                reason = "not prepared in time" if limit.expired() else _told(error)
                await self._not_done(list(claimed.values()), error, reason)
                return []
            # One of them may be to blame, which never stops the others.
            alone = [await self._prepared(answer, [one], end) for one in events]
            return [delivery for each in alone for delivery in each]
        return [
            _Waiting(one.make, [claimed[happened.key] for happened in one.happened])
            for one in prepared
        ]

    async def _deliver(self, delivery: _Waiting, seconds: float) -> bool:
        """Tell whether it is done; of what is not, note why."""
        limit = timeout(seconds)
        try:
            async with limit:
                await delivery.make()
        except Exception as error:  # noqa: BLE001  an event never stops those behind it
            reason = f"not done in {seconds:g} s" if limit.expired() else _told(error)
            await self._not_done(delivery.claimed, error, reason)
            return False
        return True

    async def _not_done(self, claimed: Sequence[Claimed], error: Exception, reason: str) -> None:
        for one in claimed:
            match error:
                case Later():
                    await self.outbox.failed(one, "its reaction put it off", error.pause)
                case Never():
                    await self._park(one, _kept(str(error)))
                case _:
                    await self._failed(one, reason)

    async def _failed(self, one: Claimed, reason: str) -> None:
        reason = _kept(reason)
        pause = self.patience.pause_after(one.attempts, self.random())
        if pause is None:
            await self._park(one, reason)
        else:
            await self.outbox.failed(one, reason, pause)
            _logging(one, reason).warning("event failed", again_in=pause.total_seconds())

    async def _park(self, one: Claimed, reason: str) -> None:
        await self.outbox.parked(one, reason)
        _logging(one, reason).error("event parked")


@asynccontextmanager
async def _begun(
    jobs: Iterable[Coroutine[Any, Any, None]],
) -> "AsyncIterator[set[asyncio.Task[None]]]":
    """Do the *jobs* beside the block; none outlives it, however it ends."""
    tasks = {asyncio.create_task(job) for job in jobs}
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _kept(reason: str) -> str:
    # Whatever an error says must be kept, or the event could be neither tried nor parked.
    return reason[:_LONGEST_REASON].encode(errors="replace").decode().replace("\0", "?")


def _logging(one: Claimed, reason: str) -> BoundLogger:
    log: BoundLogger = _log.bind(
        event_name=one.name, key=one.key, attempts=one.attempts, reason=reason
    )
    return log
