"""Whether the counters that stand on the movies are what the ratings add up to."""

from typing import Final

from sqlalchemy import inspect, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

__all__ = ["wrong_scores"]

DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


async def wrong_scores(url: str) -> int:
    """Return how many movies have counters that a recount of their ratings contradicts."""
    parsed = make_url(url)
    engine = create_async_engine(parsed.set(drivername=DRIVERS[parsed.get_backend_name()]))
    async with engine.connect() as connection:
        columns = await connection.run_sync(
            lambda c: {column["name"] for column in inspect(c).get_columns("movies")}
        )
        # Ours joins by an integer of its own, the peer by the id.
        key = "key" if "key" in columns else "id"
        recount = f"""
            SELECT count(*) FROM movies LEFT JOIN (
                SELECT movie_{key} AS rated, count(*) AS n, sum(halves) AS halves
                FROM ratings GROUP BY movie_{key}
            ) AS counted ON counted.rated = movies.{key}
            WHERE rating_count <> coalesce(n, 0) OR rating_halves <> coalesce(counted.halves, 0)
        """  # noqa: S608  our own words
        wrong: int = await connection.scalar(text(recount))
    await engine.dispose()
    return wrong
