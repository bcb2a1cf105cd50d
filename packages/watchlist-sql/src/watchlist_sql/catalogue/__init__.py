"""The catalogue: what is written by works, and what its readers are shown."""

from watchlist_sql.catalogue.movies import SqlGenres, SqlMovies
from watchlist_sql.catalogue.queries import SqlMovieQueries

__all__ = ["SqlGenres", "SqlMovieQueries", "SqlMovies"]
