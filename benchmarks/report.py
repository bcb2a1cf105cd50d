"""The figures as a document for people: ratios first, what they are ratios of beside them."""

from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.figures import Comparison, Spread, latency, rate
from benchmarks.results import Result

__all__ = ["document"]

SLOWEST_START = 1.1
LARGEST_MEMORY = 1.15

ABOUT = """\
# Benchmarks

<!-- Written by `nox -s bench -- --write docs/benchmarks.md`; do not edit. -->

Three servers side by side in one run, each one process on loopback, on the same data:

- **watchlist**: this server, with its request log and all its headers.
- **FastAPI + ORM**: the peer, `benchmarks/peer_fastapi`: the same routes, members, authorisation
  and indexes, the total kept too, as a team would write them with FastAPI, Pydantic and the ORM of
  SQLAlchemy; uvicorn with uvloop and httptools, without an access log. It searches words by FTS5
  with bm25 on SQLite, and by tsvector with ts_rank on PostgreSQL; titles contain something by LIKE.
  A test compares its answers with ours, member by member; those to searches each ranks its own way.
- **bare aiohttp**: a handler that answers a constant body of the same size, on the same event loop.

The catalogues are made up from a fixed seed, with 9,742, 87,585 and a million movies, of words that
are as unequally usual as those of people. Both databases sync every commit to the disk. 16
connections ask in turn for thousands of different URLs: of the lists for every page that there is
in every order, each written in two ways, and for the first pages most (by Zipf's law); of the
filters for every genre in every year, in two orders; of the searches for words, parts and
beginnings of thousands of titles. No answer is kept by any server, unless a figure says so; the
status and the length of every answer are checked. Each ratio is the median of 5 alternated pairs,
with the smallest and the largest beside it. Machines are shared and noisy: trust the ratios, not
the absolute figures. When each part was measured, and at which commit, stands at the end.
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


ABOUT_KEPT = """\
## Answers that are given again

With the smaller catalogue: the first pages of the usual lists, which are kept, against a handler
that does nothing but answer as many bytes; those that clients hold already; and both once more
while viewers rate movies.
"""

ABOUT_MILLION = """\
## A million movies

What a request costs at a million movies, against what it costs at 87,585: the same server on each,
asked in turn, in alternated pairs. No answer is kept.
"""

ABOUT_IMPORTS = """\
## Imports

A made-up folder in the form of MovieLens is imported, and the rows that this made are inserted once
more by `sqlite3` alone, into the same tables with the same indexes, batch by batch, in turn; and
the process that imports a million movies is asked how much memory it took at most.
"""

ABOUT_FINDING = """\
## What searches find

The searches of `benchmarks/search_queries.toml` over MovieLens "latest small": of those that hope
for a movie, how many have it among the first three.
"""


def document(results: Sequence[Result]) -> str:
    parts = [
        *(ABOUT, *_ratios(results)),
        *_figures(results, ["accounts"], ABOUT_ACCOUNTS),
        *_figures(results, ["kept"], ABOUT_KEPT),
        *_figures(results, ["million"], ABOUT_MILLION),
        *_figures(results, ["import", "import-memory"], ABOUT_IMPORTS),
        *(*_finding(results), *_absolute(results), *_around(results), *_measured(results)),
    ]
    return "\n".join(parts) + "\n"


def _ratios(results: Sequence[Result]) -> Iterator[str]:
    yield "## How many times as many requests a second\n"
    yield "| what | database | movies | ratio (span) | wanted | reached | different URLs |"
    yield "|---|---|---:|---:|---:|---|---:|"
    for result in results:
        for one in result.comparisons:
            yield (
                f"| {_name(result, one)} | {result.database} | {result.movies:,} "
                f"| {one.ratio.text('.2f')} | ≥ {one.target:g} "
                f"| {_yes(reached=one.is_reached)} | {one.urls:,} |"
            )
    yield ""


def _name(result: Result, comparison: Comparison) -> str:
    against_peer = result.part in {"peer", "catalogue"}
    return f"{comparison.name}, against the peer" if against_peer else comparison.name


def _figures(results: Sequence[Result], parts: Sequence[str], about: str) -> Iterator[str]:
    yield about
    yield "| what | database | ratio (span) | wanted | reached | ours | the other | in |"
    yield "|---|---|---:|---:|---|---:|---:|---|"
    for result in results:
        for figure in result.figures if result.part in parts else ():
            remark = f" ({figure.remark})" if figure.remark else ""
            yield (
                f"| {figure.name}{remark} | {figure.database} | {figure.ratio.text('.2f')} "
                f"| {figure.wanted} | {_yes(reached=figure.is_reached)} "
                f"| {Spread(figure.ours).text(',.1f')} | {Spread(figure.other).text(',.1f')} "
                f"| {figure.unit} |"
            )
    yield ""


def _finding(results: Sequence[Result]) -> Iterator[str]:
    yield ABOUT_FINDING
    yield "| kind | database | found | of | reached | not found |"
    yield "|---|---|---:|---:|---|---|"
    for result in results:
        for one in result.qualities:
            missed = ", ".join(f"`{text}`" for text in one.missed)
            yield (
                f"| {one.kind} | {result.database} | {one.found} | {one.expected} "
                f"| {_yes(reached=one.is_reached)} | {missed} |"
            )
    yield ""


def _absolute(results: Sequence[Result]) -> Iterator[str]:
    yield "## Absolute figures\n"
    yield "| what | database | movies | server | requests a second | p50 / p99, ms |"
    yield "|---|---|---:|---|---:|---:|"
    for result in results:
        for one in result.comparisons:
            for server, measured in zip(_servers(result), (one.ours, one.other), strict=True):
                yield (
                    f"| {one.name} | {result.database} | {result.movies:,} | {server} "
                    f"| {rate(measured).text(',.0f')} | {latency(measured)} |"
                )
    yield ""


def _servers(result: Result) -> tuple[str, str]:
    return ("first", "second") if result.part == "alone" else ("watchlist", "FastAPI + ORM")


def _around(results: Sequence[Result]) -> Iterator[str]:
    yield "## Start, memory, and whether the counters are right\n"
    yield "| what | database | movies | watchlist | FastAPI + ORM | ratio | wanted | reached |"
    yield "|---|---|---:|---:|---:|---:|---:|---|"
    for result in results:
        where = f"{result.database} | {result.movies:,}"
        if result.starts:
            ours, peer = result.starts.values()
            ratio = median(a / b for a, b in zip(ours.values, peer.values, strict=True))
            yield (
                f"| start to first page, s | {where} | {ours.text('.2f')} | {peer.text('.2f')} "
                f"| {ratio:.2f} | ≤ {SLOWEST_START} | {_yes(reached=ratio <= SLOWEST_START)} |"
            )
        if result.memory:
            mine, theirs = result.memory.values()
            ratio = mine / theirs
            yield (
                f"| memory after the load, MiB | {where} | {mine:.0f} | {theirs:.0f} "
                f"| {ratio:.2f} | ≤ {LARGEST_MEMORY} | {_yes(reached=ratio <= LARGEST_MEMORY)} |"
            )
        if result.wrong:
            wrong, theirs_wrong = result.wrong.values()
            yield (
                f"| movies with wrong counters | {where} | {wrong} | {theirs_wrong} | | 0 "
                f"| {_yes(reached=not wrong + theirs_wrong)} |"
            )
    yield ""


def _measured(results: Sequence[Result]) -> Iterator[str]:
    yield "## When each part was measured\n"
    yield "| part | database | movies | on | commit | with |"
    yield "|---|---|---:|---|---|---|"
    for one in results:
        yield (
            f"| {one.part} | {one.database} | {one.movies:,} | {one.measured_on} "
            f"| `{one.commit}` | {one.machine} |"
        )


def _yes(*, reached: bool) -> str:
    return "yes" if reached else "**no**"
