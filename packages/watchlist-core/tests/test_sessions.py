from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_urlsafe

import pytest
from attrs import define, field, frozen

from watchlist_core.auth import (
    AccountNotFound,
    Identify,
    IdentifyPage,
    Identity,
    InvalidToken,
    Lives,
    OpenSession,
    Refresh,
    RefreshedAlready,
    Role,
    SessionKind,
    SignInTokens,
    SignOut,
    SignOutEverywhere,
    SignOutOnPage,
    VerifiedToken,
    VerifyToken,
)
from watchlist_core.ids import AccountId
from watchlist_core.testing import MemoryStore, PlainAccessTokens
from watchlist_core.testing.contracts import NOON, an_account, ended, new_id, opened, signed_in

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@define
class Server:
    """What the verbs need, and a clock that a test sets."""

    lives: Lives = field(factory=Lives)
    time: datetime = NOON
    store: MemoryStore = field(factory=MemoryStore)
    times_rights_changed: int = 0

    def clock(self) -> datetime:
        return self.time

    def rights_changed(self) -> None:
        self.times_rights_changed += 1

    @property
    def tokens(self) -> PlainAccessTokens:
        return PlainAccessTokens(self.clock)

    @property
    def refresh(self) -> Refresh:
        return Refresh(
            self.store.begin,
            self.clock,
            token_urlsafe,
            self.tokens,
            self.lives,
            self.rights_changed,
        )

    @property
    def identify(self) -> Identify:
        return Identify(self.tokens, self.store.account_queries, self.clock)

    async def sign_in(self) -> SignInTokens:
        account = await an_account(self.store)
        return await signed_in(self.store, account.id, at=self.time, lives=self.lives)


@pytest.fixture
def server() -> Server:
    return Server()


# Opening


async def test_who_is_vouched_for_gets_tokens_without_a_password(server: Server) -> None:
    account = await an_account(server.store)
    open_session = OpenSession(
        server.store.begin, server.clock, new_id, lambda: "refresh", server.tokens, server.lives
    )

    tokens = await open_session(account.id)

    assert tokens == SignInTokens(account.id, tokens.access, "refresh", 15 * 60)
    assert (await server.identify(tokens.access)).account == account.id
    assert list(await server.store.events()) == ["account-added", "signed-in"]


async def test_nobody_is_vouched_for_who_is_not_there(server: Server) -> None:
    nobody = AccountId(new_id())

    with pytest.raises(AccountNotFound):
        await signed_in(server.store, nobody)

    assert list(await server.store.events()) == []


@pytest.mark.parametrize("life", [15 * MINUTE, 5 * MINUTE, 90 * SECOND])
async def test_an_access_token_outlives_no_session(life: timedelta) -> None:
    server = Server(Lives(refresh=life))

    first = await server.sign_in()
    second = await server.refresh(first.refresh)

    assert first.expires_in == second.expires_in == life // SECOND
    assert server.tokens.verify(second.access).expires_at == NOON + life


# Refreshing


async def test_new_tokens_are_of_the_same_session_which_goes_on(server: Server) -> None:
    first = await server.sign_in()
    session = server.tokens.verify(first.access).session

    for _ in range(3):
        server.time += 6 * DAY
        second = await server.refresh(first.refresh)
        assert second.account == first.account
        assert second.expires_in == 15 * 60
        assert server.tokens.verify(second.access).session == session
        assert (await server.identify(second.access)).session == session
        first = second

    assert server.times_rights_changed == 0


async def test_an_access_token_is_good_until_its_end_though_it_was_refreshed(
    server: Server,
) -> None:
    first = await server.sign_in()

    await server.refresh(first.refresh)

    assert (await server.identify(first.access)).account == first.account


async def test_a_spent_token_is_forgiven_for_a_moment(server: Server) -> None:
    first = await server.sign_in()
    second = await server.refresh(first.refresh)
    server.time += server.lives.grace

    for _ in range(3):
        with pytest.raises(RefreshedAlready):
            await server.refresh(first.refresh)

    await server.refresh(second.refresh)
    assert list(await server.store.events()) == ["account-added", "signed-in"]
    assert server.times_rights_changed == 0


async def test_a_spent_token_shown_later_ends_the_session_for_both_who_have_it(
    server: Server,
) -> None:
    first = await server.sign_in()
    second = await server.refresh(first.refresh)
    third = await server.refresh(second.refresh)
    server.time += server.lives.grace + timedelta.resolution

    with pytest.raises(InvalidToken):
        await server.refresh(first.refresh)

    assert server.times_rights_changed == 1
    assert list(await server.store.events()) == [
        "account-added",
        "signed-in",
        "refresh-token-reused",
    ]
    for token in (first, second, third):
        with pytest.raises(InvalidToken):
            await server.refresh(token.refresh)
        with pytest.raises(InvalidToken):
            await server.identify(token.access)
    assert server.times_rights_changed == 1


async def test_other_sessions_go_on_when_a_stolen_one_ends(server: Server) -> None:
    first = await server.sign_in()
    other = await signed_in(server.store, first.account)
    await server.refresh(first.refresh)
    server.time += MINUTE

    with pytest.raises(InvalidToken):
        await server.refresh(first.refresh)

    await server.refresh(other.refresh)


async def test_a_token_is_refreshed_until_it_expires(server: Server) -> None:
    first, second = await server.sign_in(), await server.sign_in()

    server.time += server.lives.refresh - timedelta.resolution
    await server.refresh(first.refresh)
    server.time += timedelta.resolution
    with pytest.raises(InvalidToken):
        await server.refresh(second.refresh)

    assert "refresh-token-reused" not in await server.store.events()


@pytest.mark.parametrize("token", ["", "unknown", "\ud800"])
async def test_an_unknown_token_is_refused(server: Server, token: str) -> None:
    await server.sign_in()

    with pytest.raises(InvalidToken):
        await server.refresh(token)


async def test_an_access_token_or_a_cookie_cannot_be_refreshed(server: Server) -> None:
    tokens = await server.sign_in()
    await opened(server.store, "cookie", SessionKind.PAGE)

    for token in (tokens.access, "cookie"):
        with pytest.raises(InvalidToken):
            await server.refresh(token)


# Signing out


@frozen
class SignedInTwice:
    """Somebody with a program and the page, and somebody else."""

    tokens: SignInTokens
    identity: Identity
    on_page: Identity
    other: SignInTokens


@pytest.fixture
async def twice(server: Server) -> SignedInTwice:
    page = await opened(server.store, "cookie", SessionKind.PAGE)
    tokens = await signed_in(server.store, page.account)
    return SignedInTwice(
        tokens,
        await server.identify(tokens.access),
        await _on_page(server)("cookie"),
        await server.sign_in(),
    )


def _on_page(server: Server) -> IdentifyPage:
    return IdentifyPage(server.store.account_queries, server.clock)


async def test_who_signs_out_ends_one_session(server: Server, twice: SignedInTwice) -> None:
    second = await server.refresh(twice.tokens.refresh)
    sign_out = SignOut(server.store.begin, server.rights_changed)

    await sign_out(twice.identity, second.refresh)

    for tokens in (twice.tokens, second):
        with pytest.raises(InvalidToken):
            await server.identify(tokens.access)
        with pytest.raises(InvalidToken):
            await server.refresh(tokens.refresh)
        with pytest.raises(InvalidToken):
            await sign_out(twice.identity, tokens.refresh)
    assert await _on_page(server)("cookie") == twice.on_page
    assert server.times_rights_changed == 1
    assert list(await server.store.events()).count("signed-out") == 1


async def test_nobody_signs_somebody_else_out(server: Server, twice: SignedInTwice) -> None:
    with pytest.raises(InvalidToken):
        await SignOut(server.store.begin, server.rights_changed)(
            twice.identity, twice.other.refresh
        )

    await server.refresh(twice.other.refresh)
    assert "signed-out" not in await server.store.events()
    assert server.times_rights_changed == 0


async def test_who_signs_out_on_the_page_ends_that_session(
    server: Server, twice: SignedInTwice
) -> None:
    sign_out = SignOutOnPage(server.store.begin, server.rights_changed)

    await sign_out(twice.on_page)

    with pytest.raises(InvalidToken):
        await _on_page(server)("cookie")
    with pytest.raises(InvalidToken):
        await sign_out(twice.on_page)
    assert await server.identify(twice.tokens.access) == twice.identity
    assert server.times_rights_changed == 1
    assert list(await server.store.events()).count("signed-out") == 1


async def test_who_is_vouched_for_by_others_has_no_session_to_end(server: Server) -> None:
    somebody = Identity(AccountId(new_id()), Role.USER)

    with pytest.raises(InvalidToken):
        await SignOutOnPage(server.store.begin, server.rights_changed)(somebody)


async def test_who_signs_out_everywhere_ends_all_his_sessions(
    server: Server, twice: SignedInTwice
) -> None:
    await SignOutEverywhere(server.store.begin, server.rights_changed)(twice.identity.account)

    with pytest.raises(InvalidToken):
        await server.identify(twice.tokens.access)
    with pytest.raises(InvalidToken):
        await _on_page(server)("cookie")
    assert (await server.identify(twice.other.access)).account == twice.other.account
    assert list(await server.store.events())[-1] == "signed-out-everywhere"
    assert server.times_rights_changed == 1


async def test_nobody_signs_out_who_is_not_there(server: Server) -> None:
    with pytest.raises(AccountNotFound):
        await SignOutEverywhere(server.store.begin, server.rights_changed)(AccountId(new_id()))


# Who it is


async def test_a_good_token_is_verified_with_its_end(server: Server) -> None:
    tokens = await server.sign_in()
    verify = VerifyToken(server.tokens, server.store.account_queries, server.clock)

    assert await verify(tokens.access) == VerifiedToken(NOON + 15 * MINUTE, type="access")


@pytest.mark.parametrize("verb", [Identify, VerifyToken])
async def test_a_token_is_good_no_longer_than_its_session(
    server: Server, verb: Callable[..., Identify | VerifyToken]
) -> None:
    tokens = await server.sign_in()
    check = verb(server.tokens, server.store.account_queries, server.clock)
    await check(tokens.access)

    await ended(server.store, server.tokens.verify(tokens.access).session)

    with pytest.raises(InvalidToken):
        await check(tokens.access)


@pytest.mark.parametrize("verb", [Identify, VerifyToken])
async def test_a_token_is_good_until_it_expires(
    server: Server, verb: Callable[..., Identify | VerifyToken]
) -> None:
    tokens = await server.sign_in()
    check = verb(server.tokens, server.store.account_queries, server.clock)

    server.time += 15 * MINUTE - timedelta.resolution
    await check(tokens.access)
    server.time += timedelta.resolution

    with pytest.raises(InvalidToken):
        await check(tokens.access)
    with pytest.raises(InvalidToken):
        await check(tokens.refresh)


async def test_a_token_that_names_the_session_of_another_is_refused(server: Server) -> None:
    mine, other = await server.sign_in(), await server.sign_in()
    session = server.tokens.verify(other.access).session

    with pytest.raises(InvalidToken):
        await server.identify(server.tokens.issue(mine.account, session, MINUTE))


@pytest.mark.parametrize("cookie", ["", "unknown", "\ud800"])
async def test_an_unknown_cookie_is_refused(server: Server, cookie: str) -> None:
    await opened(server.store, "cookie", SessionKind.PAGE)

    with pytest.raises(InvalidToken):
        await _on_page(server)(cookie)
