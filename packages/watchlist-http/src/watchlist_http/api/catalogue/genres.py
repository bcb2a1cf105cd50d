"""The genres that movies have: everybody may look, moderators look after them."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from attrs import field, frozen

from watchlist_core.auth import Role
from watchlist_core.catalogue import (
    AddGenre,
    BrowseGenres,
    GenreInUse,
    GenreNameTaken,
    GenreNotFound,
    RemoveGenre,
    ReviseGenre,
    ShowGenre,
    ShowGenreStatistics,
    StaleGenre,
    entities,
    read_models,
)
from watchlist_core.catalogue.limits import genre_text
from watchlist_core.ids import GenreId
from watchlist_http.answers import Answer
from watchlist_http.api.catalogue.members import (
    AverageRating,
    GenreName,
    MovieCount,
    RatingCount,
    Revision,
)
from watchlist_http.api.catalogue.movie_answers import GenreLabel
from watchlist_http.conditional import IfMatch, revision_tag
from watchlist_http.freshness import Kept
from watchlist_http.paging import Pagination, Paging
from watchlist_http.routing import Routes

__all__ = ["routes"]

routes: Final = Routes(
    "Genres",
    description="The genres that movies have. Everybody may look; moderators look after them.",
)


class Genre(Answer, frozen=True):
    """All that the catalogue tells of one genre."""

    id: Annotated[str, UUID]
    name: GenreName
    movie_count: MovieCount
    revision: Revision


class GenreList(Answer, frozen=True):
    """A page of the genres."""

    items: Sequence[Genre]
    pagination: Pagination


class GenreStatistics(Answer, frozen=True):
    """What viewers think of the movies of a genre."""

    genre: GenreLabel
    movie_count: MovieCount
    average_rating: AverageRating | None
    rating_count: RatingCount


class GenreStatisticsList(Answer, frozen=True):
    """All genres there are, also those that no movie has."""

    items: Sequence[GenreStatistics]


@frozen
class NamedGenre:
    """What a genre is to be called."""

    name: GenreName = field(validator=genre_text)  # a few letters fold to many


@routes.get("/genres", kept=Kept.WHILE_THE_CATALOGUE_STANDS)
async def list_genres(paging: Paging, browse: BrowseGenres) -> GenreList:
    """List the genres of the catalogue, by name."""
    page = await browse(paging.window)
    return GenreList([_shown(genre) for genre in page.items], paging.pagination(page))


@routes.get("/genres/statistics", kept=Kept.FOR_A_SECOND)
async def show_genre_statistics(show: ShowGenreStatistics) -> GenreStatisticsList:
    """Show how many movies each genre has, and what viewers think of them, by name.

    An average is that of all ratings of those movies.
    """
    return GenreStatisticsList(
        [
            GenreStatistics(
                GenreLabel(one.genre.id, one.genre.name),
                one.movie_count,
                one.average_rating,
                one.score.rating_count,
            )
            for one in await show()
        ]
    )


@routes.get(
    "/genres/{genre_id}",
    raises=[GenreNotFound],
    tagged_by=revision_tag,
    kept=Kept.WHILE_THE_CATALOGUE_STANDS,
)
async def show_genre(genre_id: GenreId, show: ShowGenre) -> Genre:
    """Show one genre, and how many movies have it."""
    return _shown(await show(genre_id))


@routes.post(
    "/genres",
    raises=[GenreNameTaken],
    requires=Role.MODERATOR,
    location="/genres/{id}",
    tagged_by=revision_tag,
)
async def add_genre(body: NamedGenre, add: AddGenre) -> Genre:
    """Add a genre before any movie has it; those that movies come with are added by themselves."""
    return _told(await add(body.name), movie_count=0)


@routes.patch(
    "/genres/{genre_id}",
    raises=[GenreNotFound, StaleGenre, GenreNameTaken],
    requires=Role.MODERATOR,
    tagged_by=revision_tag,
)
async def revise_genre(
    genre_id: GenreId, body: NamedGenre, seen: IfMatch, show: ShowGenre, revise: ReviseGenre
) -> Genre:
    """Give a genre another name, which stands at once wherever the genre does."""
    # Looked up before, since nothing may go wrong any more once the change is made.
    movie_count = (await show(genre_id)).movie_count
    return _told(await revise(genre_id, body.name, seen.revision), movie_count)


@routes.delete(
    "/genres/{genre_id}",
    raises=[GenreNotFound, StaleGenre, GenreInUse],
    requires=Role.MODERATOR,
)
async def remove_genre(genre_id: GenreId, seen: IfMatch, remove: RemoveGenre) -> None:
    """Remove a genre that no movie of the catalogue has."""
    await remove(genre_id, seen.revision)


def _shown(genre: read_models.GenreDetail) -> Genre:
    return Genre(genre.id, genre.name, genre.movie_count, genre.revision)


def _told(genre: entities.Genre, movie_count: int) -> Genre:
    return Genre(str(genre.id), genre.name, movie_count, genre.revision)
