"""What a server needs, and whether it has it, for whoever looks after it."""

from asyncio import gather, get_running_loop, timeout
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from logging import getLogger
from typing import Annotated, Final, TypeAlias

from attrs import define, field, frozen
from msgspec import Meta

from watchlist_core.errors import Unavailable
from watchlist_http.answers import Answer

__all__ = ["Component", "ComponentDown", "ComponentReport", "ComponentState", "Components"]

_logger: Final = getLogger(__name__)

Backlog: TypeAlias = tuple[int, int]
"""How many events wait, and how many are parked."""


class ComponentState(StrEnum):
    UP = "up"
    DOWN = "down"


class ComponentReport(Answer, frozen=True):
    """How one thing is that the server works with."""

    name: Annotated[str, Meta(examples=["database"])]
    state: Annotated[str, ComponentState]
    is_needed: Annotated[bool, Meta(description="Whether the server cannot do without.")]
    latency_ms: Annotated[float, Meta(ge=0, examples=[0.7])]
    waiting: Annotated[int, Meta(ge=0, description="For their turn.", examples=[3])] | None
    """Null where nothing can wait."""
    parked: Annotated[int, Meta(ge=0, description="Tried in vain.", examples=[0])] | None

    @property
    def is_missing(self) -> bool:
        """Whether the server cannot do without, and has to."""
        return self.is_needed and self.state == ComponentState.DOWN


@define
class ComponentDown(Unavailable):
    """Something that the server cannot do without is out of order."""

    components: Sequence[ComponentReport] = field(kw_only=True, factory=tuple)


@frozen
class Component:
    name: str
    ask: Callable[[], Awaitable[Backlog | None]]
    """Return what waits there, if anything can, or raise whatever keeps it from that."""
    is_needed: bool = True


@frozen
class Components:
    """Asks all components at the same time, and none for longer than the *patience*."""

    all: Sequence[Component] = ()
    patience: float = 2.0
    """Seconds; who has not answered by then is down."""

    async def __call__(self) -> Sequence[ComponentReport]:
        """Return how each of them is.

        Raises:
            ComponentDown: One is down that the server cannot do without; it tells of all.
        """
        reports = await gather(*map(self._report, self.all))
        if any(one.is_missing for one in reports):
            raise ComponentDown(components=reports)
        return reports

    async def _report(self, component: Component) -> ComponentReport:
        clock = get_running_loop().time
        state, backlog, started = ComponentState.UP, None, clock()
        try:
            async with timeout(self.patience):
                backlog = await component.ask()
        except Exception:
            # Whatever it is, the log is where it belongs.
            _logger.warning("%s is down", component.name, exc_info=True)
            state = ComponentState.DOWN
        latency = round(1000 * (clock() - started), 3)
        waiting, parked = backlog or (None, None)
        return ComponentReport(component.name, state, component.is_needed, latency, waiting, parked)
