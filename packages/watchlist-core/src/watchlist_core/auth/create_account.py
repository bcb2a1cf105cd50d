from attrs import frozen

from watchlist_core.auth.add_account import AddAccount
from watchlist_core.auth.entities import EmailAddress, Role
from watchlist_core.auth.passwords import PasswordRules
from watchlist_core.auth.ports import AuthWork, Passwords
from watchlist_core.auth.read_models import AccountCard
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["CreateAccount"]


@frozen
class CreateAccount:
    """Let an admin make an account for somebody, who can sign in at once."""

    begin: Begin[AuthWork]
    clock: Clock
    new_id: NewId
    passwords: Passwords
    rules: PasswordRules

    async def __call__(
        self, email: str, password: str, username: str | None = None, role: Role = Role.USER
    ) -> AccountCard:
        """Return the new account.

        Raises:
            ValueError: That is no e-mail address, or the username is not 3 to 32 of ``a-z0-9._-``.
            WeakPassword: The rules refuse the password.
            AddressTaken, UsernameTaken: Another account has it, be it pending or not.
            TooManyPasswords: Too many wait for their hashes.
        """
        address = EmailAddress(email)
        self.rules.check(password)
        password_hash = await self.passwords.hash(password)
        add = AddAccount(self.begin, self.clock, self.new_id)
        return AccountCard.of(await add(username, role, address, password_hash))
