"""Which passwords may be chosen."""

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from watchlist_core.auth.common_passwords import is_common
from watchlist_core.auth.errors import WeakPassword

__all__ = ["PasswordRules"]

_SIGNS: Final = "@$!%*?#&"


@frozen
class PasswordRules:
    """How long a password is, and of what; common ones are never taken."""

    shortest: int = 8
    """Characters."""
    longest: int = 128
    composition: bool = True
    """It has letters of both cases, a digit and a sign."""

    def check(self, password: str) -> None:
        """Accept the password.

        Raises:
            WeakPassword: The rules refuse it, with all reasons at once.
        """
        if reasons := list(self._reasons(password)):
            raise WeakPassword(reasons)

    def _reasons(self, password: str) -> Iterator[str]:
        if len(password) < self.shortest:
            yield f"It must have at least {self.shortest} characters."
        if len(password) > self.longest:
            yield f"It must have at most {self.longest} characters."
        if self.composition:
            if not any(character.isupper() for character in password):
                yield "It must have an upper-case letter."
            if not any(character.islower() for character in password):
                yield "It must have a lower-case letter."
            if not any(character.isdecimal() for character in password):
                yield "It must have a digit."
            if not any(character in _SIGNS for character in password):
                yield f"It must have one of {_SIGNS}."
        if is_common(password):
            yield "It is one of those that are guessed first."
