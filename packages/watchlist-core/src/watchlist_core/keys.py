"""One secret, and from it a key for each purpose, none of which tells anything of another."""

import hmac
from typing import Final

__all__ = ["SHORTEST_SECRET", "derived_key"]

SHORTEST_SECRET: Final = 32
"""Bytes."""


def derived_key(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes by HKDF-SHA256 (RFC 5869), with *purpose* as info and no salt.

    Raises:
        ValueError: The secret is shorter than 32 bytes.
    """
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"the secret must be at least {SHORTEST_SECRET} bytes long")
    pseudorandom_key = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(pseudorandom_key, purpose.encode() + b"\x01", "sha256")
