"""Somebody who registers, and what the store then knows of him."""

from datetime import datetime

from watchlist_core.auth import (
    Account,
    AccountChanges,
    EmailAddress,
    PasswordRules,
    Register,
    ReviseAccount,
)
from watchlist_core.ids import AccountId
from watchlist_core.testing import MemoryStore, PlainPasswords
from watchlist_core.testing.contracts import (
    NOON,
    PASSWORD,
    Store,
    new_id,
)
from watchlist_core.work import Event

__all__ = [
    "ANDREI",
    "account_of",
    "believed_by_nobody",
    "last_event",
    "noon",
    "registering",
    "switch_off",
    "waiting",
]

ANDREI = "andrei@example.org"


def noon() -> datetime:
    return NOON


def believed_by_nobody() -> None:
    """Nobody believes anything of access tokens here."""


def registering(
    store: Store, passwords: PlainPasswords | None = None, *, activation_required: bool = True
) -> Register:
    passwords = passwords or PlainPasswords()
    return Register(store.begin, noon, new_id, passwords, PasswordRules(), activation_required)


async def account_of(store: Store, email: str = ANDREI) -> Account:
    known = await store.account_queries.credentials(EmailAddress(email))
    assert known
    return known.account


async def waiting(store: Store, username: str | None = None) -> Account:
    await registering(store)(ANDREI, PASSWORD, username)
    return await account_of(store)


async def switch_off(store: Store, account: AccountId) -> None:
    await ReviseAccount(store.begin, believed_by_nobody)(account, AccountChanges(is_active=False))


def last_event(store: MemoryStore) -> Event:
    return store.committed.events[max(store.committed.events)]
