from attrs import evolve, frozen

from watchlist_core.auth.errors import InvalidMailToken, UsernameTaken
from watchlist_core.auth.events import AccountActivated, PasswordResetRequested
from watchlist_core.auth.ports import AuthWork
from watchlist_core.auth.sessions import MailPurpose
from watchlist_core.auth.spend_mail_token import spend_mail_token
from watchlist_core.work import Begin, Clock

__all__ = ["Activate"]


@frozen
class Activate:
    """Let somebody sign in from now on, who reads the mail of the address he registered with."""

    begin: Begin[AuthWork]
    clock: Clock

    async def __call__(self, token: str) -> None:
        """Activate the account, under the username it wants unless another has it by now.

        Where it has no password, as several have registered with the address and each has chosen
        another, whoever reads its mail is asked to choose one.

        Raises:
            InvalidMailToken: The link is not valid, or not any more.
        """
        async with self.begin() as work:
            account = await spend_mail_token(work, token, MailPurpose.ACTIVATION, self.clock())
            if not account.is_pending:
                raise InvalidMailToken
            activated = evolve(account, is_activated=True)
            try:
                await work.accounts.save(activated.named(account.wanted_username))
            except UsernameTaken:
                await work.accounts.save(activated.named(None))
            work.record(AccountActivated(account.id))
            if await work.accounts.password_hash(account.id) is None:
                work.record(PasswordResetRequested(account.id))
            await work.commit()
