import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist_core.keys import SHORTEST_SECRET, derived_key

SECRETS = st.binary(min_size=SHORTEST_SECRET, max_size=200)


def _hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """Return what RFC 5869 describes, in its own words: extract, then expand."""
    pseudorandom_key = hmac.new(salt or bytes(32), secret, sha256).digest()
    blocks, block = b"", b""
    for number in range(1, -(-length // 32) + 1):
        block = hmac.new(pseudorandom_key, block + info + bytes([number]), sha256).digest()
        blocks += block
    return blocks[:length]


@pytest.mark.parametrize(
    ("salt", "info", "key"),
    [
        (
            bytes(range(0x0D)),
            bytes(range(0xF0, 0xFA)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            b"",
            b"",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ],
    ids=["test case 1", "test case 3"],
)
def test_what_keys_are_compared_with_meets_rfc_5869(salt: bytes, info: bytes, key: str) -> None:
    assert _hkdf(b"\x0b" * 22, salt, info, 42).hex() == key


@given(SECRETS, st.text())
def test_a_key_is_derived_as_rfc_5869_says(secret: bytes, purpose: str) -> None:
    assert derived_key(secret, purpose) == _hkdf(secret, b"", purpose.encode(), 32)


@given(SECRETS, st.text(), st.text())
def test_each_purpose_has_its_own_key(secret: bytes, first: str, second: str) -> None:
    is_same = derived_key(secret, first) == derived_key(secret, second)

    assert is_same == (first == second)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        derived_key(bytes(SHORTEST_SECRET - 1), "anything")
