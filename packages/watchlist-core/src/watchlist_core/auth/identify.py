from attrs import frozen

from watchlist_core.auth.entities import Identity
from watchlist_core.auth.errors import InvalidToken
from watchlist_core.auth.ports import AccessTokens, AccountQueries

__all__ = ["Identify"]


@frozen
class Identify:
    """Tell who shows an access token, and with which rights."""

    tokens: AccessTokens
    accounts: AccountQueries

    async def __call__(self, token: str) -> Identity:
        """Return the identity with the rights of this moment: the token carries none.

        Raises:
            InvalidToken: The token is not valid, or its account is not active any more.
        """
        account = await self.accounts.find(self.tokens.verify(token).account)
        if account is None or not account.is_active:
            raise InvalidToken
        return Identity(account.id, account.role)
