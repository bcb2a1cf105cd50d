"""What can be said of a movie, and by which scales."""

from typing import Final

__all__ = ["REVIEW_LENGTH", "WIDEST_SCALE"]

REVIEW_LENGTH: Final = 10_000
WIDEST_SCALE: Final = 100
