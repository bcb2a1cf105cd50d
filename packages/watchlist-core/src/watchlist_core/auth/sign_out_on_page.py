from attrs import frozen

from watchlist_core.auth.entities import Identity
from watchlist_core.auth.errors import InvalidToken
from watchlist_core.auth.events import SignedOut
from watchlist_core.auth.ports import AuthWork, RightsChanged
from watchlist_core.work import Begin

__all__ = ["SignOutOnPage"]


@frozen
class SignOutOnPage:
    """End the session by which a request is made."""

    begin: Begin[AuthWork]
    rights_changed: RightsChanged

    async def __call__(self, identity: Identity) -> None:
        """End it at once.

        Raises:
            InvalidToken: There is none, or it was ended already.
        """
        async with self.begin() as work:
            if identity.session is None or not await work.sessions.end(identity.session):
                raise InvalidToken
            work.record(SignedOut(identity.account, identity.session))
            await work.commit()
        self.rights_changed()
