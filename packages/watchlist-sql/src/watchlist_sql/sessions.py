from datetime import datetime
from typing import Final

from attrs import frozen
from sqlalchemy import Text, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.auth import AccountNotFound, RefreshToken, Session, SessionKind
from watchlist_core.ids import AccountId, SessionId
from watchlist_sql.columns import DIGEST, IDENTIFIER, INSTANT
from watchlist_sql.keys import key_of
from watchlist_sql.tables import accounts, mail_tokens, session_tokens, sessions

__all__ = ["SqlSessions"]

_BEFORE: Final = bindparam("before", type_=INSTANT)


_OPEN: Final = insert(sessions).from_select(
    ["account_key", "id", "kind", "began_at", "expires_at"],
    select(
        accounts.c.key,
        bindparam("session", type_=IDENTIFIER),
        bindparam("kind", type_=Text),
        bindparam("began_at", type_=INSTANT),
        bindparam("expires_at", type_=INSTANT),
    ).where(accounts.c.id == bindparam("account")),
)
_ADD_TOKEN: Final = insert(session_tokens).values(session_key=key_of(sessions, "session"))
_IS_TOKEN: Final = session_tokens.c.digest == bindparam("shown", type_=DIGEST)
_JOINED: Final = session_tokens.join(sessions).join(accounts)
# Works hold an account before anything of it, so that none of them waits in a circle.
_HOLD_ACCOUNT: Final = (
    select(accounts.c.key)
    .select_from(_JOINED)
    .where(_IS_TOKEN)
    .with_for_update(key_share=True, of=accounts)
)
_HOLD_TOKEN: Final = (
    select(
        sessions.c.id,
        accounts.c.id,
        sessions.c.kind,
        sessions.c.began_at,
        sessions.c.expires_at,
        session_tokens.c.expires_at,
        session_tokens.c.spent_at,
    )
    .select_from(_JOINED)
    .where(_IS_TOKEN)
    .with_for_update(key_share=True, of=sessions)
)
_SPEND: Final = update(session_tokens).where(_IS_TOKEN).values(spent_at=bindparam("at"))
_IS_SESSION: Final = sessions.c.id == bindparam("session", type_=IDENTIFIER)
_PROLONG: Final = update(sessions).where(_IS_SESSION).values(expires_at=bindparam("until"))
_END: Final = delete(sessions).where(_IS_SESSION)
_END_ALL: Final = delete(sessions).where(sessions.c.account_key == key_of(accounts, "account"))
_END_OTHERS: Final = _END_ALL.where(~_IS_SESSION)
# What others hold is in use at this moment, and is left to the next time.
_FORGET_SESSIONS: Final = delete(sessions).where(
    sessions.c.key.in_(
        select(sessions.c.key)
        .where(sessions.c.expires_at < _BEFORE)
        .with_for_update(skip_locked=True)
    )
)
_FORGET_SPENT: Final = delete(session_tokens).where(
    session_tokens.c.digest.in_(
        select(session_tokens.c.digest)
        .where(session_tokens.c.expires_at < _BEFORE, session_tokens.c.spent_at.is_not(None))
        .with_for_update(skip_locked=True)
    )
)
_FORGET_MAIL_TOKENS: Final = delete(mail_tokens).where(
    mail_tokens.c.digest.in_(
        select(mail_tokens.c.digest)
        .where(mail_tokens.c.expires_at < _BEFORE)
        .with_for_update(skip_locked=True)
    )
)


@frozen
class SqlSessions:
    _connection: AsyncConnection

    async def open(self, session: Session, token_digest: bytes) -> None:
        row = {
            "session": session.id,
            "account": session.account,
            "kind": session.kind.value,
            "began_at": session.began_at,
            "expires_at": session.expires_at,
        }
        if not (await self._connection.execute(_OPEN, row)).rowcount:
            raise AccountNotFound(session.account)
        await self._add(RefreshToken(token_digest, session.id, session.expires_at))

    async def hold_token(self, digest: bytes) -> tuple[Session, RefreshToken] | None:
        shown = {"shown": digest}
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(_HOLD_ACCOUNT, shown)
        row = (await self._connection.execute(_HOLD_TOKEN, shown)).one_or_none()
        if row is None:
            return None
        id_, account, kind, began_at, expires_at, token_expires_at, spent_at = row
        session = Session(
            SessionId(id_), AccountId(account), SessionKind(kind), began_at, expires_at
        )
        return session, RefreshToken(digest, session.id, token_expires_at, spent_at)

    async def exchange(self, spent: RefreshToken, new: RefreshToken) -> None:
        await self._connection.execute(_SPEND, {"shown": spent.digest, "at": spent.spent_at})
        await self._add(new)
        prolonged = {"session": new.session, "until": new.expires_at}
        await self._connection.execute(_PROLONG, prolonged)

    async def end(self, session: SessionId) -> bool:
        ended = await self._connection.execute(_END, {"session": session})
        return bool(ended.rowcount)

    async def end_all(self, account: AccountId, *, but: SessionId | None = None) -> None:
        if but is None:
            await self._connection.execute(_END_ALL, {"account": account})
        else:
            await self._connection.execute(_END_OTHERS, {"account": account, "session": but})

    async def forget_expired(self, before: datetime) -> int:
        forgotten = 0
        for statement in (_FORGET_SESSIONS, _FORGET_SPENT, _FORGET_MAIL_TOKENS):
            done = await self._connection.execute(statement, {"before": before})
            forgotten += int(done.rowcount)
        return forgotten

    async def _add(self, token: RefreshToken) -> None:
        row = {
            "session": token.session,
            "digest": token.digest,
            "expires_at": token.expires_at,
            "spent_at": token.spent_at,
        }
        await self._connection.execute(_ADD_TOKEN, row)
