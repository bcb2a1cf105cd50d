"""How well people find what they hope for: the queries of ``search_queries.toml``, by kind."""

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final, Protocol, TypeVar

from attrs import frozen

from watchlist_core.auth import Account, AuthWork, Role
from watchlist_core.catalogue import (
    CatalogueWork,
    ExternalId,
    ImportMovies,
    MediaType,
    MovieCard,
    MovieSearch,
    NewMovie,
    SearchMovies,
    bare_name,
)
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.movielens import MOVIELENS, MovieLens
from watchlist_core.paging import PageNumber
from watchlist_core.rating import Rating, RatingWork, Score, Stars
from watchlist_core.work import Begin

__all__ = ["LEAST", "Catalogue", "Quality", "Query", "fill", "qualities", "queries"]

LEAST: Final = 0.95
"""Of the movies that are expected by one kind of queries so many should be found."""
FIRST: Final = 3
"""Found is what is among so many."""
_BATCH: Final = 500
_QUERIES: Final = Path(__file__).with_name("search_queries.toml")
_NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)

Thing = TypeVar("Thing")


@frozen
class Query:
    kind: str
    text: str
    title: str | None = None
    """Of the movie that is expected, if any is; written as in the catalogue but for its article."""
    year: int | None = None

    def is_met_by(self, cards: Iterable[MovieCard]) -> bool:
        expected = bare_name(self.title or ""), self.year
        return expected in [(bare_name(card.title), card.year) for card in cards]


@frozen
class Quality:
    """What became of the queries of one kind that expect a movie."""

    kind: str
    expected: int
    missed: Sequence[Query]

    @property
    def found(self) -> int:
        return self.expected - len(self.missed)

    @property
    def is_reached(self) -> bool:
        return self.found >= LEAST * self.expected

    def text(self) -> str:
        missed = ", ".join(repr(query.text) for query in self.missed)
        return f"{self.kind}: {self.found} of {self.expected}" + f", not {missed}" * bool(missed)


class CatalogueAndRatings(AuthWork, CatalogueWork, RatingWork, Protocol):
    """What it takes to make a catalogue in which some movies are more popular than others."""


class Catalogue(Protocol):
    """A store, as far as it is filled and searched."""

    @property
    def begin(self) -> Begin[CatalogueAndRatings]: ...

    @property
    def movie_search(self) -> MovieSearch: ...


def queries() -> Sequence[Query]:
    kinds = tomllib.loads(_QUERIES.read_text("utf-8"))
    return [Query(kind, *query) for kind, of_kind in kinds.items() for query in of_kind]


async def qualities(search: MovieSearch) -> Sequence[Quality]:
    """Ask each query, and tell of each kind how many found what they expect."""
    find = SearchMovies(search)
    asked: Mapping[str, list[Query]] = {query.kind: [] for query in queries()}
    missed: Mapping[str, list[Query]] = {kind: [] for kind in asked}
    for query in queries():
        page = await find(query.text, window=PageNumber(page_size=FIRST))
        if query.title:
            asked[query.kind].append(query)
            if not query.is_met_by(page.items):
                missed[query.kind].append(query)
    return [Quality(kind, len(asked[kind]), missed[kind]) for kind in asked]


async def fill(catalogue: Catalogue, folder: Path) -> None:
    """Put the movies of MovieLens into an empty store, each with the score that its ratings make.

    One account stands for all who have rated: only how many they were, and what they gave in all,
    is told of a movie.
    """
    new_id = Uuid7()
    viewer = Account(AccountId(new_id()), None, Role.USER, is_active=True, created_at=_NOON)
    async with catalogue.begin() as work:
        await work.accounts.add(viewer)
        await work.commit()
    take = ImportMovies(catalogue.begin, lambda: _NOON, new_id)
    movies = (row for row in MovieLens.open(folder) if isinstance(row, NewMovie))
    for batch in _batches(movies):
        await take(batch, identified_by=MOVIELENS)
    for scores in _batches(_scores(folder).items()):
        await _rate(catalogue, viewer.id, dict(scores))


def _batches(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    left = iter(things)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _scores(folder: Path) -> Mapping[ExternalId, Score]:
    given: dict[str, list[int]] = {}
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            halves = round(float(row["rating"]) * 2)
            given.setdefault(row["movieId"], []).append(max(halves, Stars.of(1).halves))
    return {
        ExternalId(MOVIELENS, MediaType.MOVIE, movie): Score(len(halves), sum(halves))
        for movie, halves in given.items()
    }


async def _rate(
    catalogue: Catalogue, viewer: AccountId, scores: Mapping[ExternalId, Score]
) -> None:
    async with catalogue.begin() as work:
        known = await work.movies.hold_known(scores)
        for external_id, movie in sorted(known.items(), key=lambda pair: pair[1]):
            score = scores[external_id]
            await work.ratings.hold_score(movie)
            stars = Stars(score.halves // score.rating_count)
            await work.ratings.save(Rating(viewer, movie, stars, _NOON), score)
        await work.commit()
