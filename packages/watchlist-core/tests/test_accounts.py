from datetime import timedelta

import pytest
from attrs import evolve

from watchlist_core.auth import Account, AddAccount, Identify, Identity, InvalidToken, Role
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.security import JwtAccessTokens
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import NOON

TOKENS = JwtAccessTokens([b"0" * 32], lambda: NOON)
QUARTER = timedelta(minutes=15)
ACCOUNT = Account(AccountId(Uuid7()()), None, Role.USER, is_active=True, created_at=NOON)


@pytest.mark.parametrize("username", ["abc", "a.b-c_9", "x" * 32, None])
async def test_a_new_account_is_active_at_once(username: str | None) -> None:
    add_account = AddAccount(MemoryStore().begin, lambda: NOON, Uuid7())

    account = await add_account(username, Role.MODERATOR)

    assert account == Account(account.id, username, Role.MODERATOR, True, NOON)  # noqa: FBT003  all of it at a glance


@pytest.mark.parametrize(
    "username", ["", "ab", "x" * 33, "Andrei", "andreï", "a b", "abc\n", "a@b"]
)
async def test_no_other_username_can_be_had(username: str) -> None:
    store = MemoryStore()

    with pytest.raises(ValueError, match="username"):
        await AddAccount(store.begin, lambda: NOON, Uuid7())(username)

    assert list(await store.events()) == []


def test_a_role_is_one_of_three() -> None:
    with pytest.raises(TypeError, match="role"):
        Account(AccountId(Uuid7()()), None, "admin", is_active=True, created_at=NOON)  # type: ignore[arg-type]  # that is the mistake


def test_each_role_includes_those_before_it() -> None:
    included = {role: [other for other in Role if role.includes(other)] for role in Role}

    assert included == {
        Role.USER: [Role.USER],
        Role.MODERATOR: [Role.USER, Role.MODERATOR],
        Role.ADMIN: [Role.USER, Role.MODERATOR, Role.ADMIN],
    }


@pytest.mark.parametrize("role", Role)
async def test_a_token_tells_who_shows_it_with_the_role_that_the_account_has(role: Role) -> None:
    store = MemoryStore()
    token = TOKENS.issue(ACCOUNT.id, QUARTER)
    async with store.begin() as work:
        await work.accounts.add(evolve(ACCOUNT, role=role))
        await work.commit()

    identity = await Identify(TOKENS, store.account_queries)(token)

    assert identity == Identity(ACCOUNT.id, role)


async def test_an_account_that_is_not_active_is_nobody() -> None:
    store = MemoryStore()
    async with store.begin() as work:
        await work.accounts.add(evolve(ACCOUNT, is_active=False))
        await work.commit()

    with pytest.raises(InvalidToken):
        await Identify(TOKENS, store.account_queries)(TOKENS.issue(ACCOUNT.id, QUARTER))


async def test_an_account_that_is_gone_is_nobody() -> None:
    token = TOKENS.issue(AccountId(Uuid7()()), QUARTER)

    with pytest.raises(InvalidToken):
        await Identify(TOKENS, MemoryStore().account_queries)(token)


async def test_a_token_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidToken):
        await Identify(TOKENS, MemoryStore().account_queries)("none")
