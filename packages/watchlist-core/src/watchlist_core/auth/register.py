from attrs import evolve, frozen

from watchlist_core.auth.entities import Account, EmailAddress, Role
from watchlist_core.auth.errors import AddressTaken, UsernameTaken
from watchlist_core.auth.events import AccountRegistered, AddressRegisteredAgain
from watchlist_core.auth.hold_or_add import hold_or_add
from watchlist_core.auth.passwords import PasswordRules
from watchlist_core.auth.ports import AuthWork, Passwords
from watchlist_core.ids import AccountId
from watchlist_core.work import Begin, Clock, NewId

__all__ = ["Register"]


@frozen
class Register:
    """Let somebody make an account of his own.

    While activation is required, neither what he is told nor how long it takes says whether there
    is an account with that address: a mail there does. Until its link is followed the account is
    pending, and others may register with the address as well: it keeps a password that all of
    them have chosen, and none where they have not, so that nobody activates it for a stranger.
    """

    begin: Begin[AuthWork]
    clock: Clock
    new_id: NewId
    passwords: Passwords
    rules: PasswordRules
    activation_required: bool

    async def __call__(self, email: str, password: str, username: str | None = None) -> None:
        """Make the account, which gets its username when it is activated, if that is free then.

        Raises:
            ValueError: That is no e-mail address, or the username is not 3 to 32 of ``a-z0-9._-``.
            WeakPassword: The rules refuse the password.
            UsernameTaken: An activated account has it; told before anything about the address.
            AddressTaken: An account has it, and activation is not required.
            TooManyPasswords: Too many wait for their hashes.
            Busy: The account with that address was removed at this very moment.
        """
        address = EmailAddress(email)
        new = self._account(address, username)
        self.rules.check(password)
        # Before anything is known: it takes most of the time, whomever the address belongs to.
        password_hash = await self.passwords.hash(password)
        known_hash = await self._known_hash(address)
        while True:
            is_known = await self.passwords.verify(password, known_hash)
            async with self.begin() as work:
                if username is not None and await work.accounts.has_username(username):
                    raise UsernameTaken(username)
                kept = await hold_or_add(work, address, new, password_hash)
                present_hash = await work.accounts.password_hash(kept.id)
                if kept is new or (kept.is_pending and not self.activation_required):
                    await _replace(work, kept, new, password_hash)
                elif kept.is_pending and present_hash not in {None, known_hash}:
                    known_hash = present_hash  # somebody has registered at the same moment
                    continue
                elif kept.is_pending and is_known:
                    await _replace(work, kept, new, present_hash)
                elif kept.is_pending:
                    await _replace(work, kept, _but_in_dispute(new, kept), None)
                elif self.activation_required:
                    await _write_again(work, kept, present_hash)
                else:
                    raise AddressTaken
                if kept is new or kept.is_pending:
                    work.record(AccountRegistered(kept.id, new.is_activated))
                else:
                    work.record(AddressRegisteredAgain(kept.id))
                await work.commit()
            return

    async def _known_hash(self, email: EmailAddress) -> str | None:
        """Return the hash of the password that was chosen for a pending account."""
        async with self.begin() as work:
            account = await work.accounts.hold_by_email(email)
            known_hash = await work.accounts.password_hash(account.id) if account else None
        return known_hash if account and account.is_pending else None

    def _account(self, email: EmailAddress, username: str | None) -> Account:
        account = Account(
            AccountId(self.new_id()),
            username=None,
            role=Role.USER,
            is_active=True,
            created_at=self.clock(),
            email=email,
            is_activated=not self.activation_required,
        )
        return account.named(username)


async def _replace(work: AuthWork, kept: Account, new: Account, password_hash: str | None) -> None:
    """Make of an account the *new* one."""
    await work.accounts.save(evolve(new, id=kept.id, created_at=kept.created_at))
    await work.accounts.set_password_hash(kept.id, password_hash)


def _but_in_dispute(new: Account, kept: Account) -> Account:
    """Return the *new* account with nothing that only one of those who want it has chosen."""
    is_same = new.wanted_username == kept.wanted_username
    return new if is_same else new.named(None)


async def _write_again(work: AuthWork, kept: Account, password_hash: str | None) -> None:
    """Leave an account as it is, for as many writes as a new one takes: time tells nothing."""
    await work.accounts.save(kept)
    await work.accounts.set_password_hash(kept.id, password_hash)
