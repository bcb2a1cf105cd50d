from collections.abc import Collection, Sequence
from typing import Any, Final

from attrs import define, field
from sqlalchemy import bindparam, delete, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_core.auth import (
    Account,
    AccountNotFound,
    AddressTaken,
    EmailAddress,
    Role,
    UsernameTaken,
)
from watchlist_core.errors import WatchlistError
from watchlist_core.ids import AccountId
from watchlist_sql.advisory import hold_turns
from watchlist_sql.columns import IDENTIFIER
from watchlist_sql.keys import key_of
from watchlist_sql.savepoints import savepoint
from watchlist_sql.tables import accounts, movies, ratings, watches

__all__ = ["ACCOUNT", "SqlAccounts", "account_of"]

ACCOUNT: Final = (
    accounts.c.created_at,
    accounts.c.id,
    accounts.c.username,
    accounts.c.role,
    accounts.c.is_active,
    accounts.c.email,
    accounts.c.is_activated,
    accounts.c.wanted_username,
)
"""The columns that `account_of` reads."""

_IS_THIS: Final = accounts.c.id == bindparam("account", type_=IDENTIFIER)


def _add(insert_: Any) -> Any:
    # After an error, PostgreSQL would keep nothing of the work, and say nothing of that at commit.
    return insert_(accounts).on_conflict_do_nothing().returning(accounts.c.key)


_ADD_UNLESS_TAKEN: Final = {"sqlite": _add(sqlite.insert), "postgresql": _add(postgresql.insert)}
_ADD: Final = insert(accounts)
_TAKEN: Final = select(
    exists().where(accounts.c.folded_email == bindparam("folded_email"), ~_IS_THIS),
    exists().where(accounts.c.username == bindparam("username"), ~_IS_THIS),
)
# Its keys stay as they are, so that others may go on referring to it: a rating waits for nobody
# who signs in at the same moment.
_HOLD: Final = select(*ACCOUNT).where(_IS_THIS).with_for_update(key_share=True)
_HOLD_ALL: Final = (
    select(*ACCOUNT)
    .where(accounts.c.id.in_(bindparam("accounts", type_=IDENTIFIER, expanding=True)))
    .order_by(accounts.c.id)
    .with_for_update(key_share=True)
)
_HOLD_BY_EMAIL: Final = (
    select(*ACCOUNT)
    .where(accounts.c.folded_email == bindparam("folded_email"))
    .with_for_update(key_share=True)
)
_HAS_USERNAME: Final = select(exists().where(accounts.c.username == bindparam("username")))
_COUNT_ADMINS: Final = (
    select(func.count())
    .select_from(accounts)
    .where(accounts.c.role == Role.ADMIN.value, accounts.c.is_active, accounts.c.is_activated)
)
_SAVE: Final = update(accounts).where(_IS_THIS)
_PASSWORD_HASH: Final = select(accounts.c.password_hash).where(_IS_THIS)
_SET_PASSWORD_HASH: Final = (
    update(accounts).where(_IS_THIS).values(password_hash=bindparam("new_hash"))
)

_KEY: Final = key_of(accounts, "account")
_HOLD_RATED: Final = (
    select(movies.c.key)
    .where(movies.c.key.in_(select(ratings.c.movie_key).where(ratings.c.account_key == _KEY)))
    .order_by(movies.c.id)
    .with_for_update(key_share=True)
)
_HOLD_FROM_REFERRERS: Final = select(accounts.c.key).where(_IS_THIS).with_for_update()
_TAKE_OUT_OF_SCORES: Final = (
    update(movies)
    .where(movies.c.key == ratings.c.movie_key, ratings.c.account_key == _KEY)
    .values(
        rating_count=movies.c.rating_count - 1,
        rating_halves=movies.c.rating_halves - ratings.c.halves,
    )
)
_REMOVE: Final[Sequence[Any]] = (
    _TAKE_OUT_OF_SCORES,
    delete(ratings).where(ratings.c.account_key == _KEY),
    delete(watches).where(watches.c.account_key == _KEY),
    delete(accounts).where(_IS_THIS),  # its sessions and tokens go with it
)


@define
class SqlAccounts:
    _connection: AsyncConnection
    has_removed: bool = field(default=False, init=False)
    """Whether this work has removed one, and so its ratings from the scores."""

    async def add(self, account: Account, password_hash: str | None = None) -> None:
        row = _row(account) | {"id": account.id, "password_hash": password_hash}
        add = _ADD_UNLESS_TAKEN[self._connection.dialect.name]
        if await self._connection.scalar(add, row) is None:
            if refused := await self._refusal(account):
                raise refused
            await self._connection.execute(_ADD, row)  # and let the database say what is amiss

    async def hold(self, account: AccountId) -> Account:
        held = await self._connection.execute(_HOLD, {"account": account})
        row = held.one_or_none()
        if row is None:
            raise AccountNotFound(account)
        return account_of(row)

    async def hold_all(self, accounts: Collection[AccountId]) -> Sequence[Account]:
        held = await self._connection.execute(_HOLD_ALL, {"accounts": list(set(accounts))})
        return [account_of(row) for row in held]

    async def hold_by_email(self, email: EmailAddress) -> Account | None:
        held = await self._connection.execute(_HOLD_BY_EMAIL, {"folded_email": email.folded})
        row = held.one_or_none()
        return account_of(row) if row else None

    async def has_username(self, username: str) -> bool:
        return bool(await self._connection.scalar(_HAS_USERNAME, {"username": username}))

    async def hold_admins(self) -> int:
        # Not their rows, of which a new one could not be held beforehand.
        await hold_turns(self._connection, b"watchlist admins")
        return int(await self._connection.scalar(_COUNT_ADMINS) or 0)

    async def save(self, account: Account) -> None:
        try:
            async with savepoint(self._connection):
                await self._connection.execute(_SAVE, _row(account) | {"account": account.id})
        except IntegrityError as error:
            if refused := await self._refusal(account):
                raise refused from error
            raise

    async def password_hash(self, account: AccountId) -> str | None:
        found: str | None = await self._connection.scalar(_PASSWORD_HASH, {"account": account})
        return found

    async def set_password_hash(self, account: AccountId, password_hash: str | None) -> None:
        row = {"account": account, "new_hash": password_hash}
        await self._connection.execute(_SET_PASSWORD_HASH, row)

    async def remove(self, account: AccountId) -> None:
        this = {"account": account}
        if self._connection.dialect.name == "postgresql":
            # Who rates holds the movie and then refers to the account. So the movies come first,
            # and again those that were rated until nobody else could refer to it any more.
            for hold in (_HOLD_RATED, _HOLD_FROM_REFERRERS, _HOLD_RATED):
                await self._connection.execute(hold, this)
        for statement in _REMOVE:
            await self._connection.execute(statement, this)
        self.has_removed = True

    async def _refusal(self, account: Account) -> WatchlistError | None:
        """Return what to raise where another account has what *account* is to have."""
        wanted = {
            "account": account.id,
            "folded_email": account.email and account.email.folded,
            "username": account.username,
        }
        taken = await self._connection.execute(_TAKEN, wanted)
        is_address_taken, is_username_taken = taken.one()
        if is_address_taken:
            return AddressTaken()
        if is_username_taken and account.username:
            return UsernameTaken(account.username)
        return None


def account_of(row: Sequence[Any]) -> Account:
    """Return the account whose values of the columns `ACCOUNT` begin the *row*."""
    created_at, id_, username, role, is_active, email, is_activated, wanted_username, *_ = row
    return Account(
        AccountId(id_),
        username,
        Role(role),
        is_active,
        created_at,
        EmailAddress(email) if email else None,
        is_activated,
        wanted_username,
    )


def _row(account: Account) -> dict[str, Any]:
    return {
        "username": account.username,
        "role": account.role.value,
        "is_active": account.is_active,
        "created_at": account.created_at,
        "email": account.email and account.email.text,
        "folded_email": account.email and account.email.folded,
        "is_activated": account.is_activated,
        "wanted_username": account.wanted_username,
    }
