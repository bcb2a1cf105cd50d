"""Catalogue: the movies there are, and their genres."""

from watchlist_core.catalogue.add_movie import AddMovie
from watchlist_core.catalogue.browse_movies import BrowseMovies
from watchlist_core.catalogue.entities import (
    DESCRIPTION_LENGTH,
    EXTERNAL_ID_LENGTH,
    GENRE_LENGTH,
    LATEST_YEAR,
    LONGEST_RUNTIME,
    OLDEST_YEAR,
    PROVIDER_LENGTH,
    TITLE_LENGTH,
    ExternalId,
    Genre,
    MediaType,
    Movie,
    NewMovie,
)
from watchlist_core.catalogue.errors import ExternalIdTaken, MovieAlreadyThere, MovieNotFound
from watchlist_core.catalogue.events import MovieAdded, MoviesImported
from watchlist_core.catalogue.folding import folded
from watchlist_core.catalogue.import_movies import Imported, ImportMovies
from watchlist_core.catalogue.ports import (
    CatalogueWork,
    Genres,
    MovieFilter,
    MovieOrder,
    MovieQueries,
    Movies,
    MovieSort,
)
from watchlist_core.catalogue.read_models import ExternalIdLabel, GenreLabel, MovieCard, MovieDetail
from watchlist_core.catalogue.show_movie import ShowMovie

__all__ = [
    "DESCRIPTION_LENGTH",
    "EXTERNAL_ID_LENGTH",
    "GENRE_LENGTH",
    "LATEST_YEAR",
    "LONGEST_RUNTIME",
    "OLDEST_YEAR",
    "PROVIDER_LENGTH",
    "TITLE_LENGTH",
    "AddMovie",
    "BrowseMovies",
    "CatalogueWork",
    "ExternalId",
    "ExternalIdLabel",
    "ExternalIdTaken",
    "Genre",
    "GenreLabel",
    "Genres",
    "ImportMovies",
    "Imported",
    "MediaType",
    "Movie",
    "MovieAdded",
    "MovieAlreadyThere",
    "MovieCard",
    "MovieDetail",
    "MovieFilter",
    "MovieNotFound",
    "MovieOrder",
    "MovieQueries",
    "MovieSort",
    "Movies",
    "MoviesImported",
    "NewMovie",
    "ShowMovie",
    "folded",
]
