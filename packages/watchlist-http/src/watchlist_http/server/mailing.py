"""The mails that follow what happens to accounts."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from attrs import frozen

from watchlist_core.auth import (
    AccountQueries,
    AccountRegistered,
    ActivationRequested,
    AddressRegisteredAgain,
    EmailAddress,
    IssueMailToken,
    Lives,
    MailPurpose,
    PasswordChanged,
    PasswordResetRequested,
)
from watchlist_core.ids import AccountId
from watchlist_core.work import Event
from watchlist_http.server.durations import told
from watchlist_http.server.outbound.mail.mail import Mailer, Undeliverable
from watchlist_http.server.outbound.mail.templating import MailKind, MailTemplates, Values
from watchlist_http.server.reactions import Happened, Never, Reactions

__all__ = ["MAILED", "Mailing"]

MAILED: Final = (
    AccountRegistered,
    ActivationRequested,
    AddressRegisteredAgain,
    PasswordChanged,
    PasswordResetRequested,
)
"""The events that a mail may follow."""

_Activation: TypeAlias = AccountRegistered | ActivationRequested
_Notice: TypeAlias = AddressRegisteredAgain | PasswordChanged


@frozen
class Mailing:
    """Sends the mails; one that is not taken raises, and so is tried again."""

    mailer: Mailer
    templates: MailTemplates
    issue: IssueMailToken
    accounts: AccountQueries
    lives: Lives
    site: str
    """The address that links start with."""

    def reactions(self) -> Reactions:
        reactions = Reactions()
        reactions.on(AccountRegistered, self.send_activation)
        reactions.on(ActivationRequested, self.send_activation)
        reactions.on(AddressRegisteredAgain, self.tell_of_registration)
        reactions.on(PasswordChanged, self.tell_of_password)
        reactions.on(PasswordResetRequested, self.send_password_reset)
        return reactions

    async def send_activation(self, happened: Sequence[Happened[_Activation]]) -> None:
        for one in happened:
            if isinstance(one.event, AccountRegistered) and one.event.is_activated:
                continue
            await self._send_link(one, one.event.account, MailPurpose.ACTIVATION)

    async def send_password_reset(
        self, happened: Sequence[Happened[PasswordResetRequested]]
    ) -> None:
        for one in happened:
            await self._send_link(one, one.event.account, MailPurpose.PASSWORD_RESET)

    async def tell_of_registration(
        self, happened: Sequence[Happened[AddressRegisteredAgain]]
    ) -> None:
        await self._tell(happened, MailKind.REGISTERED_AGAIN)

    async def tell_of_password(self, happened: Sequence[Happened[PasswordChanged]]) -> None:
        await self._tell(happened, MailKind.PASSWORD_CHANGED)

    async def _send_link(
        self, one: Happened[Event], account: AccountId | None, purpose: MailPurpose
    ) -> None:
        issued = None if account is None else await self.issue(account, purpose)
        if issued is None:
            return
        match purpose:
            case MailPurpose.ACTIVATION:
                kind, page, life = MailKind.ACTIVATION, "activate", self.lives.activation
            case MailPurpose.PASSWORD_RESET:
                kind, page = MailKind.PASSWORD_RESET, "reset-password"
                life = self.lives.password_reset
        # In the fragment, which no browser sends: no log of any server has it.
        link = f"{self.site}/{page}#token={issued.token}"
        await self._send(one, kind, issued.email, {"link": link, "life": told(life)})

    async def _tell(self, happened: Sequence[Happened[_Notice]], kind: MailKind) -> None:
        for one in happened:
            account = await self.accounts.find(one.event.account)
            if account is not None and account.email is not None:
                await self._send(one, kind, account.email, {})

    async def _send(
        self, one: Happened[Event], kind: MailKind, to: EmailAddress, values: Values
    ) -> None:
        # What no other event has, here or on another server that writes to the same people.
        event = f"{self.site} {one.event.name} {one.key} {to.folded}"
        cause = sha256(event.encode()).hexdigest()[:32]
        mail = self.templates.mail(kind, to, cause, {"site": self.site, **values})
        try:
            await self.mailer.send(mail)
        except Undeliverable as error:
            raise Never(f"{kind} mail: {error}") from error
