from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

import pytest

from watchlist_core.auth import (
    Account,
    AccountSearch,
    Activate,
    ChangePassword,
    Credentials,
    EmailAddress,
    Identity,
    InvalidMailToken,
    IssueMailToken,
    Lives,
    MailPurpose,
    PasswordRules,
    Register,
    RequestActivation,
    RequestPasswordReset,
    ResetPassword,
    SignInLimits,
    WrongPassword,
)
from watchlist_core.ids import AccountId
from watchlist_core.paging import PageNumber, Total
from watchlist_core.testing.contracts.given import (
    NOON,
    PASSWORD,
    a_member,
    new_id,
    signed_in,
)
from watchlist_core.testing.contracts.mail_tokens import MailTokensContract
from watchlist_core.testing.contracts.overlap import at_once
from watchlist_core.testing.contracts.store import Store
from watchlist_core.testing.passwords import PlainPasswords
from watchlist_core.testing.tokens import PlainAccessTokens

__all__ = ["RegistrationContract"]

_SECOND: Final = timedelta(seconds=1)
_ANDREI: Final = EmailAddress("andrei@example.org")
_ANOTHER: Final = "Stalker!1979"  # of nobody, too
_HERE: Final = "192.0.2.1"


def _clock() -> datetime:
    return NOON


def _changed() -> None:
    """Nothing is believed of access tokens here."""


def _register(store: Store) -> Register:
    return Register(
        store.begin, _clock, new_id, PlainPasswords(), PasswordRules(), activation_required=True
    )


def _reset(store: Store) -> ResetPassword:
    return ResetPassword(store.begin, _clock, PlainPasswords(), PasswordRules(), _changed)


async def _known(store: Store, email: EmailAddress = _ANDREI) -> Credentials:
    known = await store.account_queries.credentials(email)
    assert known
    return known


async def _link(
    store: Store, account: AccountId, purpose: MailPurpose, *, sent_at: datetime = NOON
) -> str:
    issue = IssueMailToken(store.begin, lambda: sent_at, token_urlsafe, Lives())
    issued = await issue(account, purpose)
    assert issued
    return issued.token


async def _pending(
    store: Store, email: str = "andrei@example.org", username: str | None = None
) -> tuple[Account, str]:
    """Return an account that waits for its activation, and the link that was mailed."""
    await _register(store)(email, PASSWORD, username)
    account = (await _known(store, EmailAddress(email))).account
    return account, await _link(store, account.id, MailPurpose.ACTIVATION)


async def _works(password: str, known: Credentials) -> bool:
    return await PlainPasswords().verify(password, known.password_hash)


@pytest.mark.asyncio
class RegistrationContract(MailTokensContract):
    """Who reads the mail of an address has its account, and its links are good for once."""

    async def test_20_registrations_of_an_address_at_once_make_one_account(
        self, store: Store
    ) -> None:
        register = _register(store)
        addresses = ["andrei@example.org", "Andrei@Example.ORG"] * 10

        done, refused = await at_once(*(register(one, PASSWORD, "andrei") for one in addresses))

        found = await store.account_queries.search(AccountSearch(), PageNumber())
        assert (len(done), refused) == (20, [])
        assert found.total == Total(1)
        assert list(await store.events()) == ["account-registered"] * 20
        assert await _works(PASSWORD, await _known(store))

    async def test_who_follows_the_link_is_called_as_he_wanted(self, store: Store) -> None:
        pending, link = await _pending(store, username="andrei")

        await Activate(store.begin, _clock)(link)

        activated = (await _known(store)).account
        assert (pending.may_sign_in, pending.username) == (False, None)
        assert (activated.may_sign_in, activated.username) == (True, "andrei")
        assert await _works(PASSWORD, await _known(store))
        assert list(await store.events()) == ["account-registered", "account-activated"]

    async def test_of_two_who_want_a_username_the_first_activated_gets_it(
        self, store: Store
    ) -> None:
        (first, link), (second, other_link) = [
            await _pending(store, email, "andrei")
            for email in ("andrei@example.org", "andrei@example.com")
        ]
        activate = Activate(store.begin, _clock)

        _, refused = await at_once(activate(link), activate(other_link))

        both = [await store.account_queries.find(account.id) for account in (first, second)]
        assert refused == []
        assert [account.may_sign_in for account in both if account] == [True, True]
        names = sorted(account.username or "" for account in both if account)
        assert names == ["", "andrei"]

    async def test_of_20_who_follow_a_link_at_once_one_activates(self, store: Store) -> None:
        _, link = await _pending(store)
        activate = Activate(store.begin, _clock)

        _, refused = await at_once(*(activate(link) for _ in range(20)))

        assert [type(error) for error in refused] == [InvalidMailToken] * 19
        assert list(await store.events()).count("account-activated") == 1

    async def test_a_link_that_expired_or_was_replaced_leads_nowhere(self, store: Store) -> None:
        account, older = await _pending(store)
        expired_at = NOON - Lives().activation
        activate = Activate(store.begin, _clock)

        newer = await _link(store, account.id, MailPurpose.ACTIVATION, sent_at=expired_at)

        for link in (older, newer, "no link at all"):
            with pytest.raises(InvalidMailToken):
                await activate(link)
        good = await _link(store, account.id, MailPurpose.ACTIVATION, sent_at=expired_at + _SECOND)
        await activate(good)

    async def test_who_registers_again_before_he_follows_the_link_goes_on(
        self, store: Store
    ) -> None:
        account, link = await _pending(store, username="andrei")

        await _register(store)("ANDREI@example.org", PASSWORD, "kelvin")

        known = await _known(store)
        assert (known.account.id, known.account.wanted_username) == (account.id, "kelvin")
        await Activate(store.begin, _clock)(link)
        assert await _works(PASSWORD, await _known(store))
        assert list(await store.events()) == [
            *["account-registered"] * 2,
            "account-activated",
        ]

    async def test_nobody_activates_an_account_for_a_stranger(self, store: Store) -> None:
        account, link = await _pending(store, username="andrei")

        for password in (_ANOTHER, PASSWORD):
            await _register(store)("ANDREI@example.org", password, "kelvin")
        await Activate(store.begin, _clock)(link)

        known = await _known(store)
        assert (known.account.id, known.account.username) == (account.id, None)
        assert known.password_hash is None
        assert list(await store.events()) == [
            *["account-registered"] * 3,
            *("account-activated", "password-reset-requested"),
        ]
        await _reset(store)(await _link(store, account.id, MailPurpose.PASSWORD_RESET), _ANOTHER)
        assert await _works(_ANOTHER, await _known(store))

    async def test_of_several_passwords_that_are_chosen_at_once_none_is_kept(
        self, store: Store
    ) -> None:
        register = _register(store)

        done, refused = await at_once(
            *(register("andrei@example.org", one) for one in [PASSWORD, _ANOTHER] * 5)
        )

        assert (len(done), refused) == (10, [])
        assert (await _known(store)).password_hash is None

    async def test_who_registers_a_known_address_changes_nothing(self, store: Store) -> None:
        await a_member(store)
        known = await _known(store)

        await _register(store)("ANDREI@example.org", _ANOTHER, "kelvin")

        assert await _known(store) == known
        assert list(await store.events()) == ["account-added", "address-registered-again"]

    async def test_whoever_asks_for_a_mail_is_answered_alike(self, store: Store) -> None:
        await a_member(store)
        await _pending(store, "kelvin@example.org")
        before = len(await store.events())

        for email in ("andrei@example.org", "kelvin@example.org", "nobody@example.org", "none"):
            await RequestActivation(store.begin)(email)
            await RequestPasswordReset(store.begin)(email)

        recorded = list(await store.events())[before:]
        assert recorded == ["activation-requested", "password-reset-requested"] * 4

    async def test_of_20_who_reset_a_password_at_once_one_does(self, store: Store) -> None:
        account = await a_member(store)
        link = await _link(store, account.id, MailPurpose.PASSWORD_RESET)
        signed = await signed_in(store, account.id)

        done, refused = await at_once(*(_reset(store)(link, _ANOTHER) for _ in range(20)))

        known = await _known(store)
        assert len(done) == 1
        assert [type(error) for error in refused] == [InvalidMailToken] * 19
        assert (await _works(PASSWORD, known), await _works(_ANOTHER, known)) == (False, True)
        assert list(await store.events()).count("password-changed") == 1
        assert await self._identity(store, signed.access) is None

    async def test_who_changes_his_password_stays_signed_in_alone(self, store: Store) -> None:
        account = await a_member(store)
        here, elsewhere = [await signed_in(store, account.id) for _ in range(2)]
        link = await _link(store, account.id, MailPurpose.PASSWORD_RESET)
        change = ChangePassword(
            store.begin,
            _clock,
            PlainPasswords(),
            PasswordRules(),
            store.account_queries,
            SignInLimits(),
            _changed,
        )
        me = await self._identity(store, here.access)
        assert me

        with pytest.raises(WrongPassword):
            await change(me, "a guess", _ANOTHER, _HERE)
        await change(me, PASSWORD, _ANOTHER, _HERE)

        assert await _works(_ANOTHER, await _known(store))
        assert await self._identity(store, here.access) == me
        assert await self._identity(store, elsewhere.access) is None
        assert list(await store.events()).count("password-changed") == 1
        with pytest.raises(InvalidMailToken):
            await _reset(store)(link, PASSWORD)

    async def _identity(self, store: Store, access: str) -> Identity | None:
        session = PlainAccessTokens(_clock).verify(access).session
        return await store.account_queries.identity(session, NOON)
