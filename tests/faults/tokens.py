"""Access tokens that are wrong though whoever made them had our key, as only a mistake could."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from time import time
from typing import Any, Final
from uuid import uuid4

from watchlist_core.keys import derived_key

__all__ = ["wrong_tokens"]

_LATER: Final = 3600


def wrong_tokens(secret: bytes, good: str, removed: str) -> Mapping[str, str]:
    """Return what is wrong with a token that is like *good* else, and the token.

    *removed* is one of an account that was there.
    """
    key = derived_key(secret, "watchlist access tokens")
    head, claims = (_read(part) for part in good.split(".")[:2])

    def signed(heads: Mapping[str, Any], says: Mapping[str, Any], digest: str = "sha256") -> str:
        both = {**head, **heads}, {**claims, **says}
        told = [{name: value for name, value in one.items() if value is not None} for one in both]
        text = ".".join(_base64(json.dumps(one).encode()) for one in told)
        return f"{text}.{_base64(hmac.digest(key, text.encode(), digest))}"

    return {
        "of an account that was removed": removed,
        "signed in another way": signed({"alg": "HS512"}, {}, "sha512"),
        "signed in a way that it does not tell": signed({}, {}, "sha512"),
        "that tells of another way": signed({"alg": "HS512"}, {}),
        "that tells of no way": signed({"alg": "none"}, {}),
        "of an unknown key": signed({"kid": "0123456789abcdef"}, {}),
        "that names no key": signed({"kid": None}, {}),
        "of another issuer": signed({}, {"iss": "somebody"}),
        "for another audience": signed({}, {"aud": "somebody"}),
        "of another type": signed({}, {"type": "refresh"}),
        "for another purpose": signed({}, {"type": "password-reset"}),
        "that is not valid yet": signed({}, {"nbf": int(time()) + _LATER}),
        "without an end": signed({}, {"exp": None}),
        "without an account": signed({}, {"sub": None}),
        "without a session": signed({}, {"sid": None}),
        "of another session": signed({}, {"sid": str(uuid4())}),
        "of another account": signed({}, {"sub": str(uuid4())}),
    }


def _read(part: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def _base64(said: bytes) -> str:
    return urlsafe_b64encode(said).rstrip(b"=").decode()
