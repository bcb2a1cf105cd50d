from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from sqlalchemy import Text, bindparam, func, select

from watchlist_core.auth import (
    Account,
    AccountCard,
    AccountSearch,
    Credentials,
    EmailAddress,
    Identity,
    Role,
    SessionKind,
    folded_address,
)
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.paging import Page, Window
from watchlist_sql.auth import ACCOUNT, account_of
from watchlist_sql.columns import DIGEST, FLAG, IDENTIFIER, INSTANT
from watchlist_sql.database import Database
from watchlist_sql.latest_first import LatestFirst
from watchlist_sql.positions import is_storable, read_id
from watchlist_sql.tables import accounts, session_tokens, sessions

__all__ = ["SqlAccountQueries"]

_FIND: Final = select(*ACCOUNT).where(accounts.c.id == bindparam("id"))
_CREDENTIALS: Final = select(*ACCOUNT, accounts.c.password_hash).where(
    accounts.c.folded_email == bindparam("folded_email")
)
_HAS_RIGHTS: Final = (
    (sessions.c.expires_at > bindparam("at", type_=INSTANT))
    & accounts.c.is_active
    & accounts.c.is_activated
)
_IDENTITY: Final = (
    select(accounts.c.id, accounts.c.role, sessions.c.id)
    .select_from(sessions.join(accounts))
    .where(sessions.c.id == bindparam("session", type_=IDENTIFIER), _HAS_RIGHTS)
)
_IDENTITY_BY_COOKIE: Final = (
    select(accounts.c.id, accounts.c.role, sessions.c.id)
    .select_from(session_tokens.join(sessions).join(accounts))
    .where(
        session_tokens.c.digest == bindparam("shown", type_=DIGEST),
        sessions.c.kind == SessionKind.PAGE.value,
        _HAS_RIGHTS,
    )
)


def _latest(dialect: str) -> LatestFirst:
    position_in = func.instr if dialect == "sqlite" else func.strpos
    return LatestFirst(
        columns=ACCOUNT,
        conditions={
            "email": position_in(accounts.c.folded_email, bindparam("email", type_=Text)) > 0,
            "username": position_in(accounts.c.username, bindparam("username", type_=Text)) > 0,
            "role": accounts.c.role == bindparam("role", type_=Text),
            "is_active": accounts.c.is_active == bindparam("is_active", type_=FLAG),
        },
        read_tie=read_id,
        write_tie=str,
    )


_LATEST: Final = {dialect: _latest(dialect) for dialect in ("sqlite", "postgresql")}


@frozen
class SqlAccountQueries:
    _database: Database

    async def find(self, account: AccountId) -> Account | None:
        rows = await self._database.fetch(_FIND, {"id": account})
        return account_of(rows[0]) if rows else None

    async def credentials(self, email: EmailAddress) -> Credentials | None:
        if not is_storable(email.folded):
            return None
        rows = await self._database.fetch(_CREDENTIALS, {"folded_email": email.folded})
        return Credentials(account_of(rows[0]), rows[0][-1]) if rows else None

    async def identity(self, session: SessionId, at: datetime) -> Identity | None:
        return _identity(await self._database.fetch(_IDENTITY, {"session": session, "at": at}))

    async def identity_by_cookie(self, digest: bytes, at: datetime) -> Identity | None:
        shown = {"shown": digest, "at": at}
        return _identity(await self._database.fetch(_IDENTITY_BY_COOKIE, shown))

    async def search(self, search: AccountSearch, window: Window) -> Page[AccountCard]:
        parts = {"email": folded_address(search.email), "username": search.username.lower()}
        wanted: dict[str, Any] = {name: part for name, part in parts.items() if part}
        if search.role is not None:
            wanted["role"] = search.role.value
        if search.is_active is not None:
            wanted["is_active"] = search.is_active
        page = await _LATEST[self._database.dialect].page(self._database, wanted, window)
        cards = [AccountCard.of(account_of(row)) for row in page.items]
        return Page(cards, page.next, page.total)


def _identity(rows: Sequence[tuple[Any, ...]]) -> Identity | None:
    if not rows:
        return None
    ((account, role, session),) = rows
    return Identity(AccountId(account), Role(role), SessionId(session))
