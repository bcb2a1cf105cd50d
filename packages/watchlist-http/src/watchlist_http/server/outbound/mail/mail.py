"""What a mail is, whatever sends it."""

import re
from typing import Final, Protocol, Self

from attrs import Attribute, field, frozen
from attrs.validators import matches_re

from watchlist_core.auth import EmailAddress

__all__ = ["Mail", "Mailer", "Sender", "Undeliverable"]

# Nothing that could end a line of a mail's head, and begin another.
_LINE: Final = r"[^\x00-\x1f\x7f\x85\u2028\u2029]*"
_NAMED: Final = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")


@frozen
class Sender:
    """Whom mails come from."""

    address: EmailAddress
    name: str = field(default="", validator=matches_re(_LINE))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address, or a name and an address in angle brackets.

        Raises:
            ValueError: It is neither.
        """
        named = _NAMED.fullmatch(text.strip())
        address = EmailAddress.parsed(named["address"] if named else text.strip())
        if address is None or not address.text.isascii() or not re.fullmatch(_LINE, text):
            raise ValueError(
                "must be an address in ASCII, or a name and one in angle brackets, "
                "as in Watchlist <watchlist@example.org>"
            )
        return cls(address, named["name"].strip().strip('"') if named else "")


def _can_be_sent(_: object, attribute: "Attribute[str]", value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{attribute.name} must be a text that can be encoded") from None


@frozen
class Mail:
    """A mail to one person, once as plain text and once as HTML.

    Raises:
        ValueError: The subject or the cause has more than one line, or a text cannot be sent.
    """

    to: EmailAddress
    subject: str = field(validator=[matches_re(_LINE), _can_be_sent])
    text: str = field(validator=_can_be_sent)
    html: str = field(validator=_can_be_sent)
    cause: str = field(validator=matches_re(r"[A-Za-z0-9.-]+"))
    """Why it is sent: the same each time that the same mail is sent again, and for nothing else."""


class Undeliverable(Exception):
    """Whoever receives mails for that address says that there is none, and never will be."""


class Mailer(Protocol):
    """What hands mails to somebody who brings them to people."""

    async def send(self, mail: Mail) -> None:
        """Return when somebody else has taken the responsibility for *mail*.

        Several may be sent at the same time.

        Raises:
            Undeliverable: To try it again is in vain.
            Exception: It was not taken, or nobody knows whether it was: to try it again may help.
        """

    async def close(self) -> None:
        """Give back what is held; nothing may be sent afterwards."""
