"""Something to look at: well-known movies, three accounts, and what they think of the movies."""

from base64 import b32encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Final, Protocol
from uuid import UUID

from attrs import field, frozen

from watchlist_core.auth import (
    Account,
    AccountAdded,
    AccountQueries,
    AuthWork,
    EmailAddress,
    OpenSession,
    Passwords,
    Role,
)
from watchlist_core.catalogue import CatalogueWork, ImportMovies
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating import RateMovie, RatingWork, Stars
from watchlist_core.watching import WatchingWork, WatchMovie
from watchlist_core.work import Begin, Clock, NewId
from watchlist_http.server.demonstration_movies import (
    PROVIDER,
    DemonstrationMovie,
    demonstration_movies,
)

__all__ = ["Demonstration", "DemonstrationAccount", "DemonstrationWork", "NoDemonstration"]

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
    """Who a person may try the server as."""

    role: Role
    email: str
    password: str | None = field(repr=False)
    """None where somebody has chosen another one."""
    token: str = field(repr=False)
    """To be shown as a bearer, as long as the demonstration lets it live."""


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
    open_session: OpenSession
    passwords: Passwords
    secret: bytes = field(repr=False)
    """Of which the password of its accounts is made: it is the same at each start, and nobody
    has to keep it."""
    clock: Clock
    new_id: NewId

    async def __call__(self) -> Sequence[DemonstrationAccount]:
        """Return who a person may try the server as.

        Raises:
            NoDemonstration: The database is somebody's own.
        """
        movies = demonstration_movies()
        # In this order: another process may begin the same demonstration at this moment.
        if not (await self.is_empty() or await self._was_begun(movies)):
            raise NoDemonstration
        take = ImportMovies(self.begin, self.clock, self.new_id)
        await take([movie.new for movie in movies], identified_by=PROVIDER)
        password = _password(self.secret)
        await self._add_accounts(password)
        await self._rate(movies)
        return [account async for account in self._shown(password)]

    async def _shown(self, password: str) -> AsyncIterator[DemonstrationAccount]:
        checked: dict[str | None, bool] = {}  # they were hashed together, so once will do
        for role, account in _ACCOUNTS.items():
            known = await self.accounts.credentials(_email(role))
            kept = known.password_hash if known else None
            if kept not in checked:
                checked[kept] = await self.passwords.verify(password, kept)
            signed_in = await self.open_session(account)
            yield DemonstrationAccount(
                role, _email(role).text, password if checked[kept] else None, signed_in.access
            )

    async def _was_begun(self, movies: Sequence[DemonstrationMovie]) -> bool:
        async with self.begin() as work:  # all its movies come at once, and before its accounts
            return bool(await work.movies.hold_known(movie.external_id for movie in movies))

    async def _add_accounts(self, password: str) -> None:
        missing = [
            role for role, account in _ACCOUNTS.items() if not await self.accounts.find(account)
        ]
        if not missing:
            return
        password_hash = await self.passwords.hash(password)
        for role in missing:
            account = Account(
                _ACCOUNTS[role],
                role.value,
                role,
                is_active=True,
                created_at=self.clock(),
                email=_email(role),
            )
            await self._add(account, password_hash)

    async def _add(self, account: Account, password_hash: str) -> None:
        async with self.begin() as work:
            # Of several processes that start at this moment one adds it, and the others find it.
            await work.movies.hold_known(())
            if not await self.accounts.find(account.id):
                await work.accounts.add(account, password_hash)
                work.record(AccountAdded(account.id, account.role))
                await work.commit()

    async def _rate(self, movies: Sequence[DemonstrationMovie]) -> None:
        watch = WatchMovie(self.begin, self.clock, self.new_id)
        rate = RateMovie(self.begin, self.clock)
        for account, movie, stars in await self._unwatched(movies):
            await watch(account, movie, None)
            await rate(account, movie, stars)

    async def _unwatched(
        self, movies: Sequence[DemonstrationMovie]
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


def _email(role: Role) -> EmailAddress:
    return EmailAddress(f"{role}@demo.example")


def _password(secret: bytes) -> str:
    """Return what every rule for passwords accepts, and nobody guesses who has not the secret."""
    return f"Demo-{b32encode(secret)[:16].decode().lower()}-1!"
