from attrs import frozen

from watchlist_core.auth.admit import Admit
from watchlist_core.auth.open_session import tokens_of
from watchlist_core.auth.ports import AccessTokens
from watchlist_core.auth.read_models import SignInTokens
from watchlist_core.auth.sessions import Lives, SessionKind

__all__ = ["SignIn"]


@frozen
class SignIn:
    """Give a program the tokens by which it acts for whoever knows the password."""

    admit: Admit
    tokens: AccessTokens
    lives: Lives

    async def __call__(self, email: str, password: str, origin: str) -> SignInTokens:
        """Return the tokens of a new session; *origin* is where the request comes from.

        Raises:
            TooManySignIns, WrongCredentials, NotActivated, TooManyPasswords, Busy: As `Admit`.
        """
        session, token = await self.admit(
            email, password, origin, SessionKind.TOKENS, self.lives.refresh
        )
        return tokens_of(session, token, self.tokens, self.lives, session.began_at)
