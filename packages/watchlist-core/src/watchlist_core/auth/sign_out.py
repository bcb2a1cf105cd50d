from attrs import frozen

from watchlist_core.auth.entities import Identity
from watchlist_core.auth.errors import InvalidToken
from watchlist_core.auth.events import SignedOut
from watchlist_core.auth.ports import AuthWork, RightsChanged
from watchlist_core.auth.sessions import SessionKind, digest_of
from watchlist_core.work import Begin

__all__ = ["SignOut"]


@frozen
class SignOut:
    """End the session of a refresh token."""

    begin: Begin[AuthWork]
    rights_changed: RightsChanged

    async def __call__(self, identity: Identity, refresh_token: str) -> None:
        """End it, with all its tokens, whether or not this one is spent or has expired.

        Raises:
            InvalidToken: It is unknown or no refresh token, or its session was ended already, or is
                another's.
        """
        async with self.begin() as work:
            held = await work.sessions.hold_token(digest_of(refresh_token))
            if held is None or held[0].account != identity.account:
                raise InvalidToken
            session, _ = held
            if session.kind is not SessionKind.TOKENS:
                raise InvalidToken
            await work.sessions.end(session.id)
            work.record(SignedOut(session.account, session.id))
            await work.commit()
        self.rights_changed()
