from attrs import evolve, frozen

from watchlist_core.auth.entities import Account, EmailAddress, Role
from watchlist_core.auth.events import AccountAdded, AccountRevised
from watchlist_core.auth.hold_or_add import hold_or_add
from watchlist_core.auth.passwords import PasswordRules
from watchlist_core.auth.ports import AuthWork, Passwords
from watchlist_core.ids import AccountId
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["AppointFirstAdmin"]


@frozen
class AppointFirstAdmin:
    """Make somebody an admin who has none above him, as often as it is asked for."""

    begin: Begin[AuthWork]
    clock: Clock
    new_id: NewId
    passwords: Passwords
    rules: PasswordRules

    async def __call__(self, email: str, username: str | None, password: str) -> bool:
        """Tell whether anything had to be done for an active admin to have that address.

        An account that is activated keeps its username and its password. Of one that is not,
        nobody knows whose they are, so it gets the new ones.

        Raises:
            ValueError: That is no e-mail address, or the username is not 3 to 32 of ``a-z0-9._-``.
            WeakPassword: The rules refuse the password.
            UsernameTaken: Another account has it.
            TooManyPasswords: Too many wait for their hashes.
            Busy: The account with that address was removed at this very moment.
        """
        address = EmailAddress(email)
        new = Account(
            AccountId(self.new_id()),
            username,
            Role.ADMIN,
            is_active=True,
            created_at=self.clock(),
            email=address,
        )
        self.rules.check(password)
        password_hash = await self.passwords.hash(password)
        async with self.begin() as work:
            known = await hold_or_add(work, address, new, password_hash)
            if known is new:
                work.record(AccountAdded(new.id, new.role))
            elif known.is_admin_at_work:
                return False
            elif known.is_activated:
                await work.accounts.save(evolve(known, role=Role.ADMIN, is_active=True))
                work.record(AccountRevised(known.id, Role.ADMIN, is_active=True))
            else:
                await work.accounts.save(evolve(new, id=known.id, created_at=known.created_at))
                await work.accounts.set_password_hash(known.id, password_hash)
                await work.mail_tokens.forget(known.id)
                work.record(AccountRevised(known.id, Role.ADMIN, is_active=True))
            await work.commit()
        return True
