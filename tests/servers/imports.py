"""``watchlist import`` as tests run it, and what it has put into the catalogue."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from click.testing import Result
from sqlalchemy import select

from watchlist_core.catalogue import (
    BrowseMovies,
)
from watchlist_sql.catalogue import SqlMovieQueries
from watchlist_sql.database import open_database
from watchlist_sql.tables import catalogue

__all__ = ["Folder", "Run", "movie_count", "started", "version"]

Run: TypeAlias = Callable[..., Result]
Folder: TypeAlias = Callable[..., Path]


async def version(url: str) -> int:
    """Return that of the catalogue."""
    database = await open_database(url)
    try:
        ((found,),) = await database.fetch(select(catalogue.c.version))
    finally:
        await database.close()
    return found


async def movie_count(url: str) -> int:
    database = await open_database(url)
    try:
        page = await BrowseMovies(SqlMovieQueries(database))()
    finally:
        await database.close()
    assert page.total is not None
    return page.total.count


async def started(environ: Mapping[str, str], folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "watchlist_http.server", "import", "movielens", str(folder)),
        env=os.environ | environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
