from attrs import field, frozen

from watchlist_core.auth.ports import AuthWork
from watchlist_core.auth.sessions import SignInLimits
from watchlist_core.work import Begin, Clock

__all__ = ["RemoveExpired"]


@frozen
class RemoveExpired:
    """Forget, every now and then, what is good for nothing any more."""

    begin: Begin[AuthWork]
    clock: Clock
    limits: SignInLimits = field(factory=SignInLimits)

    async def __call__(self) -> int:
        """Forget what has expired of sessions and tokens, and attempts that no limit counts.

        Return how many of all these there were.
        """
        at = self.clock()
        async with self.begin() as work:
            expired = await work.sessions.forget_expired(at)
            uncounted = await work.sign_in_attempts.forget(at - self.limits.window)
            await work.commit()
        return expired + uncounted
