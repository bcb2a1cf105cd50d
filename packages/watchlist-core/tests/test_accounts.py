import pytest

from watchlist_core.auth import Account, AddAccount, EmailAddress, Role
from watchlist_core.ids import AccountId, Uuid7
from watchlist_core.testing import MemoryStore
from watchlist_core.testing.contracts import NOON


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


@pytest.mark.parametrize(
    "character",
    ["\0", "\n", " ", "\x7f", "\x85", "\x9f", "\ud800", "<", ",", "@"],
    ids=ascii,
)
@pytest.mark.parametrize("address", ["and{}rei@example.org", "andrei@exam{}ple.org"])
def test_no_address_has_what_no_mail_server_or_store_can_take(address: str, character: str) -> None:
    text = address.format(character)

    with pytest.raises(ValueError, match="text"):
        EmailAddress(text)

    assert EmailAddress.parsed(text) is None


def test_letters_of_the_world_may_stand_in_an_address() -> None:
    assert EmailAddress("ÅNDREÏ@пример.рф") == EmailAddress("ånDreï@Пример.РФ")


@pytest.mark.parametrize(
    ("one", "other"), [("andrei@faß.de", "andrei@fass.de"), ("α@ζευς.gr", "α@ζευσ.gr")]
)
def test_domains_of_two_owners_are_two(one: str, other: str) -> None:
    assert EmailAddress(one) != EmailAddress(other)


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
