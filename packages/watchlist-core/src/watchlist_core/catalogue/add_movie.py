from collections.abc import Iterable

from attrs import frozen

from watchlist_core.catalogue.entities import Movie, NewMovie
from watchlist_core.catalogue.errors import MovieAlreadyThere
from watchlist_core.catalogue.events import MovieAdded
from watchlist_core.catalogue.name_genres import genres_called
from watchlist_core.catalogue.ports import CatalogueWork
from watchlist_core.ids import MovieId
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["AddMovie", "catalogued"]


@frozen
class AddMovie:
    """Put a movie into the catalogue."""

    begin: Begin[CatalogueWork]
    clock: Clock
    new_id: NewId

    async def __call__(self, new: NewMovie, *, allow_duplicate: bool = False) -> Movie:
        """Return the movie as it was added; genres that the catalogue lacks are added with it.

        Raises:
            MovieAlreadyThere: One has the same title, year and runtime.
            ExternalIdTaken: A provider's id belongs to another movie.
        """
        async with self.begin() as work:
            alike = await work.movies.hold_alike(new.title, new.year, new.runtime)
            if alike and not allow_duplicate:
                raise MovieAlreadyThere(alike)

            (movie,) = await catalogued([new], work, self.clock, self.new_id)
            await work.movies.add([movie])
            work.record(MovieAdded(movie.id))
            await work.commit()
        return movie


async def catalogued(
    movies: Iterable[NewMovie], work: CatalogueWork, clock: Clock, new_id: NewId
) -> list[Movie]:
    """Give new movies their ids and their genres, adding the genres that are new."""
    movies = list(movies)
    genres = await genres_called((name for movie in movies for name in movie.genres), work, new_id)
    return [
        Movie(
            id=MovieId(new_id()),
            title=new.title,
            original_title=new.original_title,
            alternative_titles=new.alternative_titles,
            year=new.year,
            runtime=new.runtime,
            media_type=new.media_type,
            description=new.description,
            genres=tuple(genres[name] for name in new.genres),
            external_ids=new.external_ids,
            created_at=clock(),
        )
        for new in movies
    ]
