"""Works that meet on one account: none waits in a circle, and nothing is lost."""

from asyncio import create_task, gather, timeout
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from attrs import evolve

from tests.servers.waiting import others_wait
from watchlist_core.auth import (
    Account,
    AddAccount,
    LastAdmin,
    MailPurpose,
    MailToken,
    RefreshToken,
    RemoveAccount,
    Role,
    Session,
    SessionKind,
    UsernameTaken,
    digest_of,
)
from watchlist_core.ids import SessionId
from watchlist_core.testing.contracts import NOON, an_account, new_id
from watchlist_core.testing.contracts.overlap import Overlap
from watchlist_sql.store import SqlStore
from watchlist_sql.unit_of_work import SqlUnitOfWork

WEEK = timedelta(days=7)


@pytest.fixture
async def sql_store(migrated_url: str) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(migrated_url)
    await gather(an_account(store), an_account(store))  # there are two connections now
    yield store
    await store.close()


async def found(store: SqlStore, account: Account) -> Account:
    there = await store.account_queries.find(account.id)
    assert there
    return there


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

    async def switch_off() -> None:
        async with sql_store.begin() as work:
            held = await work.accounts.hold(account.id)
            await work.accounts.save(evolve(held, is_active=False))
            await work.sessions.end_all(account.id)
            await work.commit()

    async with timeout(30), sql_store.database.writing() as connection:
        work = SqlUnitOfWork(connection, lambda _: None)
        held = await work.sessions.hold_token(first.digest)
        assert held
        switching_off = create_task(switch_off())
        await others_wait(connection)
        new = evolve(first, digest=digest_of("second"))
        await work.sessions.exchange(evolve(held[1], spent_at=NOON), new)
        await work.accounts.hold(account.id)
        await work.commit()
    await switching_off

    assert await sql_store.account_queries.identity(first.session, NOON) is None
    async with sql_store.begin() as work:
        for token in ("first", "second"):
            assert await work.sessions.hold_token(digest_of(token)) is None


async def test_who_takes_an_admin_away_waits_for_whoever_takes_another(
    sql_store: SqlStore,
) -> None:
    add = AddAccount(sql_store.begin, lambda: NOON, new_id)
    one, another = await add(role=Role.ADMIN), await add(role=Role.ADMIN)

    async with timeout(10), sql_store.database.writing() as connection:
        work = SqlUnitOfWork(connection, lambda _: None)
        admins = await work.accounts.hold_admins()
        await work.accounts.hold(one.id)
        removal = create_task(RemoveAccount(sql_store.begin, lambda: None)(another.id))
        await others_wait(connection)
        await work.accounts.save(evolve(one, role=Role.USER))
        await work.commit()
    with pytest.raises(LastAdmin):
        await removal

    assert admins == 2
    assert await found(sql_store, another) == another


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
