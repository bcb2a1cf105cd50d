"""Rating: accounts give stars to the movies they have watched."""

from watchlist_core.rating.entities import Rating
from watchlist_core.rating.errors import NotWatchedYet
from watchlist_core.rating.events import MovieRated
from watchlist_core.rating.list_ratings import ListRatings
from watchlist_core.rating.ports import RatingQueries, Ratings, RatingWork
from watchlist_core.rating.rate_movie import RateMovie
from watchlist_core.rating.read_models import MovieRatings, PublicRating
from watchlist_core.scores import Score, Stars

__all__ = [
    "ListRatings",
    "MovieRated",
    "MovieRatings",
    "NotWatchedYet",
    "PublicRating",
    "RateMovie",
    "Rating",
    "RatingQueries",
    "RatingWork",
    "Ratings",
    "Score",
    "Stars",
]
