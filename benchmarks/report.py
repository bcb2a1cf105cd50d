"""The figures as a document for people: ratios first, what they are ratios of beside them."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from os import cpu_count
from statistics import median

from attrs import define, field, frozen

from benchmarks.figures import Comparison, Figure, Spread, latency, rate

__all__ = ["Report", "Run"]

SLOWEST_START = 1.1
LARGEST_MEMORY = 1.15

ABOUT = """\
# Benchmarks

<!-- Written by `nox -s bench -- --write docs/benchmarks.md`; do not edit. -->

Three servers side by side in one run, each one process on loopback, on the same data:

- **watchlist**: this server, with its request log and all its headers.
- **FastAPI + ORM**: the peer, `benchmarks/peer_fastapi`: the same routes, members, authorisation
  and indexes, the total kept too, as a team would write them with FastAPI, Pydantic and the ORM of
  SQLAlchemy; uvicorn with uvloop and httptools, without an access log. A test compares its answers
  with ours, member by member.
- **bare aiohttp**: a handler that answers a constant body of the same size, on the same event loop.

The catalogues are made up from a fixed seed, with 9,742 and 87,585 movies. Both databases sync
every commit to the disk. 16 connections ask in turn for thousands of different URLs: of the lists
for every page that there is in every order, each written in two ways, and for the first pages most
(by Zipf's law). No answer is kept by any server; the status and the length of every answer are
checked. Each ratio is the median of 5 alternated pairs, with the smallest and the largest beside
it. Machines are shared and noisy: trust the
ratios, not the absolute figures.
"""

ABOUT_ACCOUNTS = """\
## Accounts and mails

With the smaller catalogue, in alternated pairs as above:

- The list is asked for while four clients sign in without pause, bcrypt at its cost of 12, and
  again while another process checks as many passwords a second in one thread, as the server does.
- The list is asked of a server where guests may do nothing, with the tokens of a hundred people in
  turn, and of one that is open, without.
- Mails leave the outbox by the relay, and as many that are made already are handed over by the SMTP
  client alone, over one connection to the same mail server, which is a process of its own.
"""


@frozen
class Run:
    """One database with one catalogue, against the peer."""

    database: str
    movies: int
    comparisons: Sequence[Comparison]
    memory: Mapping[str, float]
    """MiB after the load, by server."""
    wrong: Mapping[str, int]
    """Movies whose counters a recount contradicts, by server."""


@define
class Report:
    runs: list[Run] = field(factory=list)
    alone: dict[int, list[Comparison]] = field(factory=dict)
    """By the number of movies."""
    starts: dict[int, Mapping[str, Spread]] = field(factory=dict)
    of_accounts: list[Figure] = field(factory=list)

    def text(self) -> str:
        parts = [
            *(ABOUT, *self._machine(), *self._ratios()),
            *(*self._accounts(), *self._absolute(), *self._around()),
        ]
        return "\n".join(parts) + "\n"

    def _machine(self) -> Iterator[str]:
        yield (
            f"Measured on {datetime.now(UTC):%Y-%m-%d} with Python {platform.python_version()} "
            f"on {cpu_count()} cores ({platform.machine()}).\n"
        )

    def _ratios(self) -> Iterator[str]:
        yield "## How many times as many requests a second\n"
        yield "| what | database | movies | ratio (span) | wanted | reached | different URLs |"
        yield "|---|---|---:|---:|---:|---|---:|"
        for run in self.runs:
            for comparison in run.comparisons:
                yield _ratio(
                    f"{comparison.name}, against the peer", run.database, run.movies, comparison
                )
        for movies, comparisons in self.alone.items():
            for comparison in comparisons:
                yield _ratio(comparison.name, "sqlite", movies, comparison)
        yield ""

    def _accounts(self) -> Iterator[str]:
        yield ABOUT_ACCOUNTS
        yield "| what | database | ratio (span) | wanted | reached | ours | the other | in |"
        yield "|---|---|---:|---:|---|---:|---:|---|"
        for figure in self.of_accounts:
            remark = f" ({figure.remark})" if figure.remark else ""
            yield (
                f"| {figure.name}{remark} | {figure.database} | {figure.ratio.text('.2f')} "
                f"| {figure.wanted} | {_yes(reached=figure.is_reached)} "
                f"| {Spread(figure.ours).text(',.1f')} | {Spread(figure.other).text(',.1f')} "
                f"| {figure.unit} |"
            )
        yield ""

    def _absolute(self) -> Iterator[str]:
        yield "## Absolute figures\n"
        yield "| what | database | movies | server | requests a second | p50 / p99, ms |"
        yield "|---|---|---:|---|---:|---:|"
        for run in self.runs:
            for comparison in run.comparisons:
                for server, measured in zip(
                    run.memory, (comparison.ours, comparison.other), strict=True
                ):
                    yield (
                        f"| {comparison.name} | {run.database} | {run.movies:,} | {server} "
                        f"| {rate(measured).text(',.0f')} | {latency(measured)} |"
                    )
        for movies, comparisons in self.alone.items():
            for comparison in comparisons:
                for side, measured in ("first", comparison.ours), ("second", comparison.other):
                    yield (
                        f"| {comparison.name} ({side}) | sqlite | {movies:,} | "
                        f"| {rate(measured).text(',.0f')} | {latency(measured)} |"
                    )
        yield ""

    def _around(self) -> Iterator[str]:
        yield "## Start, memory, and whether the counters are right\n"
        yield "| what | database | movies | watchlist | FastAPI + ORM | ratio | wanted | reached |"
        yield "|---|---|---:|---:|---:|---:|---:|---|"
        for movies, times in self.starts.items():
            ours, peer = times.values()
            ratio = median(a / b for a, b in zip(ours.values, peer.values, strict=True))
            yield (
                f"| start to first page, s | sqlite | {movies:,} | {ours.text('.2f')} "
                f"| {peer.text('.2f')} | {ratio:.2f} | ≤ {SLOWEST_START} "
                f"| {_yes(reached=ratio <= SLOWEST_START)} |"
            )
        for run in self.runs:
            mine, theirs = run.memory.values()
            ratio = mine / theirs
            yield (
                f"| memory after the load, MiB | {run.database} | {run.movies:,} | {mine:.0f} "
                f"| {theirs:.0f} | {ratio:.2f} | ≤ {LARGEST_MEMORY} "
                f"| {_yes(reached=ratio <= LARGEST_MEMORY)} |"
            )
        for run in self.runs:
            mine_wrong, theirs_wrong = run.wrong.values()
            yield (
                f"| movies with wrong counters | {run.database} | {run.movies:,} | {mine_wrong} "
                f"| {theirs_wrong} | | 0 | {_yes(reached=not mine_wrong + theirs_wrong)} |"
            )


def _ratio(what: str, database: str, movies: int, comparison: Comparison) -> str:
    reached = _yes(reached=comparison.is_reached)
    return (
        f"| {what} | {database} | {movies:,} | {comparison.ratio.text('.2f')} "
        f"| ≥ {comparison.target:g} | {reached} | {comparison.urls:,} |"
    )


def _yes(*, reached: bool) -> str:
    return "yes" if reached else "**no**"
