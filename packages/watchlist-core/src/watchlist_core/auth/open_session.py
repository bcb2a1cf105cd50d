from datetime import datetime

from attrs import frozen

from watchlist_core.auth.events import SignedIn
from watchlist_core.auth.ports import AccessTokens, AuthWork, NewToken
from watchlist_core.auth.read_models import SignInTokens
from watchlist_core.auth.sessions import Lives, Session, SessionKind, digest_of
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["OpenSession", "begin_session", "tokens_of"]


@frozen
class OpenSession:
    """Sign an account in without asking for its password: for whoever vouches for it."""

    begin: Begin[AuthWork]
    clock: Clock
    new_id: NewId
    new_token: NewToken
    tokens: AccessTokens
    lives: Lives

    async def __call__(self, account: AccountId) -> SignInTokens:
        """Return its tokens, which are good for nothing while the account may not sign in.

        Raises:
            AccountNotFound: There is none.
        """
        at, token = self.clock(), self.new_token()
        session = Session(
            SessionId(self.new_id()), account, SessionKind.TOKENS, at, at + self.lives.refresh
        )
        async with self.begin() as work:
            await work.accounts.hold(account)
            await begin_session(work, session, token)
            await work.commit()
        return tokens_of(session, token, self.tokens, self.lives, at)


async def begin_session(work: AuthWork, session: Session, token: str) -> None:
    """Sign a held account in, as part of *work*: with its first refresh token, or its cookie."""
    await work.sessions.open(session, digest_of(token))
    work.record(SignedIn(session.account, session.id))


def tokens_of(
    session: Session, refresh: str, tokens: AccessTokens, lives: Lives, at: datetime
) -> SignInTokens:
    """Return what the holder of a session gets, of which nothing outlives the session."""
    life = min(lives.access, session.expires_at - at)
    return SignInTokens(
        account=session.account,
        access=tokens.issue(session.account, session.id, life),
        refresh=refresh,
        expires_in=int(life.total_seconds()),
    )
