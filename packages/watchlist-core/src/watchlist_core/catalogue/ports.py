"""What the catalogue needs from the outside."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen
from attrs.validators import max_len, min_len

from watchlist_core.catalogue.entities import ExternalId, Genre, Movie
from watchlist_core.catalogue.read_models import MovieCard, MovieDetail
from watchlist_core.ids import MovieId
from watchlist_core.paging import Page, Window
from watchlist_core.work import UnitOfWork

__all__ = [
    "CatalogueWork",
    "Genres",
    "MovieFilter",
    "MovieOrder",
    "MovieQueries",
    "MovieSort",
    "Movies",
]


class Movies(Protocol):
    async def hold_alike(self, title: str, year: int | None, runtime: int | None) -> MovieId | None:
        """Return a movie of the same folded title, year and runtime, the oldest of several.

        Until this work ends, no other adds one: two at the same moment would each find nothing.
        """

    async def hold_known(self, external_ids: Iterable[ExternalId]) -> Mapping[ExternalId, MovieId]:
        """Tell which of the ids, however many, belong to which movie.

        Until this work ends, no other adds a movie with one of them.
        """

    async def add(self, movies: Sequence[Movie]) -> None:
        """Keep new movies, any number of them at the cost of a few statements, with their genres.

        Raises:
            ExternalIdTaken: A provider's id stands twice among them, or belongs to another movie.
        """


class Genres(Protocol):
    async def named(self, names: Iterable[str]) -> Mapping[str, Genre]:
        """Return the genre of each name, compared without regard to case and diacritics.

        Names without a genre are left out.
        """

    async def add(self, genres: Sequence[Genre]) -> Mapping[str, Genre]:
        """Keep new genres and return them by name; another work's of the same name wins."""


class CatalogueWork(UnitOfWork, Protocol):
    """Only as much of the store as the catalogue may touch."""

    @property
    def movies(self) -> Movies: ...

    @property
    def genres(self) -> Genres: ...


@frozen
class MovieFilter:
    """Which movies a list shows: those for which all that is given holds."""

    title: str | None = field(default=None)
    """Is contained in the title, both folded; blank is no filter."""


class MovieSort(StrEnum):
    TITLE = "title"
    """Folded, by code point."""
    YEAR = "year"
    RATING_COUNT = "rating_count"
    CREATED_AT = "created_at"


def _fields(fields: Iterable[tuple[MovieSort, bool]]) -> tuple[tuple[MovieSort, bool], ...]:
    return tuple(fields)


@frozen
class MovieOrder:
    """Up to three fields, each ascending or descending; what has no value comes last."""

    fields: tuple[tuple[MovieSort, bool], ...] = field(
        default=((MovieSort.TITLE, False),),
        converter=_fields,
        validator=[min_len(1), max_len(3)],
    )
    """Each with True for descending. The id breaks a tie, ascending."""

    def __attrs_post_init__(self) -> None:
        if len({sort for sort, _ in self.fields}) < len(self.fields):
            raise ValueError("fields must not name one twice")


class MovieQueries(Protocol):
    """The door for readers: outside any work, they wait for nobody and see what is committed."""

    async def browse(
        self, wanted: MovieFilter, order: MovieOrder, window: Window
    ) -> Page[MovieCard]:
        """Return a page, its total only where it is asked for by number.

        Raises:
            ForeignPosition: The position does not belong to this order.
        """

    async def show(self, movie: MovieId) -> MovieDetail:
        """Return one movie.

        Raises:
            MovieNotFound: There is no such movie.
        """
