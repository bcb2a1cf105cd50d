"""What can be said of what is watched, and when."""

from datetime import timedelta
from typing import Final

__all__ = ["CLOCK_TOLERANCE", "NOTE_LENGTH"]

NOTE_LENGTH: Final = 2_000
CLOCK_TOLERANCE: Final = timedelta(minutes=1)
"""So far ahead of ours may the clock be by which somebody says that he has watched it just now."""
