from attrs import frozen

from watchlist_core.auth.admit import Admit
from watchlist_core.auth.open_session import tokens_of
from watchlist_core.auth.ports import AccessTokens, AccountQueries, AuthWork, NewToken, Passwords
from watchlist_core.auth.read_models import SignInTokens
from watchlist_core.auth.sessions import Lives, SessionKind, SignInLimits
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["SignIn"]


@frozen
class SignIn:
    """Give a program the tokens by which it acts for whoever knows the password."""

    begin: Begin[AuthWork]
    clock: Clock
    new_id: NewId
    new_token: NewToken
    tokens: AccessTokens
    passwords: Passwords
    queries: AccountQueries
    lives: Lives
    limits: SignInLimits

    async def __call__(self, email: str, password: str, origin: str) -> SignInTokens:
        """Return the tokens of a new session; *origin* is where the request comes from.

        Raises:
            TooManySignIns, WrongCredentials, NotActivated, TooManyPasswords, Busy: As `Admit`.
        """
        admit = Admit(
            self.begin,
            self.clock,
            self.new_id,
            self.new_token,
            self.passwords,
            self.queries,
            self.limits,
        )
        session, token = await admit(
            email, password, origin, SessionKind.TOKENS, self.lives.refresh
        )
        return tokens_of(session, token, self.tokens, self.lives, session.began_at)
