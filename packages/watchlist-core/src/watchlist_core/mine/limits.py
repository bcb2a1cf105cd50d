from typing import Final

__all__ = ["MOST_MOVIES"]

MOST_MOVIES: Final = 100
"""So many may be asked for at once, as many as a page of a list has at most."""
