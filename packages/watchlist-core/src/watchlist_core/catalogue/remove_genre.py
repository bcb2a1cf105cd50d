from attrs import frozen

from watchlist_core.catalogue.errors import StaleGenre
from watchlist_core.catalogue.events import GenreRemoved
from watchlist_core.catalogue.ports import CatalogueWork
from watchlist_core.ids import GenreId
from watchlist_core.work import Begin

__all__ = ["RemoveGenre"]


@frozen
class RemoveGenre:
    """Remove a genre that no movie of the catalogue has."""

    begin: Begin[CatalogueWork]

    async def __call__(self, genre: GenreId, revision: int | None = None) -> None:
        """Remove the genre. *revision* is the one that was seen; None takes whichever there is.

        Raises:
            GenreNotFound: There is no such genre.
            StaleGenre: It has another revision.
            GenreInUse: A movie has it.
        """
        async with self.begin() as work:
            present = await work.genres.hold(genre)
            if revision not in {None, present.revision}:
                raise StaleGenre(genre, present.revision)

            await work.genres.remove(genre)
            work.record(GenreRemoved(genre))
            await work.commit()
