"""The servers that are compared: how each is filled, started and signed in to."""

from asyncio import sleep
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import jwt
from attrs import field, frozen

from benchmarks.dataset import START, Dataset, MadeMovie
from benchmarks.peer_fastapi.fill import fill as fill_peer
from watchlist_core.auth import Account, Role, Session, SessionKind, digest_of
from watchlist_core.catalogue import ExternalId, Genre, MediaType, Movie
from watchlist_core.ids import AccountId, GenreId, MovieId, SessionId, WatchId
from watchlist_core.rating import Rating, Stars
from watchlist_core.security import JwtAccessTokens
from watchlist_core.watching import Watch
from watchlist_core.work import Begin, now
from watchlist_sql.database import open_database
from watchlist_sql.schema import migrate
from watchlist_sql.statistics import refresh_statistics
from watchlist_sql.unit_of_work import SqlUnitOfWork, unit_of_work

__all__ = ["BARE", "OURS", "PEER", "Subject"]

SECRET: Final = "a-secret-for-the-benchmark-only-of-32-bytes-or-more"  # noqa: S105
LIFE: Final = timedelta(hours=3)
BATCH: Final = 1_000


@frozen
class Subject:
    name: str
    command: Sequence[str]
    """With ``{port}`` where it belongs."""
    environment: Callable[[str], Mapping[str, str]] = field(repr=False)
    """By the URL of its database."""
    fill: Callable[[str, Dataset], Coroutine[None, None, None]] = field(repr=False)
    token: Callable[[UUID], str] = field(repr=False)


async def fill_ours(url: str, dataset: Dataset) -> None:
    """Keep *dataset* through the ports, as any program of ours would."""
    database = await open_database(url)
    try:
        await migrate(database)
        begin = unit_of_work(database)
        await _fill_catalogue(begin, dataset)
        await _fill_opinions(begin, dataset)
        await refresh_statistics(database)
    finally:
        await database.close()


async def _fill_catalogue(begin: Begin[SqlUnitOfWork], dataset: Dataset) -> None:
    genres = [Genre(GenreId(id_), name) for id_, name in dataset.genres]
    async with begin() as work:
        await work.genres.add(genres)
        await work.commit()
    for first in range(0, len(dataset.movies), BATCH):
        batch = dataset.movies[first : first + BATCH]
        async with begin() as work:
            await work.movies.add([_movie(made, genres) for made in batch])
            await work.commit()
        await sleep(0)  # only between works, the log of SQLite can be made short again


def _movie(made: MadeMovie, genres: Sequence[Genre]) -> Movie:
    return Movie(
        id=MovieId(made.id),
        title=made.title,
        year=made.year,
        runtime=made.runtime,
        media_type=MediaType(made.media_type),
        description=made.description,
        genres=tuple(genres[genre] for genre in made.genres),
        external_ids=frozenset(
            ExternalId(provider, MediaType(made.media_type), value)
            for provider, value in made.external_ids
        ),
        created_at=made.created_at,
    )


async def _fill_opinions(begin: Begin[SqlUnitOfWork], dataset: Dataset) -> None:
    accounts = [AccountId(account) for account in dataset.accounts]
    movies = {watch[2]: MovieId(dataset.movies[watch[2]].id) for watch in dataset.watches}
    async with begin() as work:
        for number, id_ in enumerate(accounts):
            name = f"user{number}"
            account = Account(id_, name, Role.USER, is_active=True, created_at=START)
            await work.accounts.add(account)
            await work.sessions.open(_session(id_), digest_of(f"refresh token {number}"))
        for watch, by, movie in dataset.watches:
            await work.watch_log.add(Watch(WatchId(watch), accounts[by], movies[movie], None))
        for made in dataset.ratings:
            movie_id, stars = movies[made.movie], Stars(made.halves)
            score = (await work.ratings.hold_score(movie_id)).counting(stars)
            rating = Rating(accounts[made.account], movie_id, stars, made.rated_at)
            await work.ratings.save(rating, score)
        await work.commit()


def _session(account: AccountId) -> Session:
    """Return the one by which somebody is signed in: its id is that of the account."""
    began_at = now()
    return Session(SessionId(account), account, SessionKind.TOKENS, began_at, began_at + LIFE)


def _our_token(account: UUID) -> str:
    tokens = JwtAccessTokens(secrets=[SECRET.encode()])
    return tokens.issue(AccountId(account), SessionId(account), LIFE)


def _peers_token(account: UUID) -> str:
    now = datetime.now(UTC)
    claims = {"aud": "watchlist", "sub": str(account), "iat": now, "exp": now + LIFE}
    return jwt.encode(claims, SECRET, "HS256")


def _our_environment(url: str) -> Mapping[str, str]:
    return {
        "WATCHLIST_ENVIRONMENT": "development",
        "WATCHLIST_DATABASE_URL": url,
        "WATCHLIST_AUTH_SECRET_KEYS": SECRET,
        "WATCHLIST_LOG_FORMAT": "json",
    }


OURS: Final = Subject(
    "watchlist",
    ["-m", "watchlist_http.server", "serve", "--port", "{port}"],
    _our_environment,
    fill_ours,
    _our_token,
)
PEER: Final = Subject(
    "FastAPI + ORM",
    [
        *("-m", "uvicorn", "benchmarks.peer_fastapi.main:app", "--port", "{port}"),
        *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"),
    ],
    lambda url: {"PEER_DATABASE_URL": url, "PEER_SECRET": SECRET},
    fill_peer,
    _peers_token,
)
BARE: Final = ("-m", "benchmarks.bare", "{port}")
