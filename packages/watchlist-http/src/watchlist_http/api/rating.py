"""What viewers think of a movie."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, TypeAlias

from attrs import frozen
from msgspec import Meta

from watchlist_core.auth import AccountNotFound, Identity
from watchlist_core.catalogue import MovieNotFound
from watchlist_core.ids import MovieId
from watchlist_core.rating import ListRatings, NotWatchedYet, RateMovie, Stars
from watchlist_core.rating import Score as MovieScore
from watchlist_http.answers import Answer
from watchlist_http.api.catalogue.members import AverageRating, RatingCount
from watchlist_http.paging import Pagination, Paging
from watchlist_http.routing import Routes

__all__ = ["routes"]

routes: Final = Routes("Rating", description="Stars for the movies you have watched.")

GivenStars: TypeAlias = Annotated[float, Meta(ge=1, le=5, multiple_of=0.5, examples=[4.5])]


@frozen
class NewRating:
    """What you think of a movie."""

    stars: GivenStars


class Score(Answer, frozen=True):
    """What all ratings of a movie come to."""

    average_rating: AverageRating | None
    rating_count: RatingCount


class Rating(Answer, frozen=True):
    """What somebody thinks of a movie."""

    username: Annotated[
        str,
        Meta(description="`anonymous` for an account that shows no name.", examples=["trinity"]),
    ]
    stars: GivenStars
    rated_at: datetime


class RatingList(Answer, frozen=True):
    """The score of a movie and a page of its ratings, of one and the same instant."""

    score: Score
    items: Sequence[Rating]
    pagination: Pagination


@routes.put("/movies/{movie_id}/rating", raises=[MovieNotFound, NotWatchedYet, AccountNotFound])
async def rate_movie(
    identity: Identity, movie_id: MovieId, body: NewRating, rate: RateMovie
) -> Score:
    """Rate a movie you have watched, or change your rating."""
    return _told(await rate(identity.account, movie_id, Stars.of(body.stars)))


@routes.get("/movies/{movie_id}/ratings", raises=[MovieNotFound])
async def list_ratings(movie_id: MovieId, paging: Paging, ratings: ListRatings) -> RatingList:
    """List everyone's ratings of a movie, the latest first, with its score."""
    found = await ratings(movie_id, paging.window)
    return RatingList(
        _told(found.score),
        [
            Rating(one.username or "anonymous", one.halves / 2, one.rated_at)
            for one in found.page.items
        ],
        paging.pagination(found.page),
    )


def _told(score: MovieScore) -> Score:
    return Score(score.average_rating, score.rating_count)
