"""Watching: who has seen which movie, and when."""

from watchlist_core.watching.entities import Watch
from watchlist_core.watching.errors import WatchedInFuture
from watchlist_core.watching.events import MovieWatched
from watchlist_core.watching.ports import WatchingWork, WatchLog
from watchlist_core.watching.watch_movie import WatchMovie

__all__ = [
    "MovieWatched",
    "Watch",
    "WatchLog",
    "WatchMovie",
    "WatchedInFuture",
    "WatchingWork",
]
