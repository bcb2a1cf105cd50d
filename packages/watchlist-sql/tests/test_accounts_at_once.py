"""Works that meet on one account: none waits in a circle, and nothing is lost."""

from asyncio import gather, timeout
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from attrs import evolve
from sqlalchemy import func, select

from watchlist_core.auth import (
    Account,
    AccountNotFound,
    MailPurpose,
    MailToken,
    RefreshToken,
    Session,
    SessionKind,
    UsernameTaken,
    digest_of,
)
from watchlist_core.ids import AccountId, MovieId, SessionId
from watchlist_core.rating import Rating, Stars
from watchlist_core.testing.contracts import NOON, a_movie, an_account, new_id
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import movies, ratings

WEEK = timedelta(days=7)


@pytest.fixture
async def sql_store(migrated_url: str) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(migrated_url)
    await gather(an_account(store), an_account(store))  # there are two connections now
    yield store
    await store.close()


async def remove(store: SqlStore, account: Account, overlap: Overlap | None = None) -> None:
    async with store.begin() as work:
        await work.accounts.hold(account.id)
        if overlap:
            await overlap()
        await work.accounts.remove(account.id)
        await work.commit()


async def found(store: SqlStore, account: Account) -> Account:
    there = await store.account_queries.find(account.id)
    assert there
    return there


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


async def rate(
    store: SqlStore,
    account: AccountId,
    movie: MovieId,
    stars: Stars,
    overlap: Overlap | None = None,
) -> None:
    async with store.begin() as work:
        score = await work.ratings.hold_score(movie)
        earlier = await work.ratings.find(account, movie)
        if overlap:
            await overlap()
        rating = Rating(account, movie, stars, NOON)
        counted = score.counting(stars, instead_of=earlier.stars if earlier else None)
        await work.ratings.save(rating, counted)
        await work.commit()


@pytest.mark.parametrize("rated_before", [True, False], ids=["again", "for the first time"])
async def test_an_account_that_is_removed_while_it_rates_leaves_true_scores(
    sql_store: SqlStore, *, rated_before: bool
) -> None:
    old, new = await a_movie(sql_store), await a_movie(sql_store, "Solaris")
    account = await an_account(sql_store)
    await rate(sql_store, account.id, old.id, Stars(9))
    overlap = Overlap(works=2)

    async with timeout(30):
        _, refused = await at_once(
            remove(sql_store, account, overlap),
            rate(sql_store, account.id, old.id if rated_before else new.id, Stars(4), overlap),
        )

    assert {type(error) for error in refused} <= {AccountNotFound}
    assert await scores_and_ratings(sql_store) == [(0, 0, 0, 0)] * 2
    assert await sql_store.account_queries.find(account.id) is None


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


async def opened(store: SqlStore, account: Account) -> RefreshToken:
    session = Session(
        SessionId(new_id()), account.id, SessionKind.TOKENS, NOON, expires_at=NOON + WEEK
    )
    async with store.begin() as work:
        await work.sessions.open(session, digest_of("first"))
        await work.commit()
    return RefreshToken(digest_of("first"), session.id, session.expires_at)


async def test_who_refreshes_and_who_switches_the_account_off_wait_in_no_circle(
    sql_store: SqlStore,
) -> None:
    account = await an_account(sql_store)
    first = await opened(sql_store, account)
    overlap = Overlap(works=2)

    async def refresh() -> None:
        async with sql_store.begin() as work:
            held = await work.sessions.hold_token(first.digest)
            await overlap()
            if held:
                new = evolve(first, digest=digest_of("second"))
                await work.sessions.exchange(evolve(held[1], spent_at=NOON), new)
                await work.accounts.hold(held[0].account)
            await work.commit()

    async def switch_off() -> None:
        async with sql_store.begin() as work:
            held = await work.accounts.hold(account.id)
            await overlap()
            await work.accounts.save(evolve(held, is_active=False))
            await work.sessions.end_all(account.id)
            await work.commit()

    async with timeout(30):
        await gather(refresh(), switch_off())

    assert await sql_store.account_queries.identity(first.session, NOON) is None
    async with sql_store.begin() as work:
        for token in ("first", "second"):
            assert await work.sessions.hold_token(digest_of(token)) is None


async def test_who_follows_a_link_and_who_mails_the_next_wait_in_no_circle(
    sql_store: SqlStore,
) -> None:
    account = await an_account(sql_store)
    first = MailToken(digest_of("first"), account.id, MailPurpose.ACTIVATION, NOON + WEEK)
    async with sql_store.begin() as work:
        await work.mail_tokens.replace(first)
        await work.commit()
    overlap = Overlap(works=2)

    async def follow() -> MailToken | None:
        async with sql_store.begin() as work:
            taken = await work.mail_tokens.take(first.digest, first.purpose)
            await overlap()
            await work.accounts.hold(account.id)
            await work.commit()
        return taken

    async def mail_the_next() -> None:
        async with sql_store.begin() as work:
            await work.accounts.hold(account.id)
            await overlap()
            await work.mail_tokens.replace(evolve(first, digest=digest_of("second")))
            await work.commit()

    async with timeout(30):
        taken, _ = await gather(follow(), mail_the_next())

    assert taken in {first, None}


async def test_of_two_who_become_the_same_one_does_and_the_other_goes_on(
    sql_store: SqlStore,
) -> None:
    first, second = await an_account(sql_store), await an_account(sql_store)
    overlap = Overlap(works=2)

    async def become_kelvin(account: Account) -> bool:
        async with sql_store.begin() as work:
            held = await work.accounts.hold(account.id)
            await overlap()
            try:
                await work.accounts.save(evolve(held, username="kelvin"))
                is_kelvin = True
            except UsernameTaken:
                await work.accounts.save(evolve(held, username=f"not-{len(account.role)}"))
                is_kelvin = False
            await work.commit()
        return is_kelvin

    async with timeout(30):
        outcomes = await gather(become_kelvin(first), become_kelvin(second))

    names = {(await found(sql_store, account)).username for account in (first, second)}
    assert sorted(outcomes) == [False, True]
    assert names == {"kelvin", "not-4"}
