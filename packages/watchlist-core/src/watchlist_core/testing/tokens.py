from datetime import UTC, datetime, timedelta
from uuid import UUID

from attrs import frozen

from watchlist_core.auth import AccessToken, InvalidToken
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.work import Clock, now

__all__ = ["PlainAccessTokens"]


@frozen
class PlainAccessTokens:
    """Access tokens for tests: they say in plain text what real ones sign, and are not proved."""

    clock: Clock = now

    def issue(self, account: AccountId, session: SessionId, life: timedelta) -> str:
        return f"{account}/{session}/{(self.clock() + life).timestamp()}"

    def verify(self, token: str) -> AccessToken:
        try:
            account, session, end = token.split("/")
            told = AccessToken(
                AccountId(UUID(account)),
                SessionId(UUID(session)),
                datetime.fromtimestamp(float(end), UTC),
            )
        except (ValueError, OverflowError):
            raise InvalidToken from None
        if told.expires_at <= self.clock():
            raise InvalidToken
        return told
