"""What watching needs from the outside."""

from typing import Protocol

from watchlist_core.ids import AccountId, MovieId
from watchlist_core.watching.entities import Watch
from watchlist_core.work import UnitOfWork

__all__ = ["WatchLog", "WatchingWork"]


class WatchLog(Protocol):
    async def add(self, watch: Watch) -> None:
        """Keep a viewing.

        Raises:
            AccountNotFound: There is no such account.
            MovieNotFound: There is no such movie, or it was withdrawn.
        """

    async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
        """Tell whether there is any viewing, its date known or not."""


class WatchingWork(UnitOfWork, Protocol):
    """Only as much of the store as watching may touch."""

    @property
    def watch_log(self) -> WatchLog: ...
