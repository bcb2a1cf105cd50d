from attrs import frozen

from watchlist_core.catalogue.entities import Genre
from watchlist_core.catalogue.errors import StaleGenre
from watchlist_core.catalogue.events import GenreRenamed
from watchlist_core.catalogue.ports import CatalogueWork
from watchlist_core.ids import GenreId
from watchlist_core.work import Begin

__all__ = ["ReviseGenre"]


@frozen
class ReviseGenre:
    """Give a genre another name, which each reader sees at once wherever the genre stands."""

    begin: Begin[CatalogueWork]

    async def __call__(self, genre: GenreId, name: str, revision: int | None = None) -> Genre:
        """Return what the genre has become.

        *revision* is the one that its author has seen; None takes whichever there is.

        Raises:
            TypeError, ValueError: No genre can be called so.
            GenreNotFound: There is no such genre.
            StaleGenre: It has another revision.
            GenreNameTaken: Another is called so, compared without regard to case and diacritics.
        """
        async with self.begin() as work:
            present = await work.genres.hold(genre)
            if revision not in {None, present.revision}:
                raise StaleGenre(genre, present.revision)

            revised = present.renamed(name)
            if revised == present:
                return present
            await work.genres.save(revised)
            work.record(GenreRenamed(genre, revised.revision))
            await work.commit()
        return revised
