"""SQL persistence for watchlist-core: SQLite by default, PostgreSQL in production."""

from watchlist_sql.database import Database, open_database
from watchlist_sql.jobs import Jobs
from watchlist_sql.outbox import Outbox
from watchlist_sql.schema import migrate, schema_state
from watchlist_sql.store import SqlStore
from watchlist_sql.unit_of_work import unit_of_work

__all__ = [
    "Database",
    "Jobs",
    "Outbox",
    "SqlStore",
    "migrate",
    "open_database",
    "schema_state",
    "unit_of_work",
]
