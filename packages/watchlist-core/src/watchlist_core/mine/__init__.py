"""Mine: what somebody has done with movies, told at a glance."""

from watchlist_core.mine.errors import TooManyMovies
from watchlist_core.mine.limits import MOST_MOVIES
from watchlist_core.mine.ports import MyMovieQueries
from watchlist_core.mine.read_models import MyEntry, MyMovie, MyRating, MyWatch
from watchlist_core.mine.show_my_movies import ShowMyMovies

__all__ = [
    "MOST_MOVIES",
    "MyEntry",
    "MyMovie",
    "MyMovieQueries",
    "MyRating",
    "MyWatch",
    "ShowMyMovies",
    "TooManyMovies",
]
