from attrs import frozen

from watchlist_core.auth.entities import Identity
from watchlist_core.auth.errors import InvalidToken
from watchlist_core.auth.ports import AccessTokens, AccountQueries
from watchlist_core.work import Clock

__all__ = ["Identify"]


@frozen
class Identify:
    """Tell who shows an access token, and with which rights."""

    tokens: AccessTokens
    accounts: AccountQueries
    clock: Clock

    async def __call__(self, token: str) -> Identity:
        """Return the identity with the rights of this moment: the token carries none.

        Raises:
            InvalidToken: The token is not valid, its session was ended, or its account may not
                sign in any more.
        """
        told = self.tokens.verify(token)
        identity = await self.accounts.identity(told.session, self.clock())
        if identity is None or identity.account != told.account:
            raise InvalidToken
        return identity
