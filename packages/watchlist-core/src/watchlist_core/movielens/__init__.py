"""Reading movies of MovieLens, by GroupLens: ``movies.csv`` and ``links.csv``.

They lie in a folder or in a zip file, are read once, side by side, and never held as a whole. One
bad row costs that row.
"""

from watchlist_core.movielens.movies import MOVIELENS, MovieLens
from watchlist_core.movielens.refusals import NotMovieLens, RefusedRow

__all__ = ["MOVIELENS", "MovieLens", "NotMovieLens", "RefusedRow"]
