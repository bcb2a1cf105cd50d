"""Access tokens as JSON Web Tokens (RFC 7519), signed with HS256."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

import jwt
from attrs import field, frozen
from attrs.validators import ge

from watchlist_core.auth import AccessToken, InvalidToken
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.keys import derived_key
from watchlist_core.work import Clock, now

__all__ = ["JwtAccessTokens"]

_ALGORITHM: Final = "HS256"
_TYPE: Final = "access"
_CLAIMS: Final = ("iss", "aud", "type", "jti", "sub", "sid", "iat", "exp")


def _keys(secrets: Sequence[bytes]) -> Mapping[str, bytes]:
    if not secrets:
        raise ValueError("at least one secret is needed")
    keys = [derived_key(secret, "watchlist access tokens") for secret in secrets]
    return {sha256(key).hexdigest()[:16]: key for key in keys}


@frozen
class JwtAccessTokens:
    """Signs with the first of its secrets and accepts all of them, so that secrets can change.

    A signature is checked once: what a token said is kept by its digest, of the latest *most* that
    were valid, since reading one again takes several times as long as asking for its session.

    Raises:
        ValueError: There is no secret, or one is shorter than 32 bytes.
    """

    _keys: Mapping[str, bytes] = field(alias="secrets", converter=_keys, repr=False)
    clock: Clock = now
    issuer: str = "watchlist"
    audience: str = "watchlist"
    most: int = field(default=10_000, validator=ge(1))
    _read: dict[bytes, AccessToken] = field(factory=dict, init=False, repr=False, eq=False)

    def issue(self, account: AccountId, session: SessionId, life: timedelta) -> str:
        issued_at = self.clock()
        key_id, key = next(iter(self._keys.items()))
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "type": _TYPE,
            "jti": str(uuid4()),
            "sub": str(account),
            "sid": str(session),
            "iat": int(issued_at.timestamp()),
            "exp": int((issued_at + life).timestamp()),
        }
        return jwt.encode(claims, key, _ALGORITHM, headers={"kid": key_id})

    def verify(self, token: str) -> AccessToken:
        digest = sha256(token.encode(errors="surrogatepass")).digest()
        said = self._read.get(digest)
        if said is None:
            said = self._what_it_says(token)
            if len(self._read) >= self.most:
                del self._read[next(iter(self._read))]
            self._read[digest] = said
        if said.expires_at <= self.clock():
            raise InvalidToken
        return said

    def _what_it_says(self, token: str) -> AccessToken:
        try:
            key = self._keys[jwt.get_unverified_header(token).get("kid", "")]
            claims = self._decode(token, key)
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
            account = AccountId(UUID(claims["sub"]))
            # Of what is no registered claim, PyJWT does not see to it that it is a text.
            session = SessionId(UUID(str(claims["sid"])))
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError):
            raise InvalidToken from None
        if claims["type"] != _TYPE:
            raise InvalidToken
        return AccessToken(account, session, expires_at)

    def _decode(self, token: str, key: bytes) -> Mapping[str, Any]:
        # Times are compared with the clock that was handed in, not with PyJWT's own.
        return jwt.decode(
            token,
            key,
            [_ALGORITHM],
            options={"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False},
            audience=self.audience,
            issuer=self.issuer,
        )
