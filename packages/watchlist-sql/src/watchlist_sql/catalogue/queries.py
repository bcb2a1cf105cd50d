from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import define, field

from watchlist_core.catalogue import (
    ExternalId,
    MovieCard,
    MovieDetail,
    MovieFilter,
    MovieNotFound,
    MovieOrder,
)
from watchlist_core.ids import MovieId
from watchlist_core.paging import Page, PageNumber, Total, Window
from watchlist_core.rating import Score
from watchlist_sql.catalogue.choosing import COUNTED, Way, fewest_rows, ways_to
from watchlist_sql.catalogue.conditions import parameters_of, values_of
from watchlist_sql.catalogue.counting import LONG, Counts
from watchlist_sql.catalogue.detail import detail, select_known_as, select_movie
from watchlist_sql.catalogue.known import Known, KnownCatalogue
from watchlist_sql.catalogue.listing import by_name, select_after, select_first, select_numbered
from watchlist_sql.catalogue.order_fields import narrowed, position_of, position_parameters
from watchlist_sql.catalogue.sources import Found
from watchlist_sql.catalogue.totals import KeptTotals
from watchlist_sql.database import Database

__all__ = ["SqlMovieQueries"]

_IN_ITS_ORDER: Final = Way(Found.ON_THE_WAY, rows=0)


@define
class SqlMovieQueries:
    _database: Database
    _choose: Callable[[Sequence[Way]], Way] = fewest_rows
    _totals: KeptTotals = field(factory=KeptTotals, init=False)
    _catalogue: KnownCatalogue = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._catalogue = KnownCatalogue(self._database)

    async def browse(
        self, wanted: MovieFilter, order: MovieOrder, window: Window
    ) -> Page[MovieCard]:
        known = await self._catalogue.get()
        while True:
            counts = Counts(known, self._database, self._totals)
            given = values_of(wanted, known)
            rows = [] if given is None else await self._rows(given, order, window, counts)
            version = rows[0][-1] if rows else None
            if version == known.version:
                break
            # What was known is of another version, or may be: no row says of which one it was.
            before, known = known, await self._catalogue.read()
            if not rows and before.version == known.version:
                break
        total = await self._total(given, rows, window, counts)
        return _page(rows, order, window, total, known)

    async def show(self, movie: MovieId) -> MovieDetail:
        rows = await self._database.fetch(select_movie(self._database.dialect), {"id": movie})
        if not rows:
            raise MovieNotFound(movie)
        return detail(rows[0])

    async def find(self, external_id: ExternalId) -> MovieDetail | None:
        statement = select_known_as(self._database.dialect)
        wanted = {
            "provider": external_id.provider,
            "kind": external_id.kind.value,
            "value": external_id.value,
        }
        rows = await self._database.fetch(statement, wanted)
        return detail(rows[0]) if rows else None

    async def _rows(
        self, given: Mapping[str, Any], order: MovieOrder, window: Window, counts: Counts
    ) -> Sequence[tuple[Any, ...]]:
        dialect, limit = self._database.dialect, window.page_size + 1
        parameters = parameters_of(dialect, given)
        way = await self._way(given, order, window, counts) if given else _IN_ITS_ORDER
        shape = dialect, way.found, tuple(given), order
        if not isinstance(window, PageNumber):
            position, missing = position_parameters(window.position, order)
            statement = select_after(*shape, missing, limit)
            parameters |= {**narrowed(parameters, position, order), **position}
        elif window.offset:
            statement = select_numbered(*shape, limit)
            parameters["offset"] = window.offset
        else:
            statement = select_first(*shape, limit)
        if way.found is Found.BY_KEY:
            _, parameters["keys"] = await counts.titles(given["title"])
        # Skipping ten thousand entries of an index takes half a millisecond: that is not long.
        takes_long = len(order.fields) > 1 or way.rows > LONG or way.found is Found.BY_TITLE
        return await self._database.fetch(statement, parameters, aside=takes_long)

    async def _way(
        self, given: Mapping[str, Any], order: MovieOrder, window: Window, counts: Counts
    ) -> Way:
        counted = {name: await counts.of({name: given[name]}) for name in COUNTED if name in given}
        # One more than is shown tells whether another page follows.
        last = 1 + window.page_size + (window.offset if isinstance(window, PageNumber) else 0)
        return self._choose(ways_to(given, order, last, counts.known, counted))

    async def _total(
        self,
        given: Mapping[str, Any] | None,
        rows: Sequence[tuple[Any, ...]],
        window: Window,
        counts: Counts,
    ) -> Total | None:
        if not isinstance(window, PageNumber):
            return None
        if given is None:
            return Total(0)
        # The last page tells by itself how many there are.
        if len(rows) <= window.page_size and (rows or not window.offset):
            return Total.counted(window.offset + len(rows))
        return Total.counted(await counts.of(given))


def _page(
    rows: Sequence[tuple[Any, ...]],
    order: MovieOrder,
    window: Window,
    total: Total | None,
    known: Known,
) -> Page[MovieCard]:
    size, names_of = window.page_size, known.names_of
    cards = [
        MovieCard(row[0], row[1], row[2], row[3], names_of(row[4]), Score(row[5], row[6]))
        for row in rows[:size]
    ]
    end = position_of(by_name(rows[size - 1], order), order) if len(rows) > size else None
    return Page(cards, end, total)
