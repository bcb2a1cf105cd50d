from attrs import frozen

from watchlist_core.auth.identify import Identify
from watchlist_core.auth.ports import AccessTokens, AccountQueries
from watchlist_core.auth.read_models import VerifiedToken
from watchlist_core.work import Clock

__all__ = ["VerifyToken"]


@frozen
class VerifyToken:
    """Tell whether a token is good at this moment."""

    tokens: AccessTokens
    accounts: AccountQueries
    clock: Clock

    async def __call__(self, token: str) -> VerifiedToken:
        """Return what is to be known of the token.

        Raises:
            InvalidToken: Nobody can be identified by it: see `Identify`.
        """
        await Identify(self.tokens, self.accounts, self.clock)(token)
        return VerifiedToken(self.tokens.verify(token).expires_at)
