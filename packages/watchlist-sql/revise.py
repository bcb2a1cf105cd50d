"""Write a migration from what the tables have become: ``nox -s revision -- "what it is for"``.

What is written is a draft: Alembic compares tables, and knows nothing of rows and of releases that
are still running. ``schema.HEAD`` is raised by hand, when the migration is what it has to be.
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config

from watchlist_sql.database import open_database
from watchlist_sql.schema import HEAD, migrate, run


def add(config: Config, message: str) -> None:
    command.revision(config, message, autogenerate=True, rev_id=f"{int(HEAD) + 1:04}")


async def main(message: str) -> None:
    with TemporaryDirectory() as folder:
        database = await open_database(f"sqlite:///{Path(folder) / 'empty.db'}")
        try:
            await migrate(database)
            await run(database, lambda config: add(config, message))
        finally:
            await database.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 (the program and what it is told)
        sys.exit('Say what the migration is for: nox -s revision -- "what it is for"')
    asyncio.run(main(sys.argv[1]))
