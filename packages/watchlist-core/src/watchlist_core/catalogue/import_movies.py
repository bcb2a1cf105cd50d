from collections.abc import Sequence

from attrs import evolve, frozen

from watchlist_core.catalogue.add_movie import catalogued
from watchlist_core.catalogue.entities import NewMovie
from watchlist_core.catalogue.events import MoviesImported
from watchlist_core.catalogue.external_ids import ExternalId
from watchlist_core.catalogue.ports import CatalogueWork
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["ImportMovies", "Imported"]


@frozen
class Imported:
    """What became of a batch."""

    added: int
    known: int
    """They were there already and were left as they are."""
    dropped_ids: Sequence[tuple[NewMovie, ExternalId]]
    """Ids that belong to another movie: the movie was added without them."""


@frozen
class ImportMovies:
    """Take a batch of movies from elsewhere into the catalogue, each of them once.

    A movie is known again by *identified_by*, the provider the batch comes from.
    """

    begin: Begin[CatalogueWork]
    clock: Clock
    new_id: NewId

    async def __call__(self, batch: Sequence[NewMovie], *, identified_by: str) -> Imported:
        """Add what is not there, in one work.

        Raises:
            ValueError: A movie has no id, or several, of the provider *identified_by*.
        """
        own: dict[ExternalId, NewMovie] = {}
        for movie in batch:
            own.setdefault(_own_id(movie, identified_by), movie)
        all_ids = frozenset[ExternalId]().union(*(movie.external_ids for movie in batch))
        async with self.begin() as work:  # others wait from here on
            taken = set(await work.movies.hold_known(all_ids))
            new, dropped = _without_taken_ids(
                [movie for own_id, movie in own.items() if own_id not in taken], taken
            )
            if new:
                movies = await catalogued(new, work, self.clock, self.new_id)
                await work.movies.add(movies)
                work.record(MoviesImported(len(movies)))
                await work.commit()
        return Imported(added=len(new), known=len(batch) - len(new), dropped_ids=dropped)


def _own_id(movie: NewMovie, provider: str) -> ExternalId:
    own = [external for external in movie.external_ids if external.provider == provider]
    if len(own) != 1:
        raise ValueError(f"{movie.title!r} needs exactly one id of {provider}")
    return own[0]


def _without_taken_ids(
    movies: Sequence[NewMovie], taken: set[ExternalId]
) -> tuple[list[NewMovie], list[tuple[NewMovie, ExternalId]]]:
    """Let the first movie keep an id that several claim."""
    kept: list[NewMovie] = []
    dropped: list[tuple[NewMovie, ExternalId]] = []
    for movie in movies:
        foreign = movie.external_ids & taken
        dropped += [(movie, external_id) for external_id in sorted(foreign)]
        kept.append(evolve(movie, external_ids=movie.external_ids - foreign) if foreign else movie)
        taken |= movie.external_ids
    return kept, dropped
