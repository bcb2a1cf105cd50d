from typing import ClassVar

from attrs import frozen

from watchlist_core.ids import AccountId

__all__ = ["AccountAdded"]


@frozen
class AccountAdded:
    name: ClassVar[str] = "account-added"
    version: ClassVar[int] = 1

    account: AccountId
