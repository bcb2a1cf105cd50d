"""What is asked of accounts on each request, in each work and by admins uses an index."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from sqlalchemy import Table, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.servers.plans import Fill, plans, sent_statements, whole_tables_read
from watchlist_core.auditing import AuditSearch
from watchlist_core.auth import (
    AccountSearch,
    EmailAddress,
    MailPurpose,
    MailToken,
    Role,
    Session,
    SessionKind,
    digest_of,
)
from watchlist_core.ids import AccountId, SessionId, Uuid7
from watchlist_core.paging import After, PageNumber
from watchlist_core.rating import Rating, Score, Stars
from watchlist_core.testing.contracts import NOON, a_movie, unsaved_movie
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import (
    accounts,
    audit,
    mail_tokens,
    movies,
    ratings,
    session_tokens,
    sessions,
    sign_in_attempts,
    watches,
)

MANY = 10_000
new_id = Uuid7()


async def fill_both(store: SqlStore) -> None:
    async with store.begin() as work:
        await work.movies.add([unsaved_movie(f"Stalker {number}") for number in range(1_000)])
        await work.commit()
    async with store.database.writing() as connection:
        await fill_accounts(connection, range(1, MANY + 1))
        await connection.execute(update(movies).values(rating_count=10, rating_halves=90))
        if store.database.dialect == "postgresql":  # which would do so by itself, after a minute
            await connection.exec_driver_sql("ANALYZE")
        await connection.commit()


async def fill_accounts(connection: AsyncConnection, many: range) -> None:
    """Put in accounts, each with all that an account can have."""
    digests = [digest_of(str(number)) for number in many]
    rows: Mapping[Table, Iterable[Mapping[str, Any]]] = {
        accounts: (
            {
                "id": new_id(),
                "role": Role.ADMIN if number % 1_000 == 0 else Role.USER,
                "is_active": True,
                "created_at": NOON + timedelta(seconds=number),
                "username": f"viewer-{number}",
                "email": address_of(number).text,
                "folded_email": address_of(number).folded,
            }
            for number in many
        ),
        sessions: (
            {
                "id": new_id(),
                "account_key": number,
                "kind": SessionKind.TOKENS,
                "began_at": NOON,
                "expires_at": NOON,
            }
            for number in many
        ),
        session_tokens: (
            {"digest": digest, "session_key": key, "expires_at": NOON}
            for key, digest in enumerate(digests, 1)
        ),
        mail_tokens: (
            {
                "digest": digest,
                "account_key": key,
                "purpose": MailPurpose.ACTIVATION,
                "expires_at": NOON,
            }
            for key, digest in enumerate(digests, 1)
        ),
        sign_in_attempts: (
            {"email_digest": digest, "origin": f"192.0.2.{key}", "tried_at": NOON}
            for key, digest in enumerate(digests, 1)
        ),
        ratings: (
            {
                "account_key": number,
                "movie_key": number % 1_000 + 1,
                "halves": 9,
                "rated_at": NOON,
            }
            for number in many
        ),
        watches: (
            {"id": new_id(), "account_key": number, "movie_key": number % 1_000 + 1}
            for number in many
        ),
        audit: (
            {
                "recorded_at": NOON + timedelta(seconds=number),
                "actor": UUID(int=number % 100),
                "origin": "192.0.2.1",
                "request_id": str(number),
                "action": f"action-{number % 100}",
                "subject_kind": "movie",
                "subject": UUID(int=number),
                "details": {},
            }
            for number in many
        ),
    }
    for table, of_table in rows.items():
        await connection.execute(insert(table), [*of_table])


def address_of(number: int) -> EmailAddress:
    return EmailAddress(f"Viewer-{number}@example.org")


@pytest.fixture(scope="module")
def fill() -> Fill:
    return fill_both


async def test_who_makes_a_request_is_looked_up(full_store: SqlStore) -> None:
    queries = full_store.account_queries

    with sent_statements() as sent:
        await queries.identity(SessionId(new_id()), NOON)
        await queries.identity_by_cookie(digest_of("7"), NOON)
        await queries.credentials(address_of(7))

    explained = await plans(full_store, sent)
    assert len(explained) == 3
    assert [whole_tables_read(plan) for plan in explained] == [[]] * 3


async def test_works_look_up_what_accounts_need(full_store: SqlStore) -> None:
    found = await full_store.account_queries.credentials(address_of(7))
    assert found
    account, digest = found.account, digest_of("7")
    session = Session(SessionId(new_id()), account.id, SessionKind.TOKENS, NOON, NOON)
    movie = await a_movie(full_store)
    rating = Rating(account.id, movie.id, Stars(9), NOON)

    with sent_statements() as sent:
        async with full_store.begin() as work:
            await work.accounts.hold(account.id)
            await work.accounts.hold_by_email(address_of(7))
            await work.accounts.has_username("viewer-7")
            await work.accounts.save(account)
            await work.accounts.set_password_hash(account.id, "$2b$")
            await work.mail_tokens.replace(
                MailToken(digest_of("new"), account.id, MailPurpose.ACTIVATION, NOON)
            )
            await work.mail_tokens.take(digest_of("new"), MailPurpose.ACTIVATION)
            await work.mail_tokens.forget(account.id)
            await work.sessions.open(session, digest_of("opened"))
            held = await work.sessions.hold_token(digest)
            assert held
            await work.sessions.exchange(
                evolve(held[1], spent_at=NOON), evolve(held[1], digest=digest_of("next"))
            )
            await work.sessions.end(session.id)
            await work.sessions.end_all(account.id, but=session.id)
            await work.sign_in_attempts.hold(digest, "192.0.2.7", NOON)
            await work.sign_in_attempts.forgive(digest, "192.0.2.7")
            await work.ratings.save(rating, Score(1, 9))
            await work.accounts.remove(account.id)

    explained = await plans(full_store, sent)
    assert len(explained) >= 20
    assert [whole_tables_read(plan) for plan in explained] == [[]] * len(explained)


async def test_accounts_are_listed_in_the_order_of_an_index(full_store: SqlStore) -> None:
    queries = full_store.account_queries
    page = await queries.search(AccountSearch(), PageNumber())
    assert page.next

    with sent_statements() as sent:
        await queries.search(AccountSearch(), After(page.next))
        await queries.search(AccountSearch(), PageNumber())
        await queries.search(AccountSearch(role=Role.USER), PageNumber())
    pages = [one for one in sent if "ORDER BY" in one.statement]

    explained = await plans(full_store, pages)
    assert len(explained) == 3
    for plan in explained:
        assert "ix_accounts_latest" in plan
        assert not re.search("TEMP B-TREE|Sort", plan)


@pytest.mark.parametrize(
    ("search", "index"),
    [
        (AuditSearch(), "latest"),
        (AuditSearch(oldest_first=True), "latest"),
        (AuditSearch(since=NOON + timedelta(hours=2)), "latest"),
        (AuditSearch(until=NOON + timedelta(minutes=5)), "latest"),
        (AuditSearch(actor=AccountId(UUID(int=7))), "actor"),
        (AuditSearch(action="action-7"), "action"),
        (AuditSearch(subject=UUID(int=7)), "subject"),
        (AuditSearch(request_id="7"), "request_id"),
        (AuditSearch(actor=AccountId(UUID(int=7)), since=NOON), "actor"),
        (AuditSearch(actor=AccountId(UUID(int=7)), oldest_first=True), "actor"),
    ],
    ids=str,
)
async def test_the_audit_is_searched_in_the_order_of_an_index(
    full_store: SqlStore, search: AuditSearch, index: str
) -> None:
    queries = full_store.audit_queries
    page = await queries.search(AuditSearch(), PageNumber())
    assert page.next

    with sent_statements() as sent:
        await queries.search(search, PageNumber())
        await queries.search(search, After(page.next))
    by_number, counted, by_position = await plans(full_store, sent)

    for plan in (by_number, by_position):
        assert f"ix_audit_{index}" in plan
        assert not re.search("TEMP B-TREE|Sort", plan)
    if evolve(search, oldest_first=False) != AuditSearch():
        assert whole_tables_read(counted) == []


async def test_the_audit_is_forgotten_by_the_clock(full_store: SqlStore) -> None:
    with sent_statements() as sent:
        async with full_store.begin() as work:
            await work.audit_log.forget(NOON, 100)
    (old,) = await plans(full_store, sent)

    assert "ix_audit_latest" in old
    assert whole_tables_read(old) == []
