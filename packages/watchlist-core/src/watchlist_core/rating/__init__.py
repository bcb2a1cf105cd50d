"""Rating: accounts give stars to the movies they have watched, and say why."""

from watchlist_core.rating.entities import Rating, SourceRating
from watchlist_core.rating.errors import NotWatchedYet, RatingNotFound
from watchlist_core.rating.events import MovieRated, RatingRemoved
from watchlist_core.rating.limits import REVIEW_LENGTH, WIDEST_SCALE
from watchlist_core.rating.list_own_ratings import ListOwnRatings
from watchlist_core.rating.list_ratings import ListRatings
from watchlist_core.rating.lists import LATEST_RATED, RatingFilter, RatingOrder, RatingSort
from watchlist_core.rating.ports import (
    OwnRatingQueries,
    RatingQueries,
    RatingRemovalWork,
    Ratings,
    RatingWork,
    RemovableRatings,
)
from watchlist_core.rating.rate_movie import RateMovie
from watchlist_core.rating.read_models import NO_RATINGS, MovieRatings, OwnRating, PublicRating
from watchlist_core.rating.remove_rating import RemoveRating
from watchlist_core.rating.show_rating import ShowRating
from watchlist_core.scores import Score, Stars

__all__ = [
    "LATEST_RATED",
    "NO_RATINGS",
    "REVIEW_LENGTH",
    "WIDEST_SCALE",
    "ListOwnRatings",
    "ListRatings",
    "MovieRated",
    "MovieRatings",
    "NotWatchedYet",
    "OwnRating",
    "OwnRatingQueries",
    "PublicRating",
    "RateMovie",
    "Rating",
    "RatingFilter",
    "RatingNotFound",
    "RatingOrder",
    "RatingQueries",
    "RatingRemovalWork",
    "RatingRemoved",
    "RatingSort",
    "RatingWork",
    "Ratings",
    "RemovableRatings",
    "RemoveRating",
    "Score",
    "ShowRating",
    "SourceRating",
    "Stars",
]
