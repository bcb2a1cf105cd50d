"""What a type checker knows of accounts. mypy reads this file; running it shows that it is true."""

from secrets import token_urlsafe
from typing import assert_type

import pytest

from watchlist_core.auth import (
    Account,
    AccountCard,
    AccountChanges,
    Accounts,
    AccountSearch,
    Activate,
    AddAccount,
    AppointFirstAdmin,
    AuthWork,
    ChangePassword,
    CreateAccount,
    Credentials,
    EmailAddress,
    Identity,
    InvalidMailToken,
    IssuedMailToken,
    IssueMailToken,
    Lives,
    MailPurpose,
    MailTokens,
    PasswordRules,
    Passwords,
    Register,
    RemoveAccount,
    RemoveExpired,
    RequestActivation,
    RequestPasswordReset,
    ResetPassword,
    ReviseAccount,
    Role,
    SearchAccounts,
    ShowAccount,
    SignInLimits,
)
from watchlist_core.changes import UNCHANGED, Unchanged
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.paging import Page
from watchlist_core.testing import MemoryStore, PlainPasswords
from watchlist_core.testing.contracts import PASSWORD
from watchlist_core.work import Begin, now

new_id = Uuid7()
RULES = PasswordRules()


def _rights_changed() -> None:
    """Nobody believes anything of access tokens here."""


def _token() -> str:
    return token_urlsafe(32)


async def test_the_verbs_of_mail_have_types() -> None:
    store, passwords = MemoryStore(), PlainPasswords()
    begin, queries = store.begin, store.account_queries
    register = Register(begin, now, new_id, passwords, RULES, activation_required=True)

    await register("andrei@example.org", PASSWORD, "andrei")
    known = await queries.credentials(EmailAddress("andrei@example.org"))
    assert known
    issued = await IssueMailToken(begin, now, _token, Lives())(
        known.account.id, MailPurpose.ACTIVATION
    )
    assert issued
    await RequestActivation(begin)("andrei@example.org")
    await Activate(begin, now)(issued.token)
    await RequestPasswordReset(begin)("andrei@example.org")
    with pytest.raises(InvalidMailToken):
        await ResetPassword(begin, now, passwords, RULES, _rights_changed)("none", "Mirror?1975")
    identity = Identity(known.account.id, Role.USER)
    change = ChangePassword(begin, now, passwords, RULES, queries, SignInLimits(), _rights_changed)
    await change(identity, PASSWORD, "Mirror?1975", "192.0.2.1")
    removed = await RemoveExpired(begin, now)()

    assert_type(known, Credentials)
    assert_type(known.password_hash, str | None)
    assert_type(issued, IssuedMailToken)
    assert_type(issued.email, EmailAddress)
    assert_type(EmailAddress.parsed("andrei"), EmailAddress | None)
    assert_type(removed, int)


async def test_the_verbs_of_admins_have_types() -> None:
    store, passwords = MemoryStore(), PlainPasswords()
    begin, queries = store.begin, store.account_queries

    added = await AddAccount(begin, now, new_id)("kelvin", Role.USER, EmailAddress("kelvin@x.org"))
    card = await CreateAccount(begin, now, new_id, passwords, RULES)("andrei@example.org", PASSWORD)
    appointed = await AppointFirstAdmin(begin, now, new_id, passwords, RULES)(
        "snaut@example.org", None, PASSWORD
    )
    page = await SearchAccounts(queries)(AccountSearch(role=Role.USER))
    shown = await ShowAccount(queries)(added.id)
    changes = AccountChanges(username=None)
    revised = await ReviseAccount(begin, _rights_changed)(added.id, changes)
    await RemoveAccount(begin, _rights_changed)(added.id)

    assert_type(added, Account)
    assert_type(card, AccountCard)
    assert_type(card.role, Role)
    assert_type(appointed, bool)
    assert_type(page, Page[AccountCard])
    assert_type(shown, AccountCard)
    assert_type(changes.username, str | Unchanged | None)
    assert AccountChanges().username is UNCHANGED
    assert_type(revised, AccountCard)


async def test_the_memory_store_meets_the_needs_of_accounts() -> None:
    store = MemoryStore()
    auth: Begin[AuthWork] = store.begin
    passwords: Passwords = PlainPasswords()

    async with store.begin() as work:
        accounts: Accounts = work.accounts
        mail_tokens: MailTokens = work.mail_tokens

    assert all((auth, passwords, accounts, mail_tokens))


def test_a_checker_refuses_what_would_go_wrong_with_accounts() -> None:
    AccountChanges(role="admin")  # type: ignore[arg-type]  # no Role
    AccountChanges(username=1)  # type: ignore[arg-type]  # no text
    AccountSearch(role=AccountId(new_id()))  # type: ignore[arg-type]  # another kind of thing
    RequestActivation(MemoryStore().account_queries)  # type: ignore[arg-type]  # another door
