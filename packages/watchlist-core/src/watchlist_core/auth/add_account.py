from attrs import frozen

from watchlist_core.auth.entities import Account, EmailAddress, Role
from watchlist_core.auth.events import AccountAdded
from watchlist_core.auth.ports import AuthWork
from watchlist_core.ids import AccountId
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["AddAccount"]


@frozen
class AddAccount:
    """Give somebody an account."""

    begin: Begin[AuthWork]
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        username: str | None = None,
        role: Role = Role.USER,
        email: EmailAddress | None = None,
        password_hash: str | None = None,
    ) -> Account:
        """Return the new account, active at once; to sign in it needs an address and a password.

        Raises:
            ValueError: The username is not 3 to 32 of ``a-z0-9._-``.
            UsernameTaken, AddressTaken: Another account has it.
        """
        account = Account(
            AccountId(self.new_id()),
            username,
            role,
            is_active=True,
            created_at=self.clock(),
            email=email,
        )
        async with self.begin() as work:
            await work.accounts.add(account, password_hash)
            work.record(AccountAdded(account.id, account.role))
            await work.commit()
        return account
