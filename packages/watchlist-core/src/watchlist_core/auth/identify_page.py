from attrs import frozen

from watchlist_core.auth.entities import Identity
from watchlist_core.auth.errors import InvalidToken
from watchlist_core.auth.ports import AccountQueries
from watchlist_core.auth.sessions import digest_of
from watchlist_core.work import Clock

__all__ = ["IdentifyPage"]


@frozen
class IdentifyPage:
    """Tell who is signed in on the page, and with which rights."""

    accounts: AccountQueries
    clock: Clock

    async def __call__(self, cookie: str) -> Identity:
        """Return the identity of whom the cookie was given to, with the rights of this moment.

        Raises:
            InvalidToken: It holds no token of the page, its session was ended or has expired, or
                its account may not sign in any more.
        """
        identity = await self.accounts.identity_by_cookie(digest_of(cookie), self.clock())
        if identity is None:
            raise InvalidToken
        return identity
