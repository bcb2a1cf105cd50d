"""What `--demo` puts in, and that it never does so twice, or where something else is."""

from asyncio import gather
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from attrs import evolve
from typing_extensions import override

from watchlist_core.auth import (
    AccessTokens,
    Account,
    AddAccount,
    EmailAddress,
    Lives,
    OpenSession,
    PasswordRules,
    Role,
)
from watchlist_core.catalogue import AddMovie, BrowseMovies, MovieCard, MovieFilter, NewMovie
from watchlist_core.ids import AccountId, MovieId, Uuid7
from watchlist_core.rating import ListRatings, RateMovie, Stars
from watchlist_core.security.tokens import JwtAccessTokens
from watchlist_core.testing import PlainPasswords
from watchlist_core.testing.contracts import NOON, Store
from watchlist_http.server.demonstration import Demonstration, NoDemonstration
from watchlist_http.server.demonstration_movies import demonstration_movies
from watchlist_http.server.opening import is_empty
from watchlist_http.server.use_cases import new_token
from watchlist_sql.account_queries import SqlAccountQueries
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore

new_id = Uuid7()
PASSWORDS = PlainPasswords()


@pytest.fixture
def store(database: Database) -> Store:
    return SqlStore(database)


@pytest.fixture
def tokens() -> AccessTokens:
    return JwtAccessTokens([bytes(32)], lambda: NOON)


@pytest.fixture
def demonstration(database: Database, store: Store, tokens: AccessTokens) -> Demonstration:
    return demonstrated(database, store, tokens)


def demonstrated(database: Database, store: Store, tokens: AccessTokens) -> Demonstration:
    a_day = Lives(access=timedelta(days=1))
    return Demonstration(
        partial(is_empty, database),
        store.begin,
        store.account_queries,
        OpenSession(store.begin, lambda: NOON, new_id, new_token, tokens, a_day),
        PASSWORDS,
        bytes(range(32)),
        lambda: NOON,
        new_id,
    )


def without_sign_ins(events: Sequence[str]) -> Sequence[str]:
    return [event for event in events if event != "signed-in"]


async def count_of_movies(store: Store) -> int:
    total = (await BrowseMovies(store.movie_queries)()).total
    assert total is not None
    return total.count


async def card_of(store: Store, title: str) -> MovieCard:
    (card,) = (await BrowseMovies(store.movie_queries)(MovieFilter(title=title))).items
    return card


async def test_there_are_movies_that_people_have_rated(
    demonstration: Demonstration, store: Store
) -> None:
    await demonstration()

    assert await count_of_movies(store) == len(demonstration_movies())
    for title, score in [("Metropolis", (3, 4.5)), ("Stalker", (1, 5.0)), ("Parasite", (0, None))]:
        card = await card_of(store, title)
        assert (card.score.rating_count, card.score.average_rating) == score


async def test_a_person_may_try_it_in_every_role_for_a_day(
    demonstration: Demonstration, store: Store, tokens: AccessTokens
) -> None:
    accounts = await demonstration()

    assert [account.role for account in accounts] == list(Role)
    for account in accounts:
        access = tokens.verify(account.token)
        found = await store.account_queries.find(access.account)
        assert found is not None
        assert (found.username, found.role) == (account.role.value, account.role)
        assert access.expires_at == NOON.replace(microsecond=0) + timedelta(days=1)
        assert account.token not in repr(account)


async def test_a_person_may_sign_in_with_the_password_that_each_start_says(
    demonstration: Demonstration, store: Store
) -> None:
    first, second = await demonstration(), await demonstration()

    for account in first:
        PasswordRules().check(account.password or "")
        known = await store.account_queries.credentials(EmailAddress(account.email))
        assert known is not None
        assert await PASSWORDS.verify(account.password or "", known.password_hash)
        assert str(account.password) not in repr(account)
    assert [one.password for one in second] == [one.password for one in first]


async def test_another_secret_makes_another_password(demonstration: Demonstration) -> None:
    (user, *_) = await demonstration()

    (elsewhere, *_) = await evolve(demonstration, secret=bytes(32))()

    assert user.password is not None
    assert elsewhere.password is None  # the one that it makes is not what was put in


async def test_a_password_that_somebody_has_chosen_is_neither_changed_nor_said(
    demonstration: Demonstration, store: Store
) -> None:
    (user, *_) = await demonstration()
    known = await store.account_queries.credentials(EmailAddress(user.email))
    assert known is not None
    async with store.begin() as work:
        await work.accounts.hold(known.account.id)
        await work.accounts.set_password_hash(known.account.id, await PASSWORDS.hash("mine"))
        await work.commit()

    again = await demonstration()

    assert [account.password is None for account in again] == [True, False, False]


async def test_a_second_start_changes_nothing(demonstration: Demonstration, store: Store) -> None:
    await demonstration()
    before = await store.events()

    await demonstration()

    assert without_sign_ins(await store.events()) == without_sign_ins(before)


async def test_what_a_person_has_changed_stays(
    demonstration: Demonstration, store: Store, tokens: AccessTokens
) -> None:
    (user, *_) = await demonstration()
    account = tokens.verify(user.token).account
    movie = MovieId(UUID((await card_of(store, "Metropolis")).id))
    await RateMovie(store.begin, lambda: NOON)(account, movie, Stars.of(1))

    await demonstration()

    ratings = await ListRatings(store.rating_queries)(movie)
    assert sorted(rating.halves for rating in ratings.page.items) == [2, 9, 10]


@pytest.mark.parametrize("kind", ["movie", "account"])
async def test_what_is_of_no_demonstration_stays_alone(
    demonstration: Demonstration, store: Store, kind: str
) -> None:
    if kind == "movie":
        await AddMovie(store.begin, lambda: NOON, new_id)(NewMovie("Stalker", year=1979))
    else:
        await AddAccount(store.begin, lambda: NOON, new_id)("user")
    before = await store.events()

    with pytest.raises(NoDemonstration):
        await demonstration()

    assert await store.events() == before
    assert await count_of_movies(store) == (kind == "movie")


async def test_what_a_person_has_added_to_a_demonstration_is_no_hindrance(
    demonstration: Demonstration, store: Store
) -> None:
    await demonstration()
    before = await count_of_movies(store)
    await AddMovie(store.begin, lambda: NOON, new_id)(NewMovie("Ran", year=1985))
    await AddAccount(store.begin, lambda: NOON, new_id)("anna")

    await demonstration()

    assert await count_of_movies(store) == before + 1


async def test_a_start_that_was_cut_off_is_finished(
    demonstration: Demonstration, database: Database
) -> None:
    class Ended(Exception):
        pass

    class Cut(SqlAccountQueries):
        @override
        async def find(self, account: AccountId) -> Account | None:
            raise Ended

    with pytest.raises(Ended):
        await evolve(demonstration, accounts=Cut(database))()

    assert len(await demonstration()) == 3


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(url)
    try:
        yield store
    finally:
        await store.close()


async def test_processes_that_start_at_once_put_in_the_same_accounts(
    migrated_url: str, tokens: AccessTokens
) -> None:
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(opened(migrated_url)) for _ in range(4)]

        people = await gather(*(demonstrated(store.database, store, tokens)() for store in stores))

        events = await stores[0].events()
    assert (events.count("account-added"), events.count("movies-imported")) == (3, 1)
    accounts = [[tokens.verify(person.token).account for person in shown] for shown in people]
    assert accounts == [accounts[0]] * 4
