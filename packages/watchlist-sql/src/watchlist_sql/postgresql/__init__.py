"""PostgreSQL through asyncpg: a pool of connections for works, and kept ones for reads."""

from watchlist_sql.postgresql.database import PostgresqlDatabase

__all__ = ["PostgresqlDatabase"]
