"""Events leave the outbox here: each is handed to its reaction at least once."""

from asyncio import Event as Signal
from asyncio import get_running_loop, timeout
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from attrs import field, frozen
from structlog import get_logger

from watchlist_core.work import Event
from watchlist_http.server.reactions import Later, Reaction, Reactions
from watchlist_sql.outbox import Claimed, Outbox, event_of

__all__ = ["Patience", "Relay"]

_BATCH: Final = 100
_LONGEST_REASON: Final = 500
_log = get_logger(__name__)


@frozen
class Patience:
    """How often, and for how long, a delivery is tried."""

    attempts: int = 12
    """Over about an hour and a half; then the event is parked, for a person to look at."""
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
class _Delivery:
    """What one call of a reaction gets."""

    reaction: Reaction[Any]
    claimed: list[Claimed] = field(factory=list, init=False)
    events: list[Event] = field(factory=list, init=False)

    def add(self, claimed: Claimed, event: Event) -> None:
        self.claimed.append(claimed)
        self.events.append(event)


@frozen
class Relay:
    """Delivers what waits in the outbox. Any number of relays may do so at the same time."""

    outbox: Outbox
    reactions: Reactions
    random: Callable[[], float]
    """Returns a number from 0 to 1."""
    patience: Patience = Patience()
    interval: float = 1.0

    async def __call__(self, stopping: Signal) -> bool:
        claimed = await self.outbox.claim(_BATCH, self.patience.lease)
        # No delivery may outlast the lease, for then another relay would make it too: the last
        # one begins when half of the lease is over, and gets a quarter of it.
        loop, lease = get_running_loop(), self.patience.lease.total_seconds()
        end = loop.time() + lease / 2
        deliveries = await self._deliveries(claimed)
        while deliveries and not stopping.is_set() and loop.time() < end:
            await self._deliver(deliveries.pop(0), lease / 4)
        await self.outbox.released([one for rest in deliveries for one in rest.claimed])
        return len(claimed) == _BATCH

    async def _deliveries(self, claimed: Sequence[Claimed]) -> list[_Delivery]:
        """Sort what is claimed. What nobody answers is delivered by having been looked at."""
        unanswered: list[Claimed] = []
        deliveries: list[_Delivery] = []
        together: dict[type[Event], _Delivery] = {}
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
            delivery = together.get(kind)
            if delivery is None:
                deliveries.append(delivery := _Delivery(answer.reaction))
                if answer.together:
                    together[kind] = delivery
            delivery.add(one, event)
        await self.outbox.delivered(unanswered)
        return deliveries

    async def _deliver(self, delivery: _Delivery, seconds: float) -> None:
        limit = timeout(seconds)
        try:
            async with limit:
                await delivery.reaction(delivery.events)
        except Later as later:
            for one in delivery.claimed:
                await self.outbox.failed(one, "its reaction put it off", later.pause)
        except Exception as error:  # noqa: BLE001  an event never stops those behind it
            told = f"{type(error).__name__}: {error}"
            for one in delivery.claimed:
                await self._failed(one, f"not done in {seconds:g} s" if limit.expired() else told)
        else:
            await self.outbox.delivered(delivery.claimed)

    async def _failed(self, one: Claimed, reason: str) -> None:
        # Whatever an error says must be kept, or the event could be neither tried nor parked.
        reason = reason[:_LONGEST_REASON].encode(errors="replace").decode().replace("\0", "?")
        pause = self.patience.pause_after(one.attempts, self.random())
        log = _log.bind(event_name=one.name, key=one.key, attempts=one.attempts, reason=reason)
        if pause is None:
            log.error("event parked")
            await self.outbox.parked(one, reason)
        else:
            log.warning("event failed", again_in=pause.total_seconds())
            await self.outbox.failed(one, reason, pause)
