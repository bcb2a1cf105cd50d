from attrs import frozen

from watchlist_core.catalogue.entities import Movie, MovieChanges
from watchlist_core.catalogue.errors import MovieAlreadyThere, StaleMovie
from watchlist_core.catalogue.events import MovieRevised
from watchlist_core.catalogue.name_genres import genres_called
from watchlist_core.catalogue.ports import CatalogueWork
from watchlist_core.changes import UNCHANGED
from watchlist_core.ids import MovieId
from watchlist_core.work import Begin, NewId

__all__ = ["ReviseMovie"]


@frozen
class ReviseMovie:
    """Change what the catalogue says of a movie."""

    begin: Begin[CatalogueWork]
    new_id: NewId

    async def __call__(
        self,
        movie: MovieId,
        changes: MovieChanges,
        revision: int | None = None,
        *,
        allow_duplicate: bool = False,
    ) -> Movie:
        """Return what the movie has become; genres that the catalogue lacks are added with it.

        *revision* is the one that its author has seen; None takes whichever there is.

        Raises:
            MovieNotFound: There is no such movie.
            StaleMovie: It has another revision.
            MovieAlreadyThere: It would get the title, year and runtime of another.
            ExternalIdTaken: A provider's id belongs to another movie.
        """
        names = () if changes.genres is UNCHANGED else changes.genres
        async with self.begin() as work:
            present = await work.movies.hold(movie)
            if revision not in {None, present.revision}:
                raise StaleMovie(movie, present.revision)

            revised = present.revised(changes, await genres_called(names, work, self.new_id))
            if revised == present:
                return present
            if revised.likeness != present.likeness:
                alike = await work.movies.hold_alike(revised.title, revised.year, revised.runtime)
                if alike and not allow_duplicate:
                    raise MovieAlreadyThere(alike)

            await work.movies.save(revised)
            work.record(MovieRevised(movie, revised.revision))
            await work.commit()
        return revised
