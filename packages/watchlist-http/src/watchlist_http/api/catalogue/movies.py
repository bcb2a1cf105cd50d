"""The movies there are: everybody may look, moderators look after them."""

from typing import Final

from watchlist_core.auth import Role
from watchlist_core.catalogue import (
    AddMovie,
    BrowseMovies,
    ExternalIdTaken,
    ExternalIdUnknown,
    FindMovie,
    MovieAlreadyThere,
    MovieNotFound,
    MovieOrder,
    ReviseMovie,
    ShowMovie,
    StaleMovie,
    WithdrawMovie,
)
from watchlist_core.ids import MovieId
from watchlist_core.rating import Score
from watchlist_http.api.catalogue.members import Provider, ProvidersValue
from watchlist_http.api.catalogue.movie_answers import Movie, MovieList, card, shown, told
from watchlist_http.api.catalogue.movie_bodies import MovieChanges, NewMovie
from watchlist_http.api.catalogue.wanted_movies import SortedMovies, WantedExternalId
from watchlist_http.conditional import IfMatch, revision_tag
from watchlist_http.freshness import Kept
from watchlist_http.paging import Paging
from watchlist_http.routing import Routes

__all__ = ["routes"]

routes: Final = Routes(
    "Catalogue",
    description="The movies there are. Everybody may look; moderators look after them.",
)


@routes.get("/movies", kept=Kept.UNTIL_ITS_MOVIES_ARE_RATED)
async def list_movies(query: SortedMovies, paging: Paging, browse: BrowseMovies) -> MovieList:
    """List the movies of the catalogue that meet all conditions."""
    page = await browse(query.meant(), MovieOrder(query.sort.fields), paging.window)
    return MovieList([card(movie) for movie in page.items], paging.pagination(page))


@routes.get(
    "/movies/{movie_id}",
    raises=[MovieNotFound],
    tagged_by=revision_tag,
    kept=Kept.UNTIL_ITS_MOVIES_ARE_RATED,
)
async def show_movie(movie_id: MovieId, show: ShowMovie) -> Movie:
    """Show one movie with all that the catalogue tells of it."""
    return shown(await show(movie_id))


@routes.get(
    "/movies/by-id/{provider}/{value}",
    raises=[ExternalIdUnknown],
    tagged_by=revision_tag,
    kept=Kept.UNTIL_ITS_MOVIES_ARE_RATED,
)
async def find_movie(
    provider: Provider, value: ProvidersValue, query: WantedExternalId, find: FindMovie
) -> Movie:
    """Show the movie that a provider knows by some id."""
    return shown(await find(provider, value, query.kind))


@routes.post(
    "/movies",
    raises=[MovieAlreadyThere, ExternalIdTaken],
    requires=Role.MODERATOR,
    location="/movies/{id}",
    tagged_by=revision_tag,
)
async def add_movie(body: NewMovie, add: AddMovie) -> Movie:
    """Add a movie to the catalogue, with the genres that it lacks."""
    movie = await add(body.meant(), allow_duplicate=body.allow_duplicate)
    return told(movie, Score())


@routes.patch(
    "/movies/{movie_id}",
    raises=[MovieNotFound, StaleMovie, MovieAlreadyThere, ExternalIdTaken],
    requires=Role.MODERATOR,
    tagged_by=revision_tag,
)
async def revise_movie(
    movie_id: MovieId, body: MovieChanges, seen: IfMatch, show: ShowMovie, revise: ReviseMovie
) -> Movie:
    """Change what the catalogue says of a movie, with the genres that the catalogue lacks."""
    # Looked up before, since nothing may go wrong any more once the change is made.
    score = (await show(movie_id)).score
    movie = await revise(
        movie_id, body.meant(), seen.revision, allow_duplicate=body.allow_duplicate
    )
    return told(movie, score)


@routes.delete("/movies/{movie_id}", raises=[MovieNotFound, StaleMovie], requires=Role.MODERATOR)
async def withdraw_movie(movie_id: MovieId, seen: IfMatch, withdraw: WithdrawMovie) -> None:
    """Take a movie out of the catalogue.

    It stays in what people have watched and rated, and its ids stay its own, so that no import
    brings it back.
    """
    await withdraw(movie_id, seen.revision)
