"""What is there before a test begins, put in by use cases as everybody does it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Final

from attrs import evolve

from watchlist_core.auth import (
    Account,
    AddAccount,
    EmailAddress,
    Lives,
    OpenSession,
    Role,
    Session,
    SessionKind,
    SignInTokens,
    digest_of,
)
from watchlist_core.catalogue import (
    AddGenre,
    AddMovie,
    ExternalId,
    Genre,
    MediaType,
    Movie,
    MovieFilter,
    MovieOrder,
    NewMovie,
)
from watchlist_core.ids import AccountId, MovieId, SessionId, Uuid7, WatchId
from watchlist_core.paging import PageNumber, Total
from watchlist_core.rating import RateMovie, Rating, Score, Stars
from watchlist_core.testing.contracts.store import Store
from watchlist_core.testing.passwords import PlainPasswords
from watchlist_core.testing.tokens import PlainAccessTokens
from watchlist_core.watching import Watch, WatchMovie

__all__ = [
    "NOON",
    "PASSWORD",
    "a_genre",
    "a_member",
    "a_movie",
    "a_session",
    "a_viewer",
    "added",
    "an_account",
    "count",
    "ended",
    "new_id",
    "opened",
    "popular",
    "rated",
    "scored",
    "signed_in",
    "unsaved_account",
    "unsaved_movie",
    "viewers",
]

NOON: Final = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)

PASSWORD: Final = "Solaris!1972"  # noqa: S105  of nobody

new_id: Final = Uuid7()


async def an_account(store: Store, username: str | None = None) -> Account:
    return await AddAccount(store.begin, lambda: NOON, new_id)(username)


def unsaved_account(**members: Any) -> Account:
    """Return an account with these members, for a work that adds it by the port."""
    account = Account(AccountId(new_id()), None, Role.USER, is_active=True, created_at=NOON)
    return evolve(account, **members)


async def added(store: Store, *accounts: Account) -> None:
    """Add accounts by the port."""
    async with store.begin() as work:
        for account in accounts:
            await work.accounts.add(account)
        await work.commit()


async def a_member(
    store: Store, email: str = "andrei@example.org", password: str = PASSWORD
) -> Account:
    """Return somebody who can sign in by that password, hashed by `PlainPasswords`."""
    add = AddAccount(store.begin, lambda: NOON, new_id)
    password_hash = await PlainPasswords().hash(password)
    return await add(email=EmailAddress(email), password_hash=password_hash)


async def signed_in(
    store: Store, account: AccountId, *, at: datetime = NOON, lives: Lives | None = None
) -> SignInTokens:
    """Return the tokens of a new session: the access token is one of `PlainAccessTokens`."""
    tokens = PlainAccessTokens(lambda: at)
    open_session = OpenSession(
        store.begin, lambda: at, new_id, token_urlsafe, tokens, lives or Lives()
    )
    return await open_session(account)


def a_session(account: AccountId, kind: SessionKind = SessionKind.TOKENS) -> Session:
    """Return a session of a week for a work that opens it by the port."""
    return Session(SessionId(new_id()), account, kind, NOON, NOON + timedelta(days=7))


async def opened(
    store: Store, token: str, kind: SessionKind = SessionKind.TOKENS, *, role: Role = Role.USER
) -> Session:
    """Return a session of somebody new, opened by the port with that token."""
    account = Account(AccountId(new_id()), None, role, is_active=True, created_at=NOON)
    session = a_session(account.id, kind)
    async with store.begin() as work:
        await work.accounts.add(account)
        await work.sessions.open(session, digest_of(token))
        await work.commit()
    return session


async def ended(store: Store, session: SessionId) -> bool:
    """End a session by the port, and tell whether it was there."""
    async with store.begin() as work:
        was_there = await work.sessions.end(session)
        await work.commit()
    return was_there


async def a_movie(
    store: Store,
    title: str = "Stalker",
    year: int | None = None,
    *,
    genres: Iterable[str] = (),
    created_at: datetime = NOON,
    **members: Any,
) -> Movie:
    add = AddMovie(store.begin, lambda: created_at, new_id)
    return await add(NewMovie(title, year, genres=genres, **members), allow_duplicate=True)


async def a_genre(store: Store, name: str) -> Genre:
    return await AddGenre(store.begin, new_id)(name)


def unsaved_movie(title: str = "Stalker", *external_ids: ExternalId) -> Movie:
    """Return a movie for a work that adds it by the port."""
    return Movie(
        id=MovieId(new_id()),
        title=title,
        year=1979,
        runtime=162,
        media_type=MediaType.MOVIE,
        description="",
        genres=(),
        external_ids=frozenset(external_ids),
        created_at=NOON,
    )


async def a_viewer(
    store: Store,
    movie: MovieId,
    watched_at: datetime | None = None,
    *,
    username: str | None = None,
) -> AccountId:
    """Return an account that has watched *movie*."""
    viewer = await an_account(store, username)
    await WatchMovie(store.begin, lambda: NOON, new_id)(viewer.id, movie, watched_at)
    return viewer.id


async def viewers(store: Store, movie: MovieId, number: int) -> list[AccountId]:
    """Return many accounts that have watched *movie*, added at the cost of one work."""
    crowd = [AccountId(new_id()) for _ in range(number)]
    async with store.begin() as work:
        for viewer in crowd:
            await work.accounts.add(
                Account(viewer, None, Role.USER, is_active=True, created_at=NOON)
            )
            await work.watch_log.add(Watch(WatchId(new_id()), viewer, movie, None))
        await work.commit()
    return crowd


async def rated(
    store: Store, account: AccountId, movie: MovieId, stars: Stars, *, at: datetime = NOON
) -> Score:
    return await RateMovie(store.begin, lambda: at)(account, movie, stars)


async def scored(store: Store, movie: MovieId, score: Score) -> None:
    """Give a movie its score by the port, as if so many had rated it."""
    viewer = await an_account(store)
    stars = Stars(score.halves // score.rating_count)
    async with store.begin() as work:
        await work.ratings.hold_score(movie)
        await work.ratings.save(Rating(viewer.id, movie, stars, NOON), score)
        await work.commit()


async def popular(store: Store, title: str, rating_count: int, **members: Any) -> None:
    """Add a movie that so many have rated."""
    movie = await a_movie(store, title, **members)
    if rating_count:
        await scored(store, movie.id, Score(rating_count, 8 * rating_count))


async def count(store: Store) -> Total | None:
    """Return how many movies there are."""
    return (await store.movie_queries.browse(MovieFilter(), MovieOrder(), PageNumber())).total
