"""What grows with the catalogue: a million movies beside a twelfth of them, by the same server.

Both servers are asked in turn, pair by pair; what is told is what a request costs, by the rate.
"""

import json
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from statistics import median
from time import perf_counter
from typing import Final
from urllib.parse import urlencode

from benchmarks.asked import FIRST_PAGE, filtered, lists, movies
from benchmarks.dataset import LARGE, made
from benchmarks.figures import Comparison, Figure
from benchmarks.load import Request
from benchmarks.pairs import Pace, compared, loading
from benchmarks.search_quality import queries
from benchmarks.servers import HOST, Server
from benchmarks.stage import NOTHING_KEPT, Stage, staged
from benchmarks.subjects import OURS

__all__ = ["against_smaller"]

GROWTH: Final = 1.5
GROWTH_OF_DEPTH: Final = 1.2
GROWTH_OF_SEARCH: Final = 3
DEPTH: Final = 0.9
DIFFERENT_PAGES: Final = 300


def against_smaller(stage: Stage, pace: Pace) -> Iterator[Figure]:
    """Measure a *stage* with a large catalogue against one with a smaller catalogue."""
    smaller = made(min(LARGE, stage.size // 10))
    with (
        staged(stage.database, smaller, [OURS]) as beside,
        stage.serving(OURS, **NOTHING_KEPT) as huge,
        beside.serving(OURS, **NOTHING_KEPT) as large,
    ):
        for name, asked_of_huge, asked_of_large in (
            ("list", lists(smaller), lists(smaller)),
            ("filter by genre and year", filtered(stage.dataset), filtered(smaller)),
            ("one movie", movies(stage.dataset), movies(smaller)),
        ):
            ours, other = loading(huge, "GET", asked_of_huge), loading(large, "GET", asked_of_large)
            yield _growth(name, stage, compared(name, GROWTH, ours, other, pace), GROWTH)
        yield _depth(stage, huge, pace)
        yield _slowest_search(stage, huge, large, pace)


def _growth(name: str, stage: Stage, comparison: Comparison, most: float) -> Figure:
    ours = [1e6 / one.rate for one in comparison.ours]
    other = [1e6 / one.rate for one in comparison.other]
    return Figure(name, stage.database, "µs", ours, other, most, is_limit=True)


def _depth(stage: Stage, server: Server, pace: Pace) -> Figure:
    first = _continued(server, 0)
    deep = _continued(server, round(DEPTH * stage.size))
    name = f"a page by cursor at {DEPTH:.0%} of the depth, against the first ones"
    ours, other = loading(server, "GET", deep), loading(server, "GET", first)
    return _growth(name, stage, compared(name, GROWTH_OF_DEPTH, ours, other, pace), GROWTH_OF_DEPTH)


def _continued(server: Server, depth: int) -> Sequence[Request]:
    """Walk that deep into the list by cursors, and return the requests for the pages from there."""
    connection = HTTPConnection(HOST, server.port)

    def after(path: str) -> str | None:
        connection.request("GET", path)
        cursor: str | None = json.loads(connection.getresponse().read())["pagination"][
            "next_cursor"
        ]
        return cursor

    cursor = after(FIRST_PAGE)
    for _ in range(depth // 100):
        cursor = after(f"{FIRST_PAGE}?page_size=100&cursor={cursor}")
    pages: list[Request] = []
    while cursor and len(pages) < DIFFERENT_PAGES:
        pages.append(Request(f"{FIRST_PAGE}?cursor={cursor}"))
        cursor = after(pages[-1].path)
    connection.close()
    return pages


def _slowest_search(stage: Stage, huge: Server, large: Server, pace: Pace) -> Figure:
    """Ask each search of the set of both, one at a time, and return that which takes longest."""
    asked = [f"{FIRST_PAGE}/search?{urlencode({'q': query.text})}" for query in queries()]
    times: dict[str, tuple[list[float], list[float]]] = {path: ([], []) for path in asked}
    for number in range(pace.pairs + 1):
        for server, side in (huge, 0), (large, 1):
            connection = HTTPConnection(HOST, server.port)
            for path in asked:
                begun = perf_counter()
                connection.request("GET", path)
                connection.getresponse().read()
                if number:
                    times[path][side].append((perf_counter() - begun) * 1e6)
            connection.close()
    slowest = max(asked, key=lambda path: median(times[path][0]))
    ours, other = times[slowest]
    text = queries()[asked.index(slowest)].text
    return Figure(
        "the slowest of the set of searches",
        stage.database,
        "µs",
        ours,
        other,
        GROWTH_OF_SEARCH,
        is_limit=True,
        remark=text,
    )
