"""What `--demo` puts in, and that it never does so twice or in spite of a person."""

from asyncio import gather
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from watchlist_core.auth import AccessTokens, AddAccount, Role
from watchlist_core.catalogue import BrowseMovies
from watchlist_core.ids import MovieId, Uuid7
from watchlist_core.rating import ListRatings, RateMovie, Stars
from watchlist_core.security.tokens import JwtAccessTokens
from watchlist_core.testing.contracts import NOON, Store
from watchlist_http.server.demonstration import Demonstration
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
def demonstration(store: Store, tokens: AccessTokens) -> Demonstration:
    return Demonstration(store.begin, store.account_queries, tokens, lambda: NOON, new_id)


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


async def test_a_name_that_a_person_has_taken_is_left_to_him(
    demonstration: Demonstration, store: Store, tokens: AccessTokens
) -> None:
    await AddAccount(store.begin, lambda: NOON, new_id)("user")

    user, _ = await demonstration()

    found = await store.account_queries.find(tokens.verify(user.token).account)
    assert found is not None
    assert (found.username, found.role) == (None, Role.USER)


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

        people = await gather(
            *(
                Demonstration(store.begin, store.account_queries, tokens, lambda: NOON, new_id)()
                for store in stores
            )
        )

        events = await stores[0].events()
    assert (events.count("account-added"), events.count("movies-imported")) == (3, 1)
    accounts = [[tokens.verify(person.token).account for person in shown] for shown in people]
    assert accounts == [accounts[0]] * 4
