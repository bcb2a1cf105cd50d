from watchlist_core.watching.entities import Viewing, Watch
from watchlist_core.watching.events import MovieWatched, TitleWatched
from watchlist_core.watching.ports import WatchlistWork

__all__ = ["note_viewing"]


async def note_viewing(work: WatchlistWork, viewing: Viewing) -> None:
    """Keep and announce, in a work that holds the entry, a viewing of what it is about."""
    await work.watch_log.add_listed(viewing)
    if isinstance(viewing, Watch):
        work.record(MovieWatched(viewing.id, viewing.account, viewing.movie))
    elif viewing.entry is not None:
        work.record(TitleWatched(viewing.id, viewing.account, viewing.entry))
