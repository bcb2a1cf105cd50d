from attrs import frozen

from watchlist_core.catalogue.errors import StaleMovie
from watchlist_core.catalogue.events import MovieWithdrawn
from watchlist_core.catalogue.ports import CatalogueWork
from watchlist_core.ids import MovieId
from watchlist_core.work import Begin

__all__ = ["WithdrawMovie"]


@frozen
class WithdrawMovie:
    """Take a movie out of the catalogue, and leave it in what people have watched and rated."""

    begin: Begin[CatalogueWork]

    async def __call__(self, movie: MovieId, revision: int | None = None) -> None:
        """Withdraw the movie. *revision* is the one that was seen; None takes whichever there is.

        Raises:
            MovieNotFound: There is no such movie, or none any more.
            StaleMovie: It has another revision.
        """
        async with self.begin() as work:
            present = await work.movies.hold(movie)
            if revision not in {None, present.revision}:
                raise StaleMovie(movie, present.revision)

            await work.movies.save(present.withdrawn())
            work.record(MovieWithdrawn(movie))
            await work.commit()
