from attrs import frozen

from watchlist_core.auth.admit import Admit
from watchlist_core.auth.ports import AccountQueries, AuthWork, NewToken, Passwords
from watchlist_core.auth.read_models import PageSession
from watchlist_core.auth.sessions import Lives, SessionKind, SignInLimits
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["SignInOnPage"]


@frozen
class SignInOnPage:
    """Give a browser the cookie by which the page acts for whoever knows the password."""

    begin: Begin[AuthWork]
    clock: Clock
    new_id: NewId
    new_token: NewToken
    passwords: Passwords
    queries: AccountQueries
    lives: Lives
    limits: SignInLimits

    async def __call__(self, email: str, password: str, origin: str) -> PageSession:
        """Return what the cookie holds; *origin* is where the request comes from.

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
        session, token = await admit(email, password, origin, SessionKind.PAGE, self.lives.page)
        return PageSession(token, session.expires_at)
