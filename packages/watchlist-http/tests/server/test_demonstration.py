"""What `--demo` puts in, and that it never does so twice, or where something else is."""

from asyncio import gather
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from attrs import evolve

from watchlist_core.auth import AccessTokens, Account, AddAccount, Role
from watchlist_core.catalogue import AddMovie, BrowseMovies, NewMovie
from watchlist_core.ids import MovieId, Uuid7
from watchlist_core.rating import ListRatings, RateMovie, Stars
from watchlist_core.security.tokens import JwtAccessTokens
from watchlist_core.testing.contracts import NOON, Store
from watchlist_http.server.demonstration import Demonstration, NoDemonstration
from watchlist_http.server.opening import is_empty
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore

new_id = Uuid7()


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
    return Demonstration(
        partial(is_empty, database),
        store.begin,
        store.account_queries,
        tokens,
        lambda: NOON,
        new_id,
    )


async def test_there_are_movies_that_people_have_rated(
    demonstration: Demonstration, store: Store
) -> None:
    await demonstration()

    page = await BrowseMovies(store.movie_queries)()
    scores = {
        card.title: (card.score.rating_count, card.score.average_rating) for card in page.items
    }
    assert len(scores) == 12
    assert scores["Metropolis"] == (3, 4.5)
    assert scores["Stalker"] == (1, 5.0)
    assert scores["Parasite"] == (0, None)


async def test_a_person_may_try_it_as_user_and_as_moderator_for_a_day(
    demonstration: Demonstration, store: Store, tokens: AccessTokens
) -> None:
    accounts = await demonstration()

    assert [account.role for account in accounts] == [Role.USER, Role.MODERATOR]
    for account in accounts:
        access = tokens.verify(account.token)
        found = await store.account_queries.find(access.account)
        assert found is not None
        assert (found.username, found.role) == (account.role.value, account.role)
        assert access.expires_at == NOON.replace(microsecond=0) + timedelta(days=1)
        assert account.token not in repr(account)


async def test_a_second_start_changes_nothing(demonstration: Demonstration, store: Store) -> None:
    await demonstration()
    before = await store.events()

    await demonstration()

    assert await store.events() == before


async def test_what_a_person_has_changed_stays(
    demonstration: Demonstration, store: Store, tokens: AccessTokens
) -> None:
    user, _ = await demonstration()
    account = tokens.verify(user.token).account
    page = await BrowseMovies(store.movie_queries)()
    movie = next(MovieId(UUID(card.id)) for card in page.items if card.title == "Metropolis")
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
    assert len((await BrowseMovies(store.movie_queries)()).items) == (kind == "movie")


async def test_what_a_person_has_added_to_a_demonstration_is_no_hindrance(
    demonstration: Demonstration, store: Store
) -> None:
    await demonstration()
    await AddMovie(store.begin, lambda: NOON, new_id)(NewMovie("Ran", year=1985))
    await AddAccount(store.begin, lambda: NOON, new_id)("anna")

    await demonstration()

    assert len((await BrowseMovies(store.movie_queries)()).items) == 13


async def test_a_start_that_was_cut_off_is_finished(demonstration: Demonstration) -> None:
    class Ended(Exception):
        pass

    class Cut:
        async def find(self, _: object) -> Account | None:
            raise Ended

    with pytest.raises(Ended):
        await evolve(demonstration, accounts=Cut())()

    assert len(await demonstration()) == 2


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
