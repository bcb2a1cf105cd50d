"""What the planner of the database believes of the tables."""

from typing import Final

from watchlist_sql.database import Database
from watchlist_sql.tables import exists_on, metadata

__all__ = ["refresh_statistics"]

_ROWS_LOOKED_AT: Final = 1_000
"""Of each index on SQLite, so that this takes milliseconds however large the tables are."""


async def refresh_statistics(database: Database) -> None:
    """Count again what the tables hold, as after an import that made them many times larger.

    Doing it twice changes nothing more.

    Raises:
        Busy, StoreUnavailable: As every work.
    """
    async with database.writing() as connection:
        if database.dialect == "sqlite":
            await connection.exec_driver_sql(f"PRAGMA analysis_limit = {_ROWS_LOOKED_AT}")
            # Other connections read the statistics anew only when the schema is changed, as it
            # is by this; the table comes back within the same transaction.
            await connection.exec_driver_sql("DROP TABLE IF EXISTS sqlite_stat1")
            await connection.exec_driver_sql("ANALYZE")
        else:
            ours = [
                name for name, table in metadata.tables.items() if exists_on(table, "postgresql")
            ]
            await connection.exec_driver_sql(f"ANALYZE {', '.join(ours)}")
        await connection.commit()
