"""Rating: accounts give stars to the movies they have watched, and say why."""

from watchlist_core.rating.entities import Direction, Rating, SourceRating, Tally, Vote
from watchlist_core.rating.errors import NotWatchedYet, RatingNotFound, VoteNotFound
from watchlist_core.rating.events import MovieRated, MovieVotedOn, RatingRemoved, VoteRemoved
from watchlist_core.rating.limits import REVIEW_LENGTH, WIDEST_SCALE
from watchlist_core.rating.list_own_ratings import ListOwnRatings
from watchlist_core.rating.list_ratings import ListRatings
from watchlist_core.rating.list_votes import ListVotes
from watchlist_core.rating.lists import LATEST_RATED, RatingFilter, RatingOrder, RatingSort
from watchlist_core.rating.ports import (
    OwnRatingQueries,
    RatingQueries,
    RatingRemovalWork,
    Ratings,
    RatingWork,
    RemovableRatings,
    VoteQueries,
    Votes,
    VotingWork,
)
from watchlist_core.rating.rate_movie import RateMovie
from watchlist_core.rating.read_models import (
    NO_RATINGS,
    MovieRatings,
    OwnRating,
    OwnVote,
    PublicRating,
)
from watchlist_core.rating.remove_rating import RemoveRating
from watchlist_core.rating.remove_vote import RemoveVote
from watchlist_core.rating.show_rating import ShowRating
from watchlist_core.rating.show_vote import ShowVote
from watchlist_core.rating.vote_on_movie import VoteOnMovie
from watchlist_core.scores import Score, Stars

__all__ = [
    "LATEST_RATED",
    "NO_RATINGS",
    "REVIEW_LENGTH",
    "WIDEST_SCALE",
    "Direction",
    "ListOwnRatings",
    "ListRatings",
    "ListVotes",
    "MovieRated",
    "MovieRatings",
    "MovieVotedOn",
    "NotWatchedYet",
    "OwnRating",
    "OwnRatingQueries",
    "OwnVote",
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
    "RemoveVote",
    "Score",
    "ShowRating",
    "ShowVote",
    "SourceRating",
    "Stars",
    "Tally",
    "Vote",
    "VoteNotFound",
    "VoteOnMovie",
    "VoteQueries",
    "VoteRemoved",
    "Votes",
    "VotingWork",
]
