from attrs import define

from watchlist_core.errors import Invalid

__all__ = ["TooManyMovies"]


@define
class TooManyMovies(Invalid):
    """So many movies cannot be asked for at once."""

    most: int
    """So many can."""
