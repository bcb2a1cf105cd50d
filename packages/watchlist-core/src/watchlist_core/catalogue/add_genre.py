from attrs import frozen

from watchlist_core.catalogue.entities import Genre
from watchlist_core.catalogue.errors import GenreNameTaken
from watchlist_core.catalogue.events import GenreAdded
from watchlist_core.catalogue.ports import CatalogueWork
from watchlist_core.ids import GenreId
from watchlist_core.work import Begin, NewId

__all__ = ["AddGenre"]


@frozen
class AddGenre:
    """Put a genre into the catalogue before any movie has it."""

    begin: Begin[CatalogueWork]
    new_id: NewId

    async def __call__(self, name: str) -> Genre:
        """Return the genre as it was added.

        Raises:
            TypeError, ValueError: No genre can be called so.
            GenreNameTaken: One is, compared without regard to case and diacritics.
        """
        genre = Genre(GenreId(self.new_id()), name)
        async with self.begin() as work:
            named = await work.genres.named([genre.name])
            if named:
                raise GenreNameTaken(named[genre.name].id)
            await work.genres.add([genre])
            work.record(GenreAdded(genre.id))
            await work.commit()
        return genre
