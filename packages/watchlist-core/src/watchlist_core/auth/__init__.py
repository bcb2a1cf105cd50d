"""Auth: who signs in, and what he may do."""

from watchlist_core.auth.add_account import AddAccount
from watchlist_core.auth.entities import USERNAME, Account, Identity, Role
from watchlist_core.auth.errors import (
    AccountNotFound,
    InvalidToken,
    NotAllowed,
    NotSignedIn,
    UsernameTaken,
)
from watchlist_core.auth.events import AccountAdded
from watchlist_core.auth.identify import Identify
from watchlist_core.auth.ports import (
    AccessToken,
    AccessTokens,
    AccountQueries,
    Accounts,
    AuthWork,
)

__all__ = [
    "USERNAME",
    "AccessToken",
    "AccessTokens",
    "Account",
    "AccountAdded",
    "AccountNotFound",
    "AccountQueries",
    "Accounts",
    "AddAccount",
    "AuthWork",
    "Identify",
    "Identity",
    "InvalidToken",
    "NotAllowed",
    "NotSignedIn",
    "Role",
    "UsernameTaken",
]
