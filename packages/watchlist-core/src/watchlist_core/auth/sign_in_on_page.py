from attrs import frozen

from watchlist_core.auth.admit import Admit
from watchlist_core.auth.read_models import PageSession
from watchlist_core.auth.sessions import Lives, SessionKind

__all__ = ["SignInOnPage"]


@frozen
class SignInOnPage:
    """Give a browser the cookie by which the page acts for whoever knows the password."""

    admit: Admit
    lives: Lives

    async def __call__(self, email: str, password: str, origin: str) -> PageSession:
        """Return what the cookie holds; *origin* is where the request comes from.

        Raises:
            TooManySignIns, WrongCredentials, NotActivated, TooManyPasswords, Busy: As `Admit`.
        """
        session, token = await self.admit(
            email, password, origin, SessionKind.PAGE, self.lives.page
        )
        return PageSession(token, session.expires_at)
