from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from watchlist_core.auth import Account, Identity, Role, SessionKind, digest_of
from watchlist_core.ids import SessionId
from watchlist_core.testing.contracts.given import (
    NOON,
    a_session,
    an_account,
    ended,
    new_id,
    opened,
)
from watchlist_core.testing.contracts.store import Store

__all__ = ["IdentifyingContract"]

_SECOND: Final = timedelta(seconds=1)


async def _changed(store: Store, account: Account) -> None:
    async with store.begin() as work:
        await work.accounts.hold(account.id)
        await work.accounts.save(account)
        await work.commit()


@pytest.mark.asyncio
class IdentifyingContract:
    """A session tells who is signed in, and with which rights, as of this moment."""

    @pytest.mark.parametrize("role", Role)
    async def test_a_session_tells_who_is_signed_in_until_it_expires(
        self, store: Store, role: Role
    ) -> None:
        session = await opened(store, "first", role=role)

        identity = await store.account_queries.identity(session.id, session.expires_at - _SECOND)

        assert identity == Identity(session.account, role, session.id)
        assert await store.account_queries.identity(session.id, session.expires_at) is None
        assert await store.account_queries.identity(SessionId(new_id()), NOON) is None

    async def test_a_cookie_tells_who_is_signed_in_on_the_page(self, store: Store) -> None:
        page = await opened(store, "cookie", kind=SessionKind.PAGE, role=Role.MODERATOR)
        await opened(store, "refresh", kind=SessionKind.TOKENS)
        queries, cookie = store.account_queries, digest_of("cookie")

        identity = await queries.identity_by_cookie(cookie, page.expires_at - _SECOND)

        assert identity == Identity(page.account, Role.MODERATOR, page.id)
        assert await queries.identity_by_cookie(cookie, page.expires_at) is None
        assert await queries.identity_by_cookie(digest_of("refresh"), NOON) is None
        assert await queries.identity_by_cookie(digest_of("unknown"), NOON) is None

    async def test_a_cookie_of_an_ended_session_tells_nobody(self, store: Store) -> None:
        page = await opened(store, "cookie", kind=SessionKind.PAGE)

        await ended(store, page.id)

        assert await store.account_queries.identity_by_cookie(digest_of("cookie"), NOON) is None

    async def test_the_rights_are_those_of_the_moment(self, store: Store) -> None:
        session = await opened(store, "cookie", kind=SessionKind.PAGE)
        account = Account(session.account, None, Role.ADMIN, is_active=True, created_at=NOON)

        for changed, told in (
            (account, Identity(account.id, Role.ADMIN, session.id)),
            (evolve(account, is_active=False), None),
            (evolve(account, is_activated=False), None),
        ):
            await _changed(store, changed)
            assert await store.account_queries.identity(session.id, NOON) == told
            by_cookie = await store.account_queries.identity_by_cookie(digest_of("cookie"), NOON)
            assert by_cookie == told

    async def test_nobody_is_signed_in_by_what_is_not_committed(self, store: Store) -> None:
        account = await an_account(store)
        session = a_session(account.id, SessionKind.PAGE)

        async with store.begin() as work:
            await work.sessions.open(session, digest_of("cookie"))

            assert await store.account_queries.identity(session.id, NOON) is None
            by_cookie = await store.account_queries.identity_by_cookie(digest_of("cookie"), NOON)
            assert by_cookie is None
