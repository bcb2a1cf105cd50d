"""For the tests of those who build on the core.

``memory`` holds stores for the tests of use cases. ``contracts`` holds what every store must
pass; it needs the extra ``testing`` and is therefore imported by its own name only.
"""

from watchlist_core.testing.memory import MemoryStore
from watchlist_core.testing.passwords import PlainPasswords
from watchlist_core.testing.tokens import PlainAccessTokens

__all__ = ["MemoryStore", "PlainAccessTokens", "PlainPasswords"]
