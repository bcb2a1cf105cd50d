"""Access tokens as JWT: what the extra ``security`` installs the libraries for."""

from watchlist_core.security.tokens import JwtAccessTokens

__all__ = ["JwtAccessTokens"]
