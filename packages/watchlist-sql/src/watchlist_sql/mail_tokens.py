from typing import Any, Final

from attrs import frozen
from sqlalchemy import Text, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.auth import MailPurpose, MailToken
from watchlist_core.ids import AccountId
from watchlist_sql.columns import DIGEST
from watchlist_sql.keys import key_of
from watchlist_sql.tables import accounts, mail_tokens

__all__ = ["SqlMailTokens"]


def _replace(insert: Any) -> Any:
    new = insert(mail_tokens).values(account_key=key_of(accounts, "account"))
    return new.on_conflict_do_update(
        index_elements=["account_key", "purpose"],
        set_={"digest": new.excluded.digest, "expires_at": new.excluded.expires_at},
    )


_REPLACE: Final = {"sqlite": _replace(sqlite.insert), "postgresql": _replace(postgresql.insert)}
_IS_MAILED: Final = (mail_tokens.c.digest == bindparam("shown", type_=DIGEST)) & (
    mail_tokens.c.purpose == bindparam("purpose", type_=Text)
)
_OWNER: Final = (
    select(accounts.c.id)
    .select_from(mail_tokens.join(accounts))
    .where(_IS_MAILED)
    .with_for_update(key_share=True, of=accounts)
)
_TAKE: Final = delete(mail_tokens).where(_IS_MAILED).returning(mail_tokens.c.expires_at)
_FORGET_MAILED: Final = delete(mail_tokens).where(
    mail_tokens.c.account_key == key_of(accounts, "account")
)


@frozen
class SqlMailTokens:
    _connection: AsyncConnection

    async def replace(self, *tokens: MailToken) -> None:
        rows = [
            {
                "account": token.account,
                "digest": token.digest,
                "purpose": token.purpose.value,
                "expires_at": token.expires_at,
            }
            for token in tokens
        ]
        if rows:
            await self._connection.execute(_REPLACE[self._connection.dialect.name], rows)

    async def take(self, digest: bytes, purpose: MailPurpose) -> MailToken | None:
        shown = {"shown": digest, "purpose": purpose.value}
        account = await self._connection.scalar(_OWNER, shown)
        if account is None:
            return None
        # Whoever held the account until now may have taken it.
        expires_at = await self._connection.scalar(_TAKE, shown)
        if expires_at is None:
            return None
        return MailToken(digest, AccountId(account), purpose, expires_at)

    async def forget(self, account: AccountId) -> None:
        await self._connection.execute(_FORGET_MAILED, {"account": account})
