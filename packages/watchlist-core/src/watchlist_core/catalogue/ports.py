"""What the catalogue needs from the outside."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from watchlist_core.catalogue.entities import Genre, Movie
from watchlist_core.catalogue.external_ids import ExternalId
from watchlist_core.catalogue.lists import MovieFilter, MovieOrder
from watchlist_core.catalogue.read_models import (
    GenreDetail,
    GenreStatistics,
    MovieCard,
    MovieDetail,
    Suggestion,
)
from watchlist_core.catalogue.search_text import SearchText
from watchlist_core.ids import GenreId, MovieId
from watchlist_core.paging import Page, Window
from watchlist_core.work import UnitOfWork

__all__ = ["CatalogueWork", "GenreQueries", "Genres", "MovieQueries", "MovieSearch", "Movies"]


class Movies(Protocol):
    """The movies, of which nobody finds one that was withdrawn, unless a method says so.

    In the order in which works hold things, what is held by `hold_alike`, `hold_known` and the
    methods of `Genres` is the catalogue: it comes after the movies that are held by `hold`.
    """

    async def hold(self, movie: MovieId) -> Movie:
        """Return the movie, which nobody else changes or withdraws until this work ends.

        Raises:
            MovieNotFound: There is no such movie.
        """

    async def hold_alike(self, title: str, year: int | None, runtime: int | None) -> MovieId | None:
        """Return a movie of the same folded title, year and runtime, the oldest of several.

        Until this work ends, no other adds one, or makes one so: two at the same moment would each
        find nothing. Who adds a movie, or gives one another title, year or runtime, asks first.
        """

    async def hold_known(self, external_ids: Iterable[ExternalId]) -> Mapping[ExternalId, MovieId]:
        """Tell which of the ids, however many, belong to which movie, withdrawn ones included.

        Until this work ends, no other gives one of them to a movie. Those of a withdrawn movie
        stay its own, so that no import brings back what a moderator took out.
        """

    async def add(self, movies: Sequence[Movie]) -> None:
        """Keep new movies, any number of them at the cost of a few statements, with their genres.

        The work was given the genres by `Genres.named` or `Genres.add`.

        Raises:
            ExternalIdTaken: A provider's id stands twice among them, or belongs to another movie.
        """

    async def save(self, movie: Movie) -> None:
        """Keep what a held movie has become, its genres and its ids included.

        Genres that it did not have were given as for `add`; those that it had are kept by their
        ids, whatever they are called by now. Its score is not touched.

        Raises:
            ExternalIdTaken: A provider's id belongs to another movie.
        """


class Genres(Protocol):
    """The genres, each with a name that no other has, compared by what it folds to.

    A genre has one name at a time: once it is renamed, each reader sees the new name wherever the
    genre stands, on cards as in details, and lists are filtered by it. No movie is changed by it.
    """

    async def named(self, names: Iterable[str]) -> Mapping[str, Genre]:
        """Return the genre of each name, compared without regard to case and diacritics.

        Names without a genre are left out. Until this work ends, no other adds, renames or removes
        a genre of one of these names.
        """

    async def add(self, genres: Sequence[Genre]) -> Mapping[str, Genre]:
        """Keep new genres and return them by name; another work's of the same name wins.

        Until this work ends, no other renames or removes one of those that are returned.
        """

    async def hold(self, genre: GenreId) -> Genre:
        """Return the genre; until this work ends, no other changes it or gives it to a movie.

        Nor does any other add or rename a genre: of several works, one at a time decides what
        genres are called.

        Raises:
            GenreNotFound: There is none.
        """

    async def save(self, genre: Genre) -> None:
        """Keep what a held genre has become.

        Raises:
            GenreNameTaken: Another genre has the name.
        """

    async def remove(self, genre: GenreId) -> None:
        """Forget a held genre. Withdrawn movies lose it, since nobody could take it from them.

        Raises:
            GenreInUse: A movie of the catalogue has it.
        """


class CatalogueWork(UnitOfWork, Protocol):
    """Only as much of the store as the catalogue may touch."""

    @property
    def movies(self) -> Movies: ...

    @property
    def genres(self) -> Genres: ...


class MovieQueries(Protocol):
    """The door for readers: outside any work, they wait for nobody and see what is committed.

    There is no movie for them that was withdrawn.
    """

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

    async def find(self, external_id: ExternalId) -> MovieDetail | None:
        """Return the movie that a provider calls so; None where there is none."""


class MovieSearch(Protocol):
    """The door for those who search, as `MovieQueries`.

    It costs no more than a store's indexes and the ranking of `RANKED` movies, however many there
    are. Where more match, those are ranked of which a bare name is or begins with the text's, the
    most popular, and then any.
    """

    async def search(
        self, text: SearchText, wanted: MovieFilter, window: Window
    ) -> Page[MovieCard]:
        """Return a page of the movies that match *text*, and are *wanted*, by `rank`.

        Where these are fewer than `FEW`, those follow that match when mistakes are forgiven. The
        list ends after `RANKED` movies, and then its total is not exact.

        Raises:
            ForeignPosition: The position does not belong to a search.
        """

    async def suggest(self, text: SearchText) -> Sequence[Suggestion]:
        """Return `SUGGESTIONS` movies at most, by `rank`: those that match, a name `in_a_row`.

        No mistake is forgiven.
        """


class GenreQueries(Protocol):
    """The door for readers, as `MovieQueries`; only movies that those show are counted."""

    async def browse(self, window: Window) -> Page[GenreDetail]:
        """Return a page of all genres by folded name, its total only where asked for by number.

        Raises:
            ForeignPosition: The position does not belong to this list.
        """

    async def show(self, genre: GenreId) -> GenreDetail:
        """Return one genre.

        Raises:
            GenreNotFound: There is no such genre.
        """

    async def statistics(self) -> Sequence[GenreStatistics]:
        """Return what viewers think of each genre, by folded name, of one and the same instant."""
