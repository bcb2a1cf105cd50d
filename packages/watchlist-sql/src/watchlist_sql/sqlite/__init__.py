"""SQLite on the event loop's own thread.

SQLite is a library and not a server: there is nothing to wait for. A statement that an index
answers takes some microseconds, while handing it to a thread and back takes some hundred, and
even a greenlet costs more than the statement. So the coroutines of this package run SQLAlchemy's
plain connections and never suspend, and a commit waits for the disk on the loop. What takes long
is read aside, by threads with connections of their own. Only other processes that write have to
be waited for, and that is done asleep, not blocked.
"""

from watchlist_sql.sqlite.database import SqliteDatabase

__all__ = ["SqliteDatabase"]
