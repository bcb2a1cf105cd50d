"""Stores that break one promise about what is mailed each are found out by the contracts."""

from typing import ClassVar

from attrs import evolve
from typing_extensions import override

from tests.broken_stores import EveryMutantIsFoundOut, Mutant, WithoutLock
from watchlist_core.auth import (
    Account,
    AccountNotFound,
    EmailAddress,
    MailPurpose,
    MailToken,
)
from watchlist_core.ids import AccountId, SessionId, Uuid7
from watchlist_core.testing.contracts import MailTokensContract, RegistrationContract
from watchlist_core.testing.memory import (
    MemoryAccounts,
    MemoryMailTokens,
    MemorySessions,
    Table,
)


class KeepsTakenTokens(Mutant):
    class MailTokens(MemoryMailTokens):
        @override
        async def take(self, digest: bytes, purpose: MailPurpose) -> MailToken | None:
            taken = await super().take(digest, purpose)
            if taken:
                await self.replace(taken)
            return taken


class TakesTokensAtOnce(Mutant):
    class MailTokens(MemoryMailTokens):
        @override
        async def take(self, digest: bytes, purpose: MailPurpose) -> MailToken | None:
            taken = await super().take(digest, purpose)
            committed = self._tables.mail_tokens.below
            if taken and isinstance(committed, Table):
                committed.pop((taken.account, taken.purpose))
            return taken


class KeepsTheFirstToken(Mutant):
    class MailTokens(MemoryMailTokens):
        @override
        async def replace(self, *tokens: MailToken) -> None:
            for token in tokens:
                self._tables.mail_tokens.setdefault((token.account, token.purpose), token)


class KeepsTheFirstOfSeveral(Mutant):
    class MailTokens(MemoryMailTokens):
        @override
        async def replace(self, *tokens: MailToken) -> None:
            await super().replace(*tokens[:1])


class KeepsOneTokenForAll(Mutant):
    class MailTokens(MemoryMailTokens):
        @override
        async def replace(self, *tokens: MailToken) -> None:
            self._tables.mail_tokens.clear()
            await super().replace(*tokens)


class LosesTokens(Mutant):
    class MailTokens(MemoryMailTokens):
        @override
        async def replace(self, *tokens: MailToken) -> None:
            """Keep nothing."""


class IgnoresPurposes(Mutant):
    class MailTokens(MemoryMailTokens):
        @override
        async def take(self, digest: bytes, purpose: MailPurpose) -> MailToken | None:
            for one in MailPurpose:
                if taken := await super().take(digest, one):
                    return taken
            return None


class HidesExpiredTokens(Mutant):
    class MailTokens(MemoryMailTokens):
        @override
        async def take(self, digest: bytes, purpose: MailPurpose) -> MailToken | None:
            taken = await super().take(digest, purpose)
            return taken and evolve(taken, expires_at=taken.expires_at.replace(year=9999))


class ForgetsNoToken(Mutant):
    class MailTokens(MemoryMailTokens):
        @override
        async def forget(self, account: AccountId) -> None:
            """Keep all."""


class ForgetsEverybodysTokens(Mutant):
    class MailTokens(MemoryMailTokens):
        @override
        async def forget(self, account: AccountId) -> None:
            self._tables.mail_tokens.clear()


class HoldsNobodyByAddress(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def hold_by_email(self, email: EmailAddress) -> Account | None:
            return None


class RefusesUnknownAddresses(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def hold_by_email(self, email: EmailAddress) -> Account | None:
            held = await super().hold_by_email(email)
            if held is None and self._tables.accounts:
                raise AccountNotFound(AccountId(Uuid7()()))
            return held


class ForgetsWishes(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def save(self, account: Account) -> None:
            await super().save(evolve(account, wanted_username=None))


class GivesAUsernameTwice(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def save(self, account: Account) -> None:
            await super().save(evolve(account, username=None))
            self._tables.accounts[account.id] = account


class KeepsAPassword(Mutant):
    class Accounts(MemoryAccounts):
        @override
        async def set_password_hash(self, account: AccountId, password_hash: str | None) -> None:
            if password_hash:
                await super().set_password_hash(account, password_hash)


class SparesNoSession(Mutant):
    class Sessions(MemorySessions):
        @override
        async def end_all(self, account: AccountId, *, but: SessionId | None = None) -> None:
            await super().end_all(account)


class TestMailTokens(EveryMutantIsFoundOut):
    contract = MailTokensContract
    found_out_by: ClassVar = {
        KeepsTakenTokens: ["test_a_mail_token_is_taken_once"],
        TakesTokensAtOnce: ["test_a_token_that_is_taken_without_commit_stays"],
        KeepsTheFirstToken: ["test_a_newer_mail_token_replaces_the_older"],
        KeepsTheFirstOfSeveral: ["test_several_mail_tokens_are_kept_at_once"],
        KeepsOneTokenForAll: ["test_a_newer_mail_token_replaces_the_older"],
        IgnoresPurposes: ["test_a_mail_token_is_good_for_nothing_else"],
        ForgetsNoToken: ["test_all_mail_tokens_of_an_account_are_forgotten"],
        ForgetsEverybodysTokens: ["test_all_mail_tokens_of_an_account_are_forgotten"],
        WithoutLock: ["test_of_two_who_take_a_mail_token_at_once_one_gets_it"],
    }


class TestRegistration(EveryMutantIsFoundOut):
    contract = RegistrationContract
    tested_elsewhere = (MailTokensContract,)
    found_out_by: ClassVar = {
        KeepsTakenTokens: ["test_of_20_who_reset_a_password_at_once_one_does"],
        KeepsTheFirstToken: ["test_a_link_that_expired_or_was_replaced_leads_nowhere"],
        HidesExpiredTokens: ["test_a_link_that_expired_or_was_replaced_leads_nowhere"],
        LosesTokens: ["test_of_20_who_follow_a_link_at_once_one_activates"],
        ForgetsNoToken: ["test_who_changes_his_password_stays_signed_in_alone"],
        HoldsNobodyByAddress: [
            "test_20_registrations_of_an_address_at_once_make_one_account",
            "test_who_registers_a_known_address_changes_nothing",
        ],
        RefusesUnknownAddresses: ["test_whoever_asks_for_a_mail_is_answered_alike"],
        ForgetsWishes: [
            "test_who_follows_the_link_is_called_as_he_wanted",
            "test_who_registers_again_before_he_follows_the_link_goes_on",
        ],
        KeepsAPassword: [
            "test_nobody_activates_an_account_for_a_stranger",
            "test_of_several_passwords_that_are_chosen_at_once_none_is_kept",
        ],
        GivesAUsernameTwice: ["test_of_two_who_want_a_username_the_first_activated_gets_it"],
        SparesNoSession: ["test_who_changes_his_password_stays_signed_in_alone"],
    }
