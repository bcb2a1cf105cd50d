"""How long an answer that was made for one client may be given to others."""

from enum import StrEnum
from typing import Protocol

__all__ = ["Freshness", "Kept", "Stamp"]


class Kept(StrEnum):
    """How long an answer stands."""

    WHILE_THE_CATALOGUE_STANDS = "while-the-catalogue-stands"
    """It tells only what each version of the catalogue says."""
    FOR_A_SECOND = "for-a-second"
    """It tells, or is sorted by, what viewers do besides, which raises no version."""


class Stamp(Protocol):
    """A state of the catalogue. Two are the same if they are equal."""

    @property
    def catalogue(self) -> int:
        """The version."""

    @property
    def counters(self) -> int:
        """Another one whenever this process has changed what answers tell."""


class Freshness(Protocol):
    async def stamp(self) -> Stamp | None:
        """Return the state that all which is read from now on is of, or a later one.

        A version that others have committed is told at most half a second later; what this process
        has committed, at once. None where nobody can tell. It is asked on each request.
        """
