"""E-mail addresses as they come in: what a mail could be sent to, in one way of writing it."""

from typing import Final, NewType

from email_validator import EmailNotValidError, validate_email

from watchlist_core.auth import LONGEST_ADDRESS, EmailAddress

__all__ = ["Email", "read_email", "rewritten"]


Email = NewType("Email", str)
"""An e-mail address; no body holds another text where it says so."""

_WHAT: Final = "must be an e-mail address"


def read_email(value: object) -> Email:
    """Return the address that is meant, its domain in lower case.

    Nobody asks whether the domain takes mail: that takes long, and only a mail can tell.

    Raises:
        ValueError: It is none.
    """
    # The length first: no validator should look at a text that nobody has to take.
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ADDRESS:
        raise ValueError(_WHAT)
    try:
        told = validate_email(value, check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        raise ValueError(_WHAT) from None
    if EmailAddress.parsed(told) is None:
        raise ValueError(_WHAT)
    return Email(told)


def rewritten(text: str) -> str:
    """Return an address as it was written when it was registered, and any other text as it is."""
    try:
        return read_email(text)
    except ValueError:
        return text
