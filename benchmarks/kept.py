"""What it costs to give an answer again: ``python -m benchmarks.kept``.

The first pages of the usual lists are asked of our server, log and headers on, in turn with a
handler of aiohttp that does nothing but answer as many bytes. Then they are asked by clients that
hold them already, and both once more while viewers rate movies.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from http import HTTPStatus
from itertools import cycle
from threading import Event, Thread
from time import monotonic
from typing import Final

from attrs import define, evolve, field

from benchmarks.asked import FIRST_PAGE, SORTS, ratings
from benchmarks.command import measured_by_itself
from benchmarks.figures import Figure
from benchmarks.load import Load, Request
from benchmarks.pairs import Pace, Side, compared, loading
from benchmarks.servers import Server, running
from benchmarks.stage import Stage
from benchmarks.subjects import BARE, OURS

__all__ = ["kept_list", "not_modified"]

PAGES: Final = 2
RATINGS_A_SECOND: Final = 10
LIST_TARGET: Final = 0.55
NOT_MODIFIED_TARGET: Final = 0.60


def kept_list(stage: Stage, pace: Pace, *, rated: bool = False) -> Figure:
    """Compare the pages that most people ask for, while viewers rate movies if *rated*."""
    return _against_bare("kept list", LIST_TARGET, stage, pace, held=False, rated=rated)


def not_modified(stage: Stage, pace: Pace, *, rated: bool = False) -> Figure:
    """Compare the same where clients hold the answer already, and are told so."""
    return _against_bare("304", NOT_MODIFIED_TARGET, stage, pace, held=True, rated=rated)


def _against_bare(
    name: str, target: float, stage: Stage, pace: Pace, *, held: bool, rated: bool
) -> Figure:
    asked = [
        Request(f"{FIRST_PAGE}?page={page}&sort={sort}")
        for page in range(1, PAGES + 1)
        for sort in SORTS
    ]
    name += " against a bare handler"
    if rated:
        name += f", while {RATINGS_A_SECOND} ratings a second come in"
    with ExitStack() as stack:
        server = stack.enter_context(stage.serving(OURS))
        ours = loading(server, "GET", asked)
        size = sum(len(server.ask(one.path).body) for one in asked) // len(asked)
        log = stage.folder / "bare.log"
        command = [*BARE, str(size)]
        bare = stack.enter_context(running(command, {}, log, first_page=FIRST_PAGE))
        other = Side(bare, Load("GET", ours.load.requests, size, size))
        if held:
            ours = Side(server, _holding(ours.load))
        viewers = Viewers(server, ratings(stage.dataset, OURS))
        if rated:
            stack.enter_context(viewers.rating())
        comparison = compared(name, target, ours, other, pace)
    return Figure(
        name,
        stage.database,
        "requests a second",
        [one.rate for one in comparison.ours],
        [one.rate for one in comparison.other],
        target,
        remark=f"{viewers.rate:.1f} ratings a second" if rated else "",
    )


def _holding(load: Load) -> Load:
    """Return the load of clients that hold what they ask for.

    They name any tag, which costs what naming the right one does: ratings change that.
    """
    requests = [evolve(one, tag="*") for one in load.requests]
    return Load("GET", requests, 0, 0, HTTPStatus.NOT_MODIFIED)


@define
class Viewers:
    """People who rate movies that they have watched, at an even pace."""

    _server: Server
    _ratings: Sequence[Request]
    _over: Event = field(factory=Event, init=False)
    _given: int = field(default=0, init=False)
    _seconds: float = field(default=0.0, init=False)

    @property
    def rate(self) -> float:
        """How many ratings came in a second."""
        return self._given / self._seconds

    @contextmanager
    def rating(self) -> Iterator[None]:
        """Let them rate until this is left.

        Raises:
            RuntimeError: A rating was refused.
        """
        thread = Thread(target=self._rate)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
        if not self._given:
            raise RuntimeError("no rating was taken")

    def _rate(self) -> None:
        begun = monotonic()
        for one in cycle(self._ratings):
            if self._over.wait(max(0.0, begun + self._given / RATINGS_A_SECOND - monotonic())):
                break
            answer = self._server.ask(one.path, "PUT", one.token, one.body)
            if answer.status != HTTPStatus.OK:
                self._given = 0
                break
            self._given += 1
        self._seconds = monotonic() - begun


if __name__ == "__main__":
    measured_by_itself(
        kept_list,
        __doc__,
        not_modified,
        partial(kept_list, rated=True),
        partial(not_modified, rated=True),
    )
