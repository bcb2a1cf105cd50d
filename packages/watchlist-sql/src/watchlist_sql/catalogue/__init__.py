"""The catalogue: what is written by works, and what its readers are shown."""

from watchlist_sql.catalogue.freshness import SqlFreshness
from watchlist_sql.catalogue.genre_queries import SqlGenreQueries
from watchlist_sql.catalogue.genres import SqlGenres
from watchlist_sql.catalogue.held import HeldCatalogue
from watchlist_sql.catalogue.movies import SqlMovies
from watchlist_sql.catalogue.queries import SqlMovieQueries
from watchlist_sql.catalogue.searching import SqlMovieSearch

__all__ = [
    "HeldCatalogue",
    "SqlFreshness",
    "SqlGenreQueries",
    "SqlGenres",
    "SqlMovieQueries",
    "SqlMovieSearch",
    "SqlMovies",
]
