from collections.abc import Iterable, Mapping

from watchlist_core.catalogue.entities import Genre
from watchlist_core.catalogue.ports import CatalogueWork
from watchlist_core.ids import GenreId
from watchlist_core.work import NewId

__all__ = ["genres_called"]


async def genres_called(
    names: Iterable[str], work: CatalogueWork, new_id: NewId
) -> Mapping[str, Genre]:
    """Return the genre of each name, held as by `Genres.named`; what is missing is added."""
    names = list(dict.fromkeys(names))
    if not names:
        return {}
    genres = dict(await work.genres.named(names))
    missing = [Genre(GenreId(new_id()), name) for name in names if name not in genres]
    if missing:
        genres |= await work.genres.add(missing)
    return genres
