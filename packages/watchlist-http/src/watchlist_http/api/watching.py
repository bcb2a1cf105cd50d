"""Who has seen what."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from attrs import frozen
from msgspec import UNSET, Meta, UnsetType

from watchlist_core.auth import AccountNotFound, Identity
from watchlist_core.catalogue import MovieNotFound
from watchlist_core.ids import MovieId
from watchlist_core.watching import WatchedInFuture, WatchMovie
from watchlist_http.answers import Answer
from watchlist_http.routing import Routes

__all__ = ["routes"]

routes: Final = Routes("Watching", description="What you have seen, and when.")


@frozen
class NewWatch:
    """A viewing to be noted."""

    movie_id: MovieId
    watched_at: Annotated[
        datetime | UnsetType | None,
        Meta(description="Null if nobody remembers; left out, it is now. Never in the future."),
    ] = UNSET


class Watch(Answer, frozen=True):
    """One viewing of a movie."""

    id: UUID
    movie_id: UUID
    watched_at: datetime | None


@routes.post("/watches", raises=[WatchedInFuture, MovieNotFound, AccountNotFound])
async def watch_movie(identity: Identity, body: NewWatch, watch: WatchMovie) -> Watch:
    """Note that you have watched a movie; each viewing counts."""
    watched_at = watch.clock() if isinstance(body.watched_at, UnsetType) else body.watched_at
    noted = await watch(identity.account, body.movie_id, watched_at)
    return Watch(noted.id, noted.movie, noted.watched_at)
