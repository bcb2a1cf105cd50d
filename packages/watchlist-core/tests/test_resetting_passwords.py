"""What a link to reset a password costs the server, and when it is looked at."""

from datetime import datetime

import pytest

from watchlist_core.auth import (
    EmailAddress,
    InvalidMailToken,
    IssueMailToken,
    Lives,
    MailPurpose,
    PasswordRules,
    ResetPassword,
)
from watchlist_core.testing import MemoryStore, PlainPasswords
from watchlist_core.testing.contracts import NOON, a_member

ANOTHER = "Stalker!1979"


def _clock() -> datetime:
    return NOON


def _reset(store: MemoryStore, passwords: PlainPasswords) -> ResetPassword:
    return ResetPassword(store.begin, _clock, passwords, PasswordRules(), lambda: None)


async def test_nobody_hashes_a_password_for_whoever_makes_links_up() -> None:
    store, passwords = MemoryStore(), PlainPasswords()
    await a_member(store)

    with pytest.raises(InvalidMailToken):
        await _reset(store, passwords)("made up", ANOTHER)

    assert passwords.times_hashed == 0


async def test_a_link_that_was_looked_at_is_good_for_one_password() -> None:
    store, passwords = MemoryStore(), PlainPasswords()
    member = await a_member(store)
    issue = IssueMailToken(store.begin, _clock, lambda: "token", Lives())
    await issue(member.id, MailPurpose.PASSWORD_RESET)

    await _reset(store, passwords)("token", ANOTHER)
    with pytest.raises(InvalidMailToken):
        await _reset(store, passwords)("token", ANOTHER)

    assert passwords.times_hashed == 1
    assert member.email
    known = await store.account_queries.credentials(EmailAddress(member.email.text))
    assert known
    assert await passwords.verify(ANOTHER, known.password_hash)
