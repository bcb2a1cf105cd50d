"""Something to look at: a few movies, three accounts, and what they think of the movies."""

import tomllib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from importlib.resources import files
from typing import Final, Protocol
from uuid import UUID

from attrs import field, frozen
from cattrs import structure

from watchlist_core.auth import (
    AccessTokens,
    Account,
    AccountAdded,
    AccountQueries,
    AuthWork,
    Role,
)
from watchlist_core.catalogue import CatalogueWork, ExternalId, ImportMovies, MediaType, NewMovie
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating import RateMovie, RatingWork, Stars
from watchlist_core.watching import WatchingWork, WatchMovie
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["Demonstration", "DemonstrationAccount", "DemonstrationWork", "NoDemonstration"]

_PROVIDER: Final = "watchlist-demo"
_TOKEN_LIFE: Final = timedelta(days=1)
# Known beforehand, so that a second start finds the accounts of the first.
_ACCOUNTS: Final[Mapping[Role, AccountId]] = {
    Role.USER: AccountId(UUID("01900000-0000-7000-8000-000000000001")),
    Role.MODERATOR: AccountId(UUID("01900000-0000-7000-8000-000000000002")),
    Role.ADMIN: AccountId(UUID("01900000-0000-7000-8000-000000000003")),
}


class NoDemonstration(Exception):
    """The database has movies or accounts already, and they are of no demonstration."""


class DemonstrationWork(AuthWork, CatalogueWork, RatingWork, WatchingWork, Protocol):
    """Everything that a person could have done."""


@frozen
class DemonstrationAccount:
    role: Role
    token: str = field(repr=False)
    """To be shown as a bearer, for a day."""


@frozen
class _DemonstrationMovie:
    id: str
    title: str
    year: int
    runtime: int
    genres: list[str]
    description: str
    stars: dict[Role, float] = field(factory=dict)

    @property
    def external_id(self) -> ExternalId:
        return ExternalId(_PROVIDER, MediaType.MOVIE, self.id)

    @property
    def new(self) -> NewMovie:
        return NewMovie(
            self.title,
            self.year,
            self.runtime,
            genres=self.genres,
            description=self.description,
            external_ids={self.external_id},
        )


@frozen
class Demonstration:
    """Puts in what is missing, and leaves alone what is there; starting twice changes nothing.

    What people have added to a demonstration stays. Where there was none, and something else is,
    nothing is put in.
    """

    is_empty: Callable[[], Awaitable[bool]]
    """Tell whether there is neither a movie nor an account."""
    begin: Begin[DemonstrationWork]
    accounts: AccountQueries
    tokens: AccessTokens
    clock: Clock
    new_id: NewId

    async def __call__(self) -> Sequence[DemonstrationAccount]:
        """Return who a person may try the server as.

        Raises:
            NoDemonstration: The database is somebody's own.
        """
        movies = structure(_facts()["movies"], list[_DemonstrationMovie])
        # In this order: another process may begin the same demonstration at this moment.
        if not (await self.is_empty() or await self._was_begun(movies)):
            raise NoDemonstration
        take = ImportMovies(self.begin, self.clock, self.new_id)
        await take([movie.new for movie in movies], identified_by=_PROVIDER)
        for role, account in _ACCOUNTS.items():
            await self._add(
                Account(account, role.value, role, is_active=True, created_at=self.clock())
            )
        await self._rate(movies)
        return [
            DemonstrationAccount(role, self.tokens.issue(_ACCOUNTS[role], _TOKEN_LIFE))
            for role in (Role.USER, Role.MODERATOR)
        ]

    async def _was_begun(self, movies: Sequence[_DemonstrationMovie]) -> bool:
        async with self.begin() as work:  # all its movies come at once, and before its accounts
            return bool(await work.movies.hold_known(movie.external_id for movie in movies))

    async def _add(self, account: Account) -> None:
        async with self.begin() as work:
            # Of several processes that start at this moment one adds it, and the others find it.
            await work.movies.hold_known(())
            if not await self.accounts.find(account.id):
                await work.accounts.add(account)
                work.record(AccountAdded(account.id))
                await work.commit()

    async def _rate(self, movies: Sequence[_DemonstrationMovie]) -> None:
        watch = WatchMovie(self.begin, self.clock, self.new_id)
        rate = RateMovie(self.begin, self.clock)
        for account, movie, stars in await self._unwatched(movies):
            await watch(account, movie, None)
            await rate(account, movie, stars)

    async def _unwatched(
        self, movies: Sequence[_DemonstrationMovie]
    ) -> Sequence[tuple[AccountId, MovieId, Stars]]:
        async with self.begin() as work:
            ids = await work.movies.hold_known(movie.external_id for movie in movies)
            wanted = [
                (_ACCOUNTS[role], ids[movie.external_id], Stars.of(stars))
                for movie in movies
                for role, stars in movie.stars.items()
            ]
            return [
                (account, movie, stars)
                for account, movie, stars in wanted
                if not await work.watch_log.has_watched(account, movie)
            ]


def _facts() -> Mapping[str, object]:
    text = files("watchlist_http.server").joinpath("demonstration.toml").read_text("utf-8")
    return tomllib.loads(text)
