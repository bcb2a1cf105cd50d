"""What a type checker knows of the core. mypy reads this file; running it shows that it is true."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from secrets import token_urlsafe
from typing import assert_type
from uuid import UUID

import pytest
from attrs import evolve

from watchlist_core.auditing import (
    AuditEntry,
    AuditingWork,
    AuditQueries,
    AuditSearch,
    ForgetAudit,
    ListAudit,
)
from watchlist_core.auth import (
    AccessTokens,
    Account,
    AccountQueries,
    AddAccount,
    Admit,
    AuthWork,
    Identify,
    IdentifyPage,
    Identity,
    InvalidToken,
    Lives,
    NewToken,
    OpenSession,
    PageSession,
    Passwords,
    Refresh,
    RightsChanged,
    Role,
    SignIn,
    SignInLimits,
    SignInOnPage,
    SignInTokens,
    SignOut,
    SignOutEverywhere,
    SignOutOnPage,
    VerifiedToken,
    VerifyToken,
)
from watchlist_core.catalogue import (
    AddMovie,
    BrowseMovies,
    CatalogueWork,
    Imported,
    ImportMovies,
    Movie,
    MovieCard,
    MovieDetail,
    MovieNotFound,
    MovieOrder,
    MovieQueries,
    MovieSort,
    NewMovie,
    ShowMovie,
)
from watchlist_core.ids import AccountId, GenreId, MovieId, SessionId, Uuid7
from watchlist_core.money import Money
from watchlist_core.paging import Page, PageNumber, Position, Total
from watchlist_core.rating import (
    ListRatings,
    MovieRatings,
    PublicRating,
    RateMovie,
    Rating,
    RatingQueries,
    RatingWork,
    Score,
    Stars,
)
from watchlist_core.security import BcryptPasswords, JwtAccessTokens
from watchlist_core.testing import MemoryStore, PlainAccessTokens, PlainPasswords
from watchlist_core.testing.contracts import NOON, PASSWORD, Store, StoreWork, a_member, a_viewer
from watchlist_core.testing.memory import MemoryUnitOfWork
from watchlist_core.watching import Watch, WatchingWork, WatchMovie
from watchlist_core.work import Begin, Clock, Event, NewId, now

new_id = Uuid7()


async def test_the_verbs_of_the_catalogue_have_types() -> None:
    store = MemoryStore()

    movie = await AddMovie(store.begin, now, new_id)(NewMovie("Stalker", 1979))
    imported = await ImportMovies(store.begin, now, new_id)([], identified_by="movielens")
    page = await BrowseMovies(store.movie_queries)()
    shown = await ShowMovie(store.movie_queries)(movie.id)

    assert_type(movie, Movie)
    assert_type(movie.id, MovieId)
    assert_type(imported, Imported)
    assert_type(page, Page[MovieCard])
    assert_type(page.items, Sequence[MovieCard])
    assert_type(page.next, Position | None)
    assert_type(page.total, Total | None)
    assert_type(shown, MovieDetail)
    assert_type(shown.id, str)


async def test_the_verbs_of_the_viewers_have_types() -> None:
    store = MemoryStore()
    movie = await AddMovie(store.begin, now, new_id)(NewMovie("Stalker", 1979))

    account = await AddAccount(store.begin, now, new_id)("andrei", Role.ADMIN)
    watch = await WatchMovie(store.begin, now, new_id)(account.id, movie.id, None)
    score = await RateMovie(store.begin, now)(account.id, movie.id, Stars.of(4.5))
    ratings = await ListRatings(store.rating_queries)(movie.id)
    tokens = JwtAccessTokens([bytes(32)])
    signed_in = await OpenSession(
        store.begin, now, new_id, lambda: token_urlsafe(32), tokens, Lives()
    )(account.id)
    identity = await Identify(tokens, store.account_queries, now)(signed_in.access)

    assert_type(account, Account)
    assert_type(watch, Watch)
    assert_type(score, Score)
    assert_type(score.average_rating, float | None)
    assert_type(ratings, MovieRatings)
    assert_type(ratings.page.items[0], PublicRating)
    assert_type(signed_in, SignInTokens)
    assert_type(identity, Identity)
    assert_type(Money.of("9.99", "EUR") + Money.of(1, "EUR"), Money)


async def test_the_verbs_of_auditing_have_types() -> None:
    store = MemoryStore(clock=now)

    page = await ListAudit(store.audit_queries)(AuditSearch(), PageNumber())
    forgotten = await ForgetAudit(store.begin, now)(older_than=timedelta(days=365))

    assert_type(page, Page[AuditEntry])
    assert_type(forgotten, int)


async def test_whatever_hashes_passwords_is_good_for_it() -> None:
    slow, quick = BcryptPasswords(cost=4, most_waiting=1), PlainPasswords()

    several: list[Passwords] = [slow, quick]

    for passwords in several:
        assert_type(await passwords.hash("secret"), str)
        assert_type(await passwords.verify("secret", None), bool)
    slow.close()


def _believe_nothing() -> None:
    """Drop nothing: nothing was believed."""


async def test_the_verbs_of_sessions_have_types() -> None:
    store, lives, limits = MemoryStore(), Lives(), SignInLimits()
    tokens: AccessTokens = PlainAccessTokens()
    passwords: Passwords = PlainPasswords()
    new_token: NewToken = token_urlsafe
    rights_changed: RightsChanged = _believe_nothing
    queries = store.account_queries
    await a_member(store, "andrei@example.org")
    who = "andrei@example.org", PASSWORD, "192.0.2.1"

    admit = Admit(store.begin, now, new_id, new_token, passwords, queries, limits)
    signed_in = await SignIn(admit, tokens, lives)(*who)
    page = await SignInOnPage(admit, lives)(*who)
    refreshed = await Refresh(store.begin, now, new_token, tokens, lives, rights_changed)(
        signed_in.refresh
    )
    verified = await VerifyToken(tokens, queries, now)(refreshed.access)
    identity = await IdentifyPage(queries, now)(page.token)
    await SignOut(store.begin, rights_changed)(identity, refreshed.refresh)
    await SignOutOnPage(store.begin, rights_changed)(identity)
    await SignOutEverywhere(store.begin, rights_changed)(identity.account)

    assert_type(signed_in, SignInTokens)
    assert_type(refreshed, SignInTokens)
    assert_type(page, PageSession)
    assert_type(verified, VerifiedToken)
    assert_type(identity, Identity)
    assert_type(identity.session, SessionId | None)


async def test_the_memory_store_meets_every_need() -> None:
    memory = MemoryStore()

    store: Store = memory
    auditing: Begin[AuditingWork] = memory.begin
    auth: Begin[AuthWork] = memory.begin
    catalogue: Begin[CatalogueWork] = memory.begin
    watching: Begin[WatchingWork] = memory.begin
    rating: Begin[RatingWork] = memory.begin
    movie_queries: MovieQueries = memory.movie_queries
    rating_queries: RatingQueries = memory.rating_queries
    account_queries: AccountQueries = memory.account_queries
    audit_queries: AuditQueries = memory.audit_queries
    tokens: AccessTokens = JwtAccessTokens([bytes(32)])
    clock: Clock = now
    make: NewId = new_id

    assert_type(store.begin(), AbstractAsyncContextManager[StoreWork])
    async with memory.begin() as work:
        assert_type(work, MemoryUnitOfWork)
    assert_type(make(), UUID)
    assert all((auditing, auth, catalogue, watching, rating))
    assert all((audit_queries, movie_queries, rating_queries, clock))
    assert await account_queries.find(AccountId(make())) is None
    with pytest.raises(InvalidToken):
        tokens.verify("")


def test_a_checker_refuses_what_would_go_wrong() -> None:
    movie, account = MovieId(new_id()), AccountId(new_id())

    Rating(movie, account, Stars.of(1), NOON)  # type: ignore[arg-type]  # ids of another kind
    GenreId("drama")  # type: ignore[arg-type]  # no UUID
    MovieOrder([("title", False)])  # type: ignore[list-item]  # no MovieSort
    MovieOrder([(MovieSort.TITLE, False), (MovieSort.YEAR, True)])
    RateMovie(_only_viewings, now)  # type: ignore[arg-type]  # a store without ratings
    WatchMovie(_only_viewings, now, new_id)
    ShowMovie(MemoryStore().rating_queries)  # type: ignore[arg-type]  # another door


@asynccontextmanager
async def _only_viewings() -> AsyncIterator[WatchingWork]:
    yield MemoryUnitOfWork(MemoryStore().committed)


class MyRatings:
    """The ports of rating as somebody writes them who has read their docstrings only."""

    def __init__(self) -> None:
        self.kept: dict[tuple[AccountId, MovieId], Rating] = {}
        self.scores: dict[MovieId, Score] = {}

    async def hold_score(self, movie: MovieId) -> Score:
        if movie not in self.scores:
            raise MovieNotFound(movie)
        return self.scores[movie]

    async def find(self, account: AccountId, movie: MovieId) -> Rating | None:
        return self.kept.get((account, movie))

    async def save(self, rating: Rating, score: Score) -> None:
        self.kept[rating.account, rating.movie] = rating
        self.scores[rating.movie] = score


class MyWatchLog:
    def __init__(self) -> None:
        self.seen: set[tuple[AccountId, MovieId]] = set()

    async def add(self, watch: Watch) -> None:
        self.seen.add((watch.account, watch.movie))

    async def has_watched(self, account: AccountId, movie: MovieId) -> bool:
        return (account, movie) in self.seen


class MyWork:
    """A transaction of nothing but plain attributes: no class of the core is inherited."""

    def __init__(self, ratings: MyRatings, watch_log: MyWatchLog) -> None:
        self.ratings = ratings
        self.watch_log = watch_log
        self.recorded: list[Event] = []

    def record(self, event: Event) -> None:
        self.recorded.append(event)

    async def commit(self) -> None:
        """Keep nothing: what is said here is about types."""


async def test_an_adapter_of_ones_own_needs_no_class_of_the_core() -> None:
    ratings, watch_log = MyRatings(), MyWatchLog()
    viewer, movie = AccountId(new_id()), MovieId(new_id())
    ratings.scores[movie] = Score()

    @asynccontextmanager
    async def begin() -> AsyncIterator[MyWork]:
        yield MyWork(ratings, watch_log)

    await WatchMovie(begin, lambda: NOON, new_id)(viewer, movie, None)
    score = await RateMovie(begin, lambda: NOON)(viewer, movie, Stars.of(4))

    assert_type(score, Score)
    assert score == Score(1, 8)


async def test_helpers_of_the_contracts_serve_any_store() -> None:
    store: Store = MemoryStore()
    movie = await AddMovie(store.begin, now, new_id)(NewMovie("Stalker"))

    viewer = await a_viewer(store, movie.id)

    assert_type(viewer, AccountId)
    assert_type(evolve(movie, title="Solaris"), Movie)
