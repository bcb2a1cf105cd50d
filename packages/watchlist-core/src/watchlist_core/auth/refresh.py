from attrs import evolve, frozen

from watchlist_core.auth.errors import InvalidToken, RefreshedAlready
from watchlist_core.auth.events import RefreshTokenReused
from watchlist_core.auth.open_session import tokens_of
from watchlist_core.auth.ports import AccessTokens, AuthWork, NewToken, RightsChanged
from watchlist_core.auth.read_models import SignInTokens
from watchlist_core.auth.sessions import Lives, RefreshToken, SessionKind, digest_of
from watchlist_core.work import Begin, Clock

__all__ = ["Refresh"]


@frozen
class Refresh:
    """Exchange a refresh token for new tokens of the same session."""

    begin: Begin[AuthWork]
    clock: Clock
    new_token: NewToken
    tokens: AccessTokens
    lives: Lives
    rights_changed: RightsChanged

    async def __call__(self, refresh_token: str) -> SignInTokens:
        """Return the new tokens; the old refresh token is spent.

        Raises:
            InvalidToken: The refresh token is unknown or expired, or its session was ended; or
                it was spent too long ago, which ends its session: it has two owners.
            RefreshedAlready: It was spent a moment ago; nothing changes.
        """
        at, refresh = self.clock(), self.new_token()
        async with self.begin() as work:
            held = await work.sessions.hold_token(digest_of(refresh_token))
            if held is None:
                raise InvalidToken
            session, shown = held
            if session.kind is not SessionKind.TOKENS:
                raise InvalidToken
            if shown.spent_at is None:
                if shown.expires_at <= at:
                    raise InvalidToken
                new = RefreshToken(digest_of(refresh), session.id, at + self.lives.refresh)
                await work.sessions.exchange(evolve(shown, spent_at=at), new)
            elif at - shown.spent_at <= self.lives.grace:
                raise RefreshedAlready
            else:
                await work.sessions.end(session.id)
                work.record(RefreshTokenReused(session.account, session.id))
            await work.commit()
        if shown.spent_at is not None:
            self.rights_changed()
            raise InvalidToken
        session = evolve(session, expires_at=new.expires_at)
        return tokens_of(session, refresh, self.tokens, self.lives, at)
