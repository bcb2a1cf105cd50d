import pytest

from watchlist_core.auth import PasswordRules, WeakPassword


def _reasons(password: str, rules: PasswordRules | None = None) -> list[str]:
    try:
        (rules or PasswordRules()).check(password)
    except WeakPassword as refused:
        return list(refused.reasons)
    return []


@pytest.mark.parametrize(
    "password", ["vK8#mPq2", "Solaris!1972", "Žlutý kůň 7!", "aB3$" * 4 + "x" * 112]
)
def test_a_password_that_nobody_guesses_is_taken(password: str) -> None:
    assert _reasons(password) == []


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert _reasons("") == [
        "It must have at least 8 characters.",
        "It must have an upper-case letter.",
        "It must have a lower-case letter.",
        "It must have a digit.",
        "It must have one of @$!%*?#&.",
    ]


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("vK8#mPq", "It must have at least 8 characters."),
        ("vK8#mPq2" * 16 + "x", "It must have at most 128 characters."),
        ("vk8#mpq2", "It must have an upper-case letter."),
        ("VK8#MPQ2", "It must have a lower-case letter."),
        ("vKx#mPqx", "It must have a digit."),
        ("vK8xmPq2", "It must have one of @$!%*?#&."),
        ("vK8-mPq2", "It must have one of @$!%*?#&."),
        ("Password1!", "It is one of those that are guessed first."),
    ],
)
def test_each_rule_is_told_by_itself(password: str, reason: str) -> None:
    assert _reasons(password) == [reason]


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PASSWORD",
        "P@ssw0rd",
        "pa55word",
        "Password2026!",
        "123password",
        "!Qwerty123!",
        "Adm1n2026!",
        "l3tm31n!",
        "1qaz2wsx",
        "1qaz@WSX",
        "1qaz2wsx!!",
        "ILoveYou!!!",
        "PasswordPassword1!",
        "passwordpasswordpassword",
        "aaaaaaaa",
        "AAAAaaaa1!",
        "12345678",
        "1234567890",
        "11111111",
        "Watchlist1!",
    ],
)
def test_a_common_password_is_refused_however_it_is_disguised(password: str) -> None:
    rules = PasswordRules(composition=False)

    assert _reasons(password, rules) == ["It is one of those that are guessed first."]


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "48302938471029", "passwordless life", "tiger in a boat", "x9384753"],
)
def test_what_only_looks_like_a_common_one_is_taken(password: str) -> None:
    assert _reasons(password, PasswordRules(composition=False)) == []


def test_rules_can_be_set() -> None:
    rules = PasswordRules(shortest=3, longest=5, composition=False)

    assert _reasons("vkm", rules) == []
    assert _reasons("vk", rules) == ["It must have at least 3 characters."]
    assert _reasons("vkmpqx", rules) == ["It must have at most 5 characters."]
