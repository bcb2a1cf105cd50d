"""The history of the schema, shipped with the package; `watchlist_sql.schema` runs it."""
