"""How a bulk import goes about it: small works, pauses, and nothing lost to a busy moment."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest
from attrs import define, field

from watchlist_core.catalogue import CatalogueWork, ExternalId, MediaType, NewMovie
from watchlist_core.ids import Uuid7
from watchlist_core.movielens import RefusedRow
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import NOON
from watchlist_core.work import Begin, Busy, StoreUnavailable
from watchlist_http.server.importing import BatchSize, Held, ImportedBatch, MovieImport

REFUSED = RefusedRow("movies.csv", 3, "movieId must be a number", "x,Title,Drama")


def a_row(number: int, *others: ExternalId) -> NewMovie:
    own = ExternalId("movielens", MediaType.MOVIE, str(number))
    return NewMovie(f"Movie {number}", 1999, external_ids={own, *others})


@define
class Ticking:
    """A clock of which every look takes a second, or another *step*."""

    seconds: float = 0.0
    step: float = 1.0

    def __call__(self) -> float:
        self.seconds += self.step
        return self.seconds


@define
class Naps:
    taken: list[float] = field(factory=list)

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@define
class Troubled:
    """A store that is in trouble the first few times."""

    store: MemoryStore
    troubles: list[Exception]

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[CatalogueWork]:
        if self.troubles:
            raise self.troubles.pop(0)
        async with self.store.begin() as work:
            yield work


@pytest.fixture
def memory() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def naps() -> Naps:
    return Naps()


def an_import(begin: Begin[CatalogueWork], naps: Naps) -> MovieImport:
    return MovieImport(
        begin,
        lambda: NOON,
        Uuid7(),
        "movielens",
        size=BatchSize(rows=2, least=2, most=2),
        sleep=naps,
        timer=lambda: 60.0,
    )


async def all_of(batches: AsyncIterator[ImportedBatch]) -> Sequence[ImportedBatch]:
    return [batch async for batch in batches]


async def test_each_batch_is_a_work_of_its_own_with_a_rest_between(
    memory: MemoryStore, naps: Naps
) -> None:
    take = an_import(memory.begin, naps)

    batches = await all_of(take([a_row(1), REFUSED, a_row(2), a_row(3), a_row(4)]))

    assert [(batch.rows, batch.added, len(batch.refused)) for batch in batches] == [
        (2, 1, 1),
        (2, 2, 0),
        (1, 1, 0),
    ]
    assert await memory.events() == ["movies-imported"] * 3
    assert naps.taken == pytest.approx([0.0, 0.007, 0.007])


async def test_a_rest_is_what_reading_the_next_rows_leaves_of_it(
    memory: MemoryStore, naps: Naps
) -> None:
    take = an_import(memory.begin, naps)
    clock = take.held.timer = Ticking(60.0, step=0.0)

    def slow_rows() -> Iterator[NewMovie]:
        for number, seconds in enumerate([0, 0, 0.005, 0, 0.01]):
            clock.seconds += seconds
            yield a_row(number)

    await all_of(take(slow_rows()))

    assert naps.taken == pytest.approx([0.0, 0.002, 0.0])


async def test_a_second_import_adds_nothing(memory: MemoryStore, naps: Naps) -> None:
    rows = [a_row(1), a_row(2), a_row(3)]
    await all_of(an_import(memory.begin, naps)(rows))

    batches = await all_of(an_import(memory.begin, naps)(rows))

    assert [(batch.added, batch.known) for batch in batches] == [(0, 2), (0, 1)]
    assert await memory.events() == ["movies-imported"] * 2


async def test_rows_are_read_as_they_are_needed(memory: MemoryStore, naps: Naps) -> None:
    read: list[int] = []

    def rows() -> Iterator[NewMovie]:
        for number in range(1, 100):
            read.append(number)
            yield a_row(number)

    await anext(an_import(memory.begin, naps)(rows()))

    assert read == [1, 2]


async def test_an_id_that_an_earlier_movie_has_is_told(memory: MemoryStore, naps: Naps) -> None:
    shared = ExternalId("tmdb", MediaType.MOVIE, "4912")
    second = a_row(3, shared)

    batches = await all_of(an_import(memory.begin, naps)([a_row(1, shared), a_row(2), second]))

    assert [list(batch.dropped_ids) for batch in batches] == [[], [(second, shared)]]
    assert [batch.added for batch in batches] == [2, 1]


async def test_rows_that_are_all_refused_need_no_work(memory: MemoryStore, naps: Naps) -> None:
    begin = Troubled(memory, [RuntimeError("nobody should open a work")])

    (batch,) = await all_of(an_import(begin, naps)([REFUSED]))

    assert batch == ImportedBatch(1, 0, 0, (), [REFUSED])


@pytest.mark.parametrize("trouble", [Busy(), StoreUnavailable()])
async def test_a_batch_is_tried_again_after_trouble(
    memory: MemoryStore, naps: Naps, trouble: Exception
) -> None:
    begin = Troubled(memory, [trouble] * 3)

    (batch,) = await all_of(an_import(begin, naps)([a_row(1)]))

    assert batch.added == 1
    assert naps.taken == [0, 1, 2, 4]


async def test_trouble_that_lasts_ends_the_import_and_keeps_what_was_taken(
    memory: MemoryStore, naps: Naps
) -> None:
    begin = Troubled(memory, [])
    batches = an_import(begin, naps)([a_row(1), a_row(2), a_row(3)])
    await anext(batches)
    begin.troubles = [Busy()] * 4

    with pytest.raises(Busy):
        await anext(batches)

    assert await memory.events() == ["movies-imported"]


async def test_a_work_is_timed_from_its_beginning_to_its_end(memory: MemoryStore) -> None:
    timer = Ticking()
    held = Held(memory.begin, timer)

    async with held():
        timer.seconds += 5
    async with held():
        pass

    assert (held.last, held.longest) == (1, 6)


@pytest.mark.parametrize(
    ("taken", "rows"),
    [(0.030, 100), (0.040, 75), (0.3, 50), (30, 50), (0.024, 125), (0.001, 125), (0.0, 125)],
)
def test_the_next_batch_is_as_large_as_the_last_one_allows(taken: float, rows: int) -> None:
    size = BatchSize(rows=100)

    size.learn(taken)

    assert size.rows == rows


def test_a_batch_grows_and_shrinks_to_its_limits_and_no_further() -> None:
    large, small = BatchSize(rows=900), BatchSize(rows=30)

    large.learn(0.001)
    small.learn(1.0)

    assert (large.rows, small.rows) == (1_000, 20)
