"""The mails that follow what happens to accounts."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from typing import Final, TypeAlias

from attrs import frozen

from watchlist_core.auth import (
    AccountQueries,
    AccountRegistered,
    ActivationRequested,
    AddressRegisteredAgain,
    EmailAddress,
    IssuedMailToken,
    IssueMailTokens,
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
from watchlist_http.server.reactions import Delivery, Happened, Never, Reactions

__all__ = ["MAILED", "Mailing"]

MAILED: Final = (
    AccountRegistered,
    ActivationRequested,
    AddressRegisteredAgain,
    PasswordChanged,
    PasswordResetRequested,
)
"""The events that a mail may follow."""

_Wanted: TypeAlias = tuple[AccountId, MailPurpose]


@frozen
class Mailing:
    """Sends the mails; one that is not taken raises, and so is tried again."""

    mailer: Mailer
    templates: MailTemplates
    issue: IssueMailTokens
    accounts: AccountQueries
    lives: Lives
    site: str
    """The address that links start with."""

    def reactions(self) -> Reactions:
        reactions = Reactions()
        reactions.prepare(MAILED, self.prepared)
        return reactions

    async def prepared(self, happened: Sequence[Happened[Event]]) -> Sequence[Delivery]:
        """Issue the tokens of all links in one work; then each mail is to be made and sent.

        Who asked twice gets the same link twice: otherwise the mail that comes last, and no one
        knows which, would be the only one whose link is good.
        """
        wanted = {one.key: link for one in happened if (link := _link(one.event))}
        issued = await self.issue(wanted.values()) if wanted else {}
        deliveries = []
        for one in happened:
            if link := wanted.get(one.key):
                send = partial(self._send_link, one, link[1], issued.get(link))
            else:
                send = partial(self._tell, one)
            deliveries.append(Delivery([one], send))
        return deliveries

    async def _send_link(
        self, one: Happened[Event], purpose: MailPurpose, issued: IssuedMailToken | None
    ) -> None:
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

    async def _tell(self, one: Happened[Event]) -> None:
        match one.event:
            case AddressRegisteredAgain(account=whom):
                kind = MailKind.REGISTERED_AGAIN
            case PasswordChanged(account=whom):
                kind = MailKind.PASSWORD_CHANGED
            case _:
                return  # nobody has that address, or he needs no link
        account = await self.accounts.find(whom)
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


def _link(event: Event) -> _Wanted | None:
    """Return whose link the event asks for, and what it is good for."""
    match event:
        case AccountRegistered(account=account, is_activated=False):
            return account, MailPurpose.ACTIVATION
        case ActivationRequested(account=account) if account:
            return account, MailPurpose.ACTIVATION
        case PasswordResetRequested(account=account) if account:
            return account, MailPurpose.PASSWORD_RESET
    return None
