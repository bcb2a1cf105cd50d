"""SQL persistence for watchlist-core: SQLite by default, PostgreSQL in production."""
