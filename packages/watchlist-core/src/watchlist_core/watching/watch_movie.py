from datetime import datetime

from attrs import frozen

from watchlist_core.ids import AccountId, MovieId, WatchId
from watchlist_core.watching.entities import Watch
from watchlist_core.watching.events import MovieWatched
from watchlist_core.watching.ports import WatchingWork
from watchlist_core.watching.refuse_future import refuse_future
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["WatchMovie"]


@frozen
class WatchMovie:
    """Note that an account has watched a movie; each viewing counts."""

    begin: Begin[WatchingWork]
    clock: Clock
    new_id: NewId

    async def __call__(
        self, account: AccountId, movie: MovieId, watched_at: datetime | None
    ) -> Watch:
        """Return the viewing; *watched_at* is None when nobody remembers.

        Where the movie is on the account's watchlist, it is `watched` now.

        Raises:
            ValueError: It is a naive datetime.
            WatchedInFuture: That moment has not come yet.
            AccountNotFound: There is no such account.
            MovieNotFound: There is no such movie.
        """
        refuse_future(watched_at, self.clock())
        watch = Watch(WatchId(self.new_id()), account, movie, watched_at)
        async with self.begin() as work:
            await work.watch_log.add(watch)
            work.record(MovieWatched(watch.id, account, movie))
            await work.commit()
        return watch
