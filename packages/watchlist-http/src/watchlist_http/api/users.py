"""The accounts of everybody, for admins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from attrs import field, frozen
from msgspec import UNSET, Meta, UnsetType

from watchlist_core.auth import (
    AccountCard,
    AccountChanges,
    AccountNotFound,
    AccountSearch,
    AddressTaken,
    CreateAccount,
    LastAdmin,
    RemoveAccount,
    ReviseAccount,
    Role,
    SearchAccounts,
    ShowAccount,
    TooManyPasswords,
    UsernameTaken,
    WeakPassword,
)
from watchlist_core.changes import UNCHANGED
from watchlist_core.ids import AccountId
from watchlist_http.answers import Answer
from watchlist_http.api.auth import KnownEmail, NewPassword, Username
from watchlist_http.emails import Email
from watchlist_http.paging import Pagination, Paging
from watchlist_http.routing import Routes

__all__ = ["routes"]

routes: Final = Routes("Users", description="The accounts of everybody. Only admins may look.")


class User(Answer, frozen=True):
    """Somebody's account."""

    id: Annotated[str, UUID]
    email: KnownEmail | None
    username: Username | None
    role: Annotated[str, Role]
    is_active: Annotated[bool, Meta(description="Not, once an admin has switched it off.")]
    is_activated: Annotated[
        bool, Meta(description="Not, until its owner has followed the link in the mail.")
    ]
    created_at: datetime


class UserList(Answer, frozen=True):
    """A page of the accounts."""

    items: Sequence[User]
    pagination: Pagination


@frozen
class WantedUsers:
    """Which accounts are wanted."""

    email: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=254,
                description="A part of the address, without regard to case.",
                examples=["@example.org"],
            ),
        ]
        | None
    ) = None
    username: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=32,
                description="A part of the username, without regard to case.",
                examples=["trin"],
            ),
        ]
        | None
    ) = None
    role: Role | None = None
    active: bool | None = None


@frozen
class NewUser:
    """An account that somebody gets, who can sign in at once."""

    email: Email
    password: NewPassword = field(repr=False)
    username: Username | None = None
    role: Role = Role.USER


@frozen
class UserChanges:
    """What is to change of an account; what is left out stays as it is."""

    role: Role | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    username: Username | UnsetType | None = UNSET


@routes.get("/users", requires=Role.ADMIN)
async def list_users(query: WantedUsers, paging: Paging, search: SearchAccounts) -> UserList:
    """List the accounts, the latest first."""
    wanted = AccountSearch(query.email or "", query.username or "", query.role, query.active)
    page = await search(wanted, paging.window)
    return UserList([_told(card) for card in page.items], paging.pagination(page))


@routes.post(
    "/users",
    raises=[AddressTaken, UsernameTaken, WeakPassword, TooManyPasswords],
    requires=Role.ADMIN,
    location="/users/{id}",
)
async def add_user(body: NewUser, create: CreateAccount) -> User:
    """Add an account, which is active at once."""
    return _told(await create(body.email, body.password, body.username, body.role))


@routes.get("/users/{user_id}", raises=[AccountNotFound], requires=Role.ADMIN)
async def show_user(user_id: AccountId, show: ShowAccount) -> User:
    """Show an account."""
    return _told(await show(user_id))


@routes.patch(
    "/users/{user_id}", raises=[AccountNotFound, LastAdmin, UsernameTaken], requires=Role.ADMIN
)
async def revise_user(user_id: AccountId, body: UserChanges, revise: ReviseAccount) -> User:
    """Change what an account may do, switch it off or on, or rename it.

    It acts at once. One that is switched off is signed out everywhere. The last active admin
    stays one.
    """
    changes = AccountChanges(
        role=None if isinstance(body.role, UnsetType) else body.role,
        is_active=None if isinstance(body.is_active, UnsetType) else body.is_active,
        username=UNCHANGED if isinstance(body.username, UnsetType) else body.username,
    )
    return _told(await revise(user_id, changes))


@routes.delete("/users/{user_id}", raises=[AccountNotFound, LastAdmin], requires=Role.ADMIN)
async def remove_user(user_id: AccountId, remove: RemoveAccount) -> None:
    """Remove an account with all that its owner has watched and rated."""
    await remove(user_id)


def _told(card: AccountCard) -> User:
    return User(
        card.id,
        card.email,
        card.username,
        card.role,
        card.is_active,
        card.is_activated,
        card.created_at,
    )
