"""Two servers that are asked in turn, so that a noisy moment of the machine falls on both."""

from collections.abc import Sequence
from random import Random
from typing import Final

from attrs import frozen

from benchmarks.figures import Comparison
from benchmarks.load import Load, Measured, Request, measure
from benchmarks.servers import Server

__all__ = ["CONNECTIONS", "Pace", "Side", "compared", "loading"]

CONNECTIONS: Final = 16
EMPTY_LIST: Final = 100
"""Bytes at least; few lists are empty, and none of those that are asked for first may be."""


@frozen
class Pace:
    seconds: float
    """For which each side of a pair is asked."""
    pairs: int
    """That count: one more goes before them and only warms up."""


@frozen
class Side:
    """A server and what it is asked: the same as its counterpart, but for the tokens."""

    server: Server
    load: Load

    def measured(self, pace: Pace, number: int) -> Measured:
        """Ask for what follows in pair *number*, so that no two pairs ask for the same."""
        return measure(
            self.server.port,
            self.load,
            connections=CONNECTIONS,
            seconds=pace.seconds,
            first=number * len(self.load.requests) // (pace.pairs + 1),
        )


def loading(server: Server, method: str, requests: Sequence[Request]) -> Side:
    """Mix the requests, and ask some of them first, to know what lengths answers have."""
    mixed = list(requests)
    Random(1).shuffle(mixed)  # noqa: S311  repeatable, not secret
    lengths = [EMPTY_LIST]
    for request in mixed[:200]:
        answer = server.ask(request.path, method, request.token, request.body)
        if answer.status != 200:  # noqa: PLR2004  OK
            raise RuntimeError(f"{method} {request.path}: {answer}")
        lengths.append(len(answer.body))
    return Side(server, Load(method, mixed, min(lengths) // 2, max(lengths) * 2))


def compared(name: str, target: float, ours: Side, other: Side, pace: Pace) -> Comparison:
    """Measure both in turn; the first pair only warms up."""
    mine: list[Measured] = []
    theirs: list[Measured] = []
    for number in range(pace.pairs + 1):
        for side, results in (ours, mine), (other, theirs):
            results.append(side.measured(pace, number))
    urls = len({request.path for request in ours.load.requests})
    return Comparison(name, target, mine[1:], theirs[1:], urls)
