from datetime import timedelta

import pytest

from watchlist_core.auth import Account, MailPurpose, MailToken, digest_of
from watchlist_core.testing.contracts.given import NOON, an_account
from watchlist_core.testing.contracts.overlap import Overlap, at_once
from watchlist_core.testing.contracts.store import Store

__all__ = ["MailTokensContract"]


def _a_token(
    account: Account, text: str, purpose: MailPurpose = MailPurpose.ACTIVATION
) -> MailToken:
    return MailToken(digest_of(text), account.id, purpose, NOON + timedelta(minutes=30))


async def _replaced(store: Store, *tokens: MailToken) -> None:
    async with store.begin() as work:
        for token in tokens:
            await work.accounts.hold(token.account)
            await work.mail_tokens.replace(token)
        await work.commit()


async def _taken(store: Store, token: MailToken) -> MailToken | None:
    async with store.begin() as work:
        taken = await work.mail_tokens.take(token.digest, token.purpose)
        await work.commit()
    return taken


@pytest.mark.asyncio
class MailTokensContract:
    """What is mailed to an account is good for one thing, once, until something newer is mailed."""

    async def test_a_mail_token_is_taken_once(self, store: Store) -> None:
        token = _a_token(await an_account(store), "link")
        await _replaced(store, token)

        assert await _taken(store, token) == token
        assert await _taken(store, token) is None

    async def test_a_token_that_is_taken_without_commit_stays(self, store: Store) -> None:
        token = _a_token(await an_account(store), "link")
        await _replaced(store, token)

        async with store.begin() as work:
            assert await work.mail_tokens.take(token.digest, token.purpose) == token

        assert await _taken(store, token) == token

    async def test_of_two_who_take_a_mail_token_at_once_one_gets_it(self, store: Store) -> None:
        token = _a_token(await an_account(store), "link")
        await _replaced(store, token)
        overlap = Overlap(works=2)

        async def take() -> bool:
            async with store.begin() as work:
                taken = await work.mail_tokens.take(token.digest, token.purpose)
                await overlap()
                await work.commit()
            return taken is not None

        outcomes, failed = await at_once(take(), take())

        assert failed == []
        assert sorted(outcomes) == [False, True]

    async def test_a_newer_mail_token_replaces_the_older(self, store: Store) -> None:
        account, other = await an_account(store), await an_account(store)
        older, newer = _a_token(account, "older"), _a_token(account, "newer")
        reset = _a_token(account, "reset", MailPurpose.PASSWORD_RESET)
        others = _a_token(other, "of another")

        await _replaced(store, older, reset, others, newer)

        assert await _taken(store, older) is None
        assert [await _taken(store, one) for one in (newer, reset, others)] == [
            newer,
            reset,
            others,
        ]

    async def test_several_mail_tokens_are_kept_at_once(self, store: Store) -> None:
        accounts = [await an_account(store) for _ in range(3)]
        older = [_a_token(account, f"older {account.id}") for account in accounts]
        newer = [_a_token(account, f"newer {account.id}") for account in accounts]
        await _replaced(store, *older[:2])

        async with store.begin() as work:
            await work.accounts.hold_all([account.id for account in accounts])
            await work.mail_tokens.replace()
            await work.mail_tokens.replace(*newer)
            await work.commit()

        assert [await _taken(store, token) for token in older] == [None] * 3
        assert [await _taken(store, token) for token in newer] == newer

    async def test_a_mail_token_is_good_for_nothing_else(self, store: Store) -> None:
        account = await an_account(store)
        token = _a_token(account, "link")
        await _replaced(store, token)

        assert await _taken(store, _a_token(account, "link", MailPurpose.PASSWORD_RESET)) is None
        assert await _taken(store, _a_token(account, "another")) is None
        assert await _taken(store, token) == token

    async def test_all_mail_tokens_of_an_account_are_forgotten(self, store: Store) -> None:
        account, other = await an_account(store), await an_account(store)
        tokens = [_a_token(account, purpose, purpose) for purpose in MailPurpose]
        others = _a_token(other, "of another")
        await _replaced(store, *tokens, others)

        async with store.begin() as work:
            await work.accounts.hold(account.id)
            await work.mail_tokens.forget(account.id)
            await work.commit()

        assert [await _taken(store, token) for token in tokens] == [None, None]
        assert await _taken(store, others) == others
