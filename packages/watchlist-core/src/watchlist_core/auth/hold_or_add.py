from watchlist_core.auth.entities import Account, EmailAddress
from watchlist_core.auth.errors import AddressTaken
from watchlist_core.auth.ports import AuthWork
from watchlist_core.work import Busy

__all__ = ["hold_or_add"]


async def hold_or_add(
    work: AuthWork, email: EmailAddress, new: Account, password_hash: str
) -> Account:
    """Return, held, the account with that address: the *new* one where there was none.

    Raises:
        UsernameTaken: Another account has the new one's username.
        Busy: The account that had the address was removed at this very moment.
    """
    if earlier := await work.accounts.hold_by_email(email):
        return earlier
    try:
        await work.accounts.add(new, password_hash)
    except AddressTaken:  # by somebody at the same moment
        if earlier := await work.accounts.hold_by_email(email):
            return earlier
        raise Busy from None
    return new
