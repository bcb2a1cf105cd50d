"""Accounts that are removed while their owners, and others, rate: the scores stay true."""

from asyncio import Task, create_task, gather, timeout
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest
from sqlalchemy import func, select

from tests.servers.waiting import others_wait
from watchlist_core.auth import Account, AccountNotFound
from watchlist_core.ids import AccountId, MovieId
from watchlist_core.rating import Rating, Stars
from watchlist_core.testing.contracts import NOON, a_movie, an_account
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import movies, ratings
from watchlist_sql.unit_of_work import SqlUnitOfWork


@pytest.fixture
async def sql_store(migrated_url: str) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(migrated_url)
    yield store
    await store.close()


@pytest.fixture
async def account(sql_store: SqlStore) -> Account:
    return await an_account(sql_store)


async def remove(store: SqlStore, account: Account) -> None:
    async with store.begin() as work:
        await work.accounts.hold(account.id)
        await work.accounts.remove(account.id)
        await work.commit()


async def scores_and_ratings(store: SqlStore) -> list[tuple[int, ...]]:
    """Return what each movie says of its ratings, and what they really are."""
    counted = (
        select(
            movies.c.rating_count,
            movies.c.rating_halves,
            func.count(ratings.c.key),
            func.coalesce(func.sum(ratings.c.halves), 0),
        )
        .select_from(movies.outerjoin(ratings))
        .group_by(movies.c.key)
        .order_by(movies.c.key)
    )
    return [tuple(row) for row in await store.database.fetch(counted)]


async def rate_in(work: SqlUnitOfWork, account: AccountId, movie: MovieId, stars: Stars) -> None:
    score = await work.ratings.hold_score(movie)
    earlier = await work.ratings.find(account, movie)
    counted = score.counting(stars, instead_of=earlier.stars if earlier else None)
    await work.ratings.save(Rating(account, movie, stars, NOON), counted)


async def rate(store: SqlStore, account: AccountId, movie: MovieId, stars: Stars) -> None:
    async with store.begin() as work:
        await rate_in(work, account, movie, stars)
        await work.commit()


@pytest.mark.parametrize(
    ("first", "then"),
    [(["Stalker"], []), (["Solaris"], []), (["Stalker"], ["Solaris"])],
    ids=["again", "for the first time", "both"],
)
async def test_an_account_that_is_removed_while_it_rates_leaves_true_scores(
    sql_store: SqlStore, account: Account, first: Sequence[str], then: Sequence[str]
) -> None:
    seen = {title: (await a_movie(sql_store, title)).id for title in ("Stalker", "Solaris")}
    await rate(sql_store, account.id, seen["Stalker"], Stars(9))

    async with timeout(30), sql_store.database.writing() as connection:
        work = SqlUnitOfWork(connection, lambda _: None)
        for title in first:
            await rate_in(work, account.id, seen[title], Stars(4))
        removal = create_task(remove(sql_store, account))
        await others_wait(connection)
        for title in then:
            await rate_in(work, account.id, seen[title], Stars(4))
        await work.commit()
    await removal

    assert await scores_and_ratings(sql_store) == [(0, 0, 0, 0)] * 2
    assert await sql_store.account_queries.find(account.id) is None


async def test_what_was_rated_while_a_removal_waited_is_taken_out_as_it_became(
    sql_store: SqlStore, account: Account
) -> None:
    movie = (await a_movie(sql_store)).id

    async def rate_again(removal: Task[None]) -> None:
        async with sql_store.database.writing() as connection:
            work = SqlUnitOfWork(connection, lambda _: None)
            await rate_in(work, account.id, movie, Stars(4))
            if not removal.done():
                await others_wait(connection)
            await work.commit()

    async with timeout(30):
        async with sql_store.database.writing() as connection:
            work = SqlUnitOfWork(connection, lambda _: None)
            await rate_in(work, account.id, movie, Stars(9))
            removal = create_task(remove(sql_store, account))
            await others_wait(connection)
            rating = create_task(rate_again(removal))
            await others_wait(connection, works=2)
            await work.commit()
        await removal
        with suppress(AccountNotFound):  # where works do not meet, the removal was first
            await rating

    assert await scores_and_ratings(sql_store) == [(0, 0, 0, 0)]


async def test_accounts_that_are_removed_while_others_rate_leave_true_scores(
    sql_store: SqlStore,
) -> None:
    seen = [(await a_movie(sql_store, f"Stalker {number}")).id for number in range(3)]
    crowd = [await an_account(sql_store) for _ in range(8)]
    for number, account in enumerate(crowd):
        # Not all of them in one order, which so is not that of the table.
        for movie in seen if number % 2 else reversed(seen):
            await rate(sql_store, account.id, movie, Stars(9))
    leaving, staying = crowd[:4], crowd[4:]

    async def rate_again(account: Account) -> None:
        for movie in reversed(seen):
            await rate(sql_store, account.id, movie, Stars(4))

    async with timeout(60):
        await gather(
            *(remove(sql_store, account) for account in leaving),
            *(rate_again(account) for account in staying),
        )

    assert await scores_and_ratings(sql_store) == [(4, 16, 4, 16)] * 3
