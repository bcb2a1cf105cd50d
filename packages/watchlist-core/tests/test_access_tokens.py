import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta

import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watchlist_core.auth import InvalidToken
from watchlist_core.ids import AccountId, SessionId, Uuid7
from watchlist_core.keys import derived_key
from watchlist_core.security import JwtAccessTokens
from watchlist_core.testing.contracts import NOON

SECRET, OTHER_SECRET = b"s" * 32, b"o" * 32
KEY = derived_key(SECRET, "watchlist access tokens")
ACCOUNT = AccountId(Uuid7(lambda: NOON)())
SESSION = SessionId(Uuid7(lambda: NOON)())
LIFE = timedelta(minutes=15)
TOKENS = JwtAccessTokens([SECRET], lambda: NOON)
CLAIMS = {
    "iss": "watchlist",
    "aud": "watchlist",
    "type": "access",
    "jti": "1",
    "sub": str(ACCOUNT),
    "sid": str(SESSION),
    "iat": int(NOON.timestamp()),
    "exp": int((NOON + LIFE).timestamp()),
}


def _at(instant: datetime) -> JwtAccessTokens:
    return JwtAccessTokens([SECRET], lambda: instant)


def _kid(tokens: JwtAccessTokens = TOKENS) -> str:
    return str(jwt.get_unverified_header(tokens.issue(ACCOUNT, SESSION, LIFE))["kid"])


def _encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


def _signed(claims: Mapping[str, object], **header: object) -> str:
    """Return a token as RFC 7515 describes it, whatever the library would refuse to write."""
    parts = {"alg": "HS256", "typ": "JWT", "kid": _kid()} | header, claims
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{_encoded(hmac.digest(KEY, signed.encode(), 'sha256'))}"


def test_a_token_says_who_it_is_for_and_until_when() -> None:
    said = TOKENS.verify(TOKENS.issue(ACCOUNT, SESSION, LIFE))

    assert (said.account, said.session) == (ACCOUNT, SESSION)
    assert said.expires_at == (NOON + LIFE).replace(microsecond=0)
    assert said.expires_at.utcoffset() == timedelta()


def test_a_token_says_nothing_about_rights() -> None:
    claims = jwt.decode(TOKENS.issue(ACCOUNT, SESSION, LIFE), options={"verify_signature": False})

    assert claims | {"jti": "1"} == CLAIMS


def test_no_two_tokens_are_the_same() -> None:
    assert TOKENS.issue(ACCOUNT, SESSION, LIFE) != TOKENS.issue(ACCOUNT, SESSION, LIFE)


def test_what_we_sign_by_hand_here_would_be_believed() -> None:
    assert TOKENS.verify(_signed(CLAIMS)).account == ACCOUNT


def test_a_token_ends_by_the_clock_that_was_handed_in() -> None:
    token = TOKENS.issue(ACCOUNT, SESSION, LIFE)
    end = (NOON + LIFE).replace(microsecond=0)

    assert _at(end - timedelta(microseconds=1)).verify(token).account == ACCOUNT
    with pytest.raises(InvalidToken):
        _at(end).verify(token)


def test_a_token_that_was_read_before_ends_like_any_other() -> None:
    instants = [NOON, NOON + LIFE]
    tokens = JwtAccessTokens([SECRET], lambda: instants[0])
    token = tokens.issue(ACCOUNT, SESSION, LIFE)
    tokens.verify(token)
    instants.pop(0)

    with pytest.raises(InvalidToken):
        tokens.verify(token)


def test_what_a_token_said_is_kept_of_the_latest_only() -> None:
    tokens = JwtAccessTokens([SECRET], lambda: NOON, most=2)
    first, second, third = (tokens.issue(ACCOUNT, SESSION, LIFE) for _ in range(3))

    said = [tokens.verify(token) for token in (first, second, third)]

    assert [tokens.verify(second) is said[1], tokens.verify(third) is said[2]] == [True, True]
    assert tokens.verify(first) is not said[0]


@pytest.mark.parametrize("part", range(3), ids=["header", "claims", "signature"])
def test_a_changed_token_is_refused(part: int) -> None:
    token = TOKENS.issue(ACCOUNT, SESSION, LIFE)
    TOKENS.verify(token)
    parts = token.split(".")
    changed = "B" if parts[part][5] == "A" else "A"
    parts[part] = parts[part][:5] + changed + parts[part][6:]

    with pytest.raises(InvalidToken):
        TOKENS.verify(".".join(parts))


def test_a_token_of_another_secret_is_refused() -> None:
    token = JwtAccessTokens([OTHER_SECRET], lambda: NOON).issue(ACCOUNT, SESSION, LIFE)

    with pytest.raises(InvalidToken):
        TOKENS.verify(token)


def test_a_token_that_only_claims_our_key_is_refused() -> None:
    forged = jwt.encode(CLAIMS, OTHER_SECRET, "HS256", headers={"kid": _kid()})

    with pytest.raises(InvalidToken):
        TOKENS.verify(forged)


def test_secrets_change_while_the_tokens_of_the_old_one_are_still_good() -> None:
    old = TOKENS.issue(ACCOUNT, SESSION, LIFE)
    both = JwtAccessTokens([OTHER_SECRET, SECRET], lambda: NOON)
    new = both.issue(ACCOUNT, SESSION, LIFE)

    assert both.verify(old) == both.verify(new)
    assert _kid(both) != _kid()
    with pytest.raises(InvalidToken):
        TOKENS.verify(new)
    with pytest.raises(InvalidToken):
        JwtAccessTokens([OTHER_SECRET], lambda: NOON).verify(old)


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_token_without_one_of_its_claims_is_refused(claim: str) -> None:
    claims = {name: value for name, value in CLAIMS.items() if name != claim}

    with pytest.raises(InvalidToken):
        TOKENS.verify(_signed(claims))


@pytest.mark.parametrize(
    "other",
    [
        {"iss": "somebody"},
        {"iss": None},
        {"aud": "somebody"},
        {"aud": 1},
        {"type": "refresh"},
        {"type": None},
        {"sub": "andrei"},
        {"sub": 1},
        {"sid": "first"},
        {"sid": 1},
        {"sid": None},
        {"exp": "tomorrow"},
        {"exp": None},
        {"exp": 10**30},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": True},
        {"exp": [1]},
        {"exp": -1},
        {"jti": 1},
        {"nbf": 10**12},
    ],
    ids=str,
)
def test_a_signed_token_that_says_something_else_is_refused(other: Mapping[str, object]) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.verify(_signed(CLAIMS | dict(other)))


@pytest.mark.parametrize("kid", ["", "other", None, 1, [], {}], ids=str)
def test_a_token_of_an_unknown_key_is_refused(kid: object) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.verify(_signed(CLAIMS, kid=kid))


def test_an_unsigned_token_is_refused() -> None:
    unsigned = jwt.encode(CLAIMS, "", "none", headers={"kid": _kid()})

    with pytest.raises(InvalidToken):
        TOKENS.verify(unsigned)


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_no_other_algorithm_is_believed(algorithm: str) -> None:
    token = jwt.encode(CLAIMS, KEY * 2, algorithm, headers={"kid": _kid()})

    with pytest.raises(InvalidToken):
        TOKENS.verify(token)


NESTED = _encoded(b"[" * 100_000)


@given(st.text() | st.lists(st.text(), min_size=3, max_size=3).map(".".join))
@example("")
@example("..")
@example("é.é.é")
@example("\ud800.\ud800.\ud800")
@example(f"{NESTED}.{NESTED}.{NESTED}")
@example("e30.e30.e30")
def test_garbage_is_refused_like_anything_else(garbage: str) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.verify(garbage)


@pytest.mark.parametrize("secrets", [[], [b"short"], [SECRET, b"short"]])
def test_there_is_a_secret_and_it_is_long_enough(secrets: list[bytes]) -> None:
    with pytest.raises(ValueError, match="secret"):
        JwtAccessTokens(secrets)


def test_secrets_are_not_shown() -> None:
    assert KEY.hex() not in repr(TOKENS)
    assert repr(KEY)[2:-1] not in repr(TOKENS)
