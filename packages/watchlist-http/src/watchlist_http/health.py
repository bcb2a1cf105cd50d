"""Whether requests can be served: for load balancers, and for whoever restarts processes."""

from asyncio import Task, create_task, get_running_loop, shield, timeout
from collections.abc import Sequence
from datetime import datetime
from logging import getLogger
from typing import Annotated, Final

from aiohttp import web
from attrs import define, field
from msgspec import Meta

from watchlist_core.auth import Role
from watchlist_core.errors import Unavailable
from watchlist_core.work import Busy, Clock, now
from watchlist_http.answers import Answer
from watchlist_http.components import ComponentDown, ComponentReport, Components, ComponentState
from watchlist_http.options import Ready
from watchlist_http.routing import Routes

__all__ = ["Health", "HealthReport", "NotReady", "routes"]

_logger: Final = getLogger(__name__)

routes: Final = Routes(
    "Health",
    under="",
    description="Whether requests can be served.",
    is_open=True,
    policy=None,
)


class NotReady(Unavailable):
    """The server cannot serve requests at the moment.

    It runs, but its database cannot be reached, or has a schema of another release.
    """


class HealthReport(Answer, frozen=True):
    """The server is well."""

    status: Annotated[str, Meta(examples=["ready"])]
    timestamp: datetime
    version: Annotated[str, Meta(examples=["1.0.0"])]


class DetailedHealth(Answer, frozen=True):
    """How all is that the server works with."""

    status: Annotated[
        str,
        Meta(
            description="`ready`, or `degraded` where something is down that it can do without.",
            examples=["ready"],
        ),
    ]
    timestamp: datetime
    version: Annotated[str, Meta(examples=["1.0.0"])]
    components: Sequence[ComponentReport]


@define
class Health:
    """Asks *ready* once for all who want to know within a second, and never waits long for it."""

    _ready: Ready
    version: str
    components: Components = field(factory=Components)
    clock: Clock = now
    kept_for: float = 1.0
    """Seconds."""
    patience: float = 2.0
    """Seconds; who has not answered by then is not ready."""
    _asking: Task[bool] | None = field(default=None, init=False)
    _asked_at: float = field(default=0.0, init=False)

    def live(self) -> HealthReport:
        """Return a report that takes nothing but a running loop."""
        return HealthReport("alive", self.clock(), self.version)

    async def ready(self) -> HealthReport:
        """Return a report, or raise NotReady."""
        if not await shield(self._answer()):
            raise NotReady
        return HealthReport("ready", self.clock(), self.version)

    async def detailed(self) -> DetailedHealth:
        """Return a report of each component, or raise ComponentDown."""
        reports = await self.components()
        status = "ready" if all(one.state == ComponentState.UP for one in reports) else "degraded"
        return DetailedHealth(status, self.clock(), self.version, reports)

    async def unidentified(self) -> ComponentDown | None:
        """Return what is down of that which the server cannot do without, and nothing else.

        So much everybody may know whose token cannot be looked up for that reason.
        """
        try:
            await self.components()
        except ComponentDown as down:
            return ComponentDown(components=[one for one in down.components if one.is_missing])
        return None

    async def close(self, _: web.Application) -> None:
        """Ask no longer, so that nothing keeps the loop from stopping."""
        if self._asking is not None:
            self._asking.cancel()

    def _answer(self) -> Task[bool]:
        asking = self._asking
        seconds = get_running_loop().time()
        if asking is None or (asking.done() and seconds - self._asked_at >= self.kept_for):
            asking = self._asking = create_task(self._ask())
        return asking

    async def _ask(self) -> bool:
        try:
            async with timeout(self.patience):
                return await self._ready()
        except Exception:
            # Whatever it is, it is no reason to be ready; the log is where it belongs.
            _logger.warning("the server is not ready", exc_info=True)
            return False
        finally:
            self._asked_at = get_running_loop().time()


@routes.get("/health", raises=[NotReady], tagged_by=None)
async def show_health(health: Health) -> HealthReport:
    """Tell whether requests can be served.

    The database is reached, and its schema is the one that this version of the server knows. The
    answer is at most a second old.
    """
    return await health.ready()


@routes.get("/health/live", tagged_by=None)
async def show_liveness(health: Health) -> HealthReport:
    """Tell that the process runs, whatever else is out of order.

    Whoever restarts processes asks here: a database that cannot be reached is no reason to.
    """
    return health.live()


@routes.get(
    "/health/detailed",
    raises=[ComponentDown, Busy],
    requires=Role.ADMIN,
    tagged_by=None,
    unidentified=Health,
)
async def show_detailed_health(health: Health) -> DetailedHealth:
    """Tell how each thing is that the server works with, and how long it takes to answer.

    What waits to be delivered is counted. Something that is down is no reason to refuse requests
    unless the server cannot do without it. While the database does not answer, nobody can be told
    apart from an admin: then whoever shows a token is told, within a few seconds, what is down of
    that which the server cannot do without.
    """
    return await health.detailed()
