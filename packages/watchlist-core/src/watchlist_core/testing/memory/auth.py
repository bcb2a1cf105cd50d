from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from attrs import frozen

from watchlist_core.auth import (
    Account,
    AccountCard,
    AccountNotFound,
    AccountSearch,
    AddressTaken,
    Credentials,
    EmailAddress,
    Identity,
    MailPurpose,
    MailToken,
    Session,
    SessionKind,
    UsernameTaken,
    folded_address,
)
from watchlist_core.ids import AccountId, SessionId
from watchlist_core.paging import Page, Window
from watchlist_core.testing.memory.listing import Column, Listing, sortable
from watchlist_core.testing.memory.owned import forget_owned
from watchlist_core.testing.memory.tables import Tables, refuse_taken

__all__ = [
    "MemoryAccountQueries",
    "MemoryAccounts",
    "MemoryMailTokens",
    "end_session",
    "known_account",
]


@frozen
class MemoryAccounts:
    _tables: Tables

    async def add(self, account: Account, password_hash: str | None = None) -> None:
        self._refuse_what_others_have(account)
        refuse_taken(self._tables.accounts, [account.id])
        self._keep(account)
        if password_hash is not None:
            self._tables.password_hashes[account.id] = password_hash

    async def hold(self, account: AccountId) -> Account:
        return known_account(self._tables, account)

    async def hold_all(self, accounts: Collection[AccountId]) -> Sequence[Account]:
        known = self._tables.accounts
        return [known[account] for account in sorted(set(accounts)) if account in known]

    async def hold_by_email(self, email: EmailAddress) -> Account | None:
        account = self._tables.addresses.get(email.folded)
        return self._tables.accounts[account] if account else None

    async def has_username(self, username: str) -> bool:
        return username in self._tables.usernames

    async def hold_admins(self) -> int:
        return sum(account.is_admin_at_work for account in self._tables.accounts.values())

    async def save(self, account: Account) -> None:
        earlier = known_account(self._tables, account.id)
        self._refuse_what_others_have(account)
        self._release_names(earlier)
        self._keep(account)

    async def password_hash(self, account: AccountId) -> str | None:
        return self._tables.password_hashes.get(account)

    async def set_password_hash(self, account: AccountId, password_hash: str | None) -> None:
        if password_hash is None:
            self._tables.password_hashes.pop(account, None)
        else:
            self._tables.password_hashes[account] = password_hash

    async def remove(self, account: AccountId) -> None:
        tables = self._tables
        self._release_names(known_account(tables, account))
        await MemoryMailTokens(tables).forget(account)
        for session in [one.id for one in tables.sessions.values() if one.account == account]:
            end_session(tables, session)
        forget_owned(tables, account)
        tables.password_hashes.pop(account, None)
        del tables.accounts[account]

    def _refuse_what_others_have(self, account: Account) -> None:
        tables = self._tables
        if account.email and tables.addresses.get(account.email.folded, account.id) != account.id:
            raise AddressTaken
        if account.username is None:
            return
        if tables.usernames.get(account.username, account.id) != account.id:
            raise UsernameTaken(account.username)

    def _keep(self, account: Account) -> None:
        if account.email:
            self._tables.addresses[account.email.folded] = account.id
        if account.username is not None:
            self._tables.usernames[account.username] = account.id
        self._tables.accounts[account.id] = account

    def _release_names(self, account: Account) -> None:
        if account.email:
            del self._tables.addresses[account.email.folded]
        if account.username is not None:
            del self._tables.usernames[account.username]


@frozen
class MemoryMailTokens:
    _tables: Tables

    async def replace(self, *tokens: MailToken) -> None:
        for token in tokens:
            self._tables.mail_tokens[token.account, token.purpose] = token

    async def take(self, digest: bytes, purpose: MailPurpose) -> MailToken | None:
        for key, token in self._tables.mail_tokens.items():
            if (token.digest, token.purpose) == (digest, purpose):
                del self._tables.mail_tokens[key]
                return token
        return None

    async def forget(self, account: AccountId) -> None:
        for purpose in MailPurpose:
            self._tables.mail_tokens.pop((account, purpose), None)


_LATEST_FIRST: Final = Listing[Account](
    [
        Column(lambda account: sortable(account.created_at), str, descending=True),
        Column(lambda account: str(account.id), str, descending=True),
    ]
)


@frozen
class MemoryAccountQueries:
    _tables: Tables

    async def find(self, account: AccountId) -> Account | None:
        return self._tables.accounts.get(account)

    async def credentials(self, email: EmailAddress) -> Credentials | None:
        account = self._tables.addresses.get(email.folded)
        if account is None:
            return None
        return Credentials(
            self._tables.accounts[account], self._tables.password_hashes.get(account)
        )

    async def identity(self, session: SessionId, at: datetime) -> Identity | None:
        return self._signed_in_by(self._tables.sessions.get(session), at)

    async def identity_by_cookie(self, digest: bytes, at: datetime) -> Identity | None:
        token = self._tables.refresh_tokens.get(digest)
        session = self._tables.sessions[token.session] if token else None
        if session is None or session.kind is not SessionKind.PAGE:
            return None
        return self._signed_in_by(session, at)

    async def search(self, search: AccountSearch, window: Window) -> Page[AccountCard]:
        page = _LATEST_FIRST.page(self._found(search), window)
        cards = [AccountCard.of(account) for account in page.items]
        return Page(cards, page.next, page.total)

    def _signed_in_by(self, session: Session | None, at: datetime) -> Identity | None:
        if session is None or session.expires_at <= at:
            return None
        account = self._tables.accounts[session.account]
        return Identity(account.id, account.role, session.id) if account.may_sign_in else None

    def _found(self, search: AccountSearch) -> Iterable[Account]:
        email, username = folded_address(search.email), search.username.lower()
        return (
            account
            for account in self._tables.accounts.values()
            if email in (account.email.folded if account.email else "")
            and username in (account.username or "")
            and search.role in (None, account.role)
            and search.is_active in (None, account.is_active)
        )


def known_account(tables: Tables, account: AccountId) -> Account:
    try:
        return tables.accounts[account]
    except KeyError:
        raise AccountNotFound(account) from None


def end_session(tables: Tables, session: SessionId) -> None:
    """Forget a session with its tokens."""
    del tables.sessions[session]
    for digest in [one.digest for one in tables.refresh_tokens.values() if one.session == session]:
        del tables.refresh_tokens[digest]
