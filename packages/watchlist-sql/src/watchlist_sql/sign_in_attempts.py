from datetime import datetime
from typing import Any, Final

from attrs import frozen
from sqlalchemy import ColumnElement, Text, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.auth import Attempts
from watchlist_sql.advisory import hold_turns
from watchlist_sql.columns import DIGEST, INSTANT
from watchlist_sql.tables import sign_in_attempts

__all__ = ["SqlSignInAttempts"]

_ON_ACCOUNT: Final = sign_in_attempts.c.email_digest == bindparam("email", type_=DIGEST)
_FROM_ORIGIN: Final = sign_in_attempts.c.origin == bindparam("from", type_=Text)
_SINCE: Final = sign_in_attempts.c.tried_at >= bindparam("since", type_=INSTANT)


def _attempts(*conditions: ColumnElement[bool]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    tried_at = sign_in_attempts.c.tried_at
    these = select(func.count(tried_at)).where(_SINCE, *conditions)
    return these.scalar_subquery(), these.with_only_columns(func.min(tried_at)).scalar_subquery()


_COUNT: Final = select(
    *_attempts(_ON_ACCOUNT, _FROM_ORIGIN), *_attempts(_ON_ACCOUNT), *_attempts(_FROM_ORIGIN)
)
_ADD_ATTEMPT: Final = insert(sign_in_attempts)
_WITHDRAW: Final = delete(sign_in_attempts).where(
    sign_in_attempts.c.key.in_(
        select(sign_in_attempts.c.key)
        .where(
            _ON_ACCOUNT,
            _FROM_ORIGIN,
            sign_in_attempts.c.tried_at == bindparam("at", type_=INSTANT),
        )
        .limit(1)
        .with_for_update(skip_locked=True)  # another of the same instant is as good
    )
)
_FORGIVE: Final = delete(sign_in_attempts).where(_ON_ACCOUNT, _FROM_ORIGIN)
_FORGET_ATTEMPTS: Final = delete(sign_in_attempts).where(
    sign_in_attempts.c.key.in_(
        select(sign_in_attempts.c.key)
        .where(sign_in_attempts.c.tried_at < bindparam("before", type_=INSTANT))
        .with_for_update(skip_locked=True)
    )
)


@frozen
class SqlSignInAttempts:
    _connection: AsyncConnection

    async def hold(self, email: bytes, origin: str, since: datetime) -> Attempts:
        # Neither needs to have a row yet that could be held.
        turns = (b"sign-in to " + email, b"sign-in from " + origin.encode())
        await hold_turns(self._connection, *turns)
        counted = await self._connection.execute(
            _COUNT, {"email": email, "from": origin, "since": since}
        )
        return Attempts(*counted.one())

    async def add(self, email: bytes, origin: str, at: datetime) -> None:
        row = {"email_digest": email, "origin": origin, "tried_at": at}
        await self._connection.execute(_ADD_ATTEMPT, row)

    async def withdraw(self, email: bytes, origin: str, at: datetime) -> None:
        row = {"email": email, "from": origin, "at": at}
        await self._connection.execute(_WITHDRAW, row)

    async def forgive(self, email: bytes, origin: str) -> None:
        await self._connection.execute(_FORGIVE, {"email": email, "from": origin})

    async def forget(self, before: datetime) -> int:
        forgotten = await self._connection.execute(_FORGET_ATTEMPTS, {"before": before})
        return int(forgotten.rowcount)
