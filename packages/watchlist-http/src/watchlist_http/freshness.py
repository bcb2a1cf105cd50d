"""How long an answer that was made for one client may be given to others."""

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol

__all__ = ["Freshness", "Kept", "Stamp"]


class Kept(StrEnum):
    """How long an answer stands."""

    WHILE_THE_CATALOGUE_STANDS = "while-the-catalogue-stands"
    """It tells only what each version of the catalogue says."""
    UNTIL_ITS_MOVIES_ARE_RATED = "until-its-movies-are-rated"
    """For a second at most: it tells what viewers think of the movies whose ids stand in it.

    What they think of another movie may give that one a place in it, which it is given then.
    """
    FOR_A_SECOND = "for-a-second"
    """Or until any movie is rated: it tells what viewers think, and not of which movies."""


class Stamp(Protocol):
    """A state of the catalogue. Two are the same if they are equal."""

    @property
    def catalogue(self) -> int:
        """The version."""

    @property
    def counters(self) -> int:
        """How often this process has changed what answers tell."""


class Freshness(Protocol):
    async def stamp(self) -> Stamp | None:
        """Return the state that all which is read from now on is of, or a later one.

        A version that others have committed is told at most half a second later; what this process
        has committed, at once. None where nobody can tell. It is asked on each request.
        """

    def rated_since(self, counters: int) -> Collection[str] | None:
        """Return the ids of the movies of which this process has changed the score since then.

        None where that is too long ago to tell.
        """
