"""Access tokens and passwords: what the extra ``security`` installs the libraries for."""

from watchlist_core.security.passwords import BcryptPasswords
from watchlist_core.security.tokens import JwtAccessTokens

__all__ = ["BcryptPasswords", "JwtAccessTokens"]
