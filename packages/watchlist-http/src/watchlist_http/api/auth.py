"""Accounts of one's own: to register, to sign in and out, and to change the password."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from attrs import field, frozen
from msgspec import Meta

from watchlist_core.auth import (
    LONGEST_ADDRESS,
    USERNAME,
    AccountNotFound,
    Activate,
    AddressTaken,
    ChangePassword,
    Identity,
    InvalidMailToken,
    InvalidToken,
    NotActivated,
    Refresh,
    RefreshedAlready,
    Register,
    RequestActivation,
    RequestPasswordReset,
    ResetPassword,
    Role,
    ShowAccount,
    SignIn,
    SignInOnPage,
    SignInTokens,
    SignOut,
    SignOutEverywhere,
    SignOutOnPage,
    TooManyPasswords,
    TooManySignIns,
    UsernameTaken,
    VerifyToken,
    WeakPassword,
    WrongCredentials,
    WrongPassword,
)
from watchlist_http.answers import Answer
from watchlist_http.client_address import Household
from watchlist_http.emails import Email, rewritten
from watchlist_http.page_sessions import PageCookie
from watchlist_http.rate_limits import Policy
from watchlist_http.routing import Routes

__all__ = ["KnownEmail", "NewPassword", "Username", "routes"]

routes: Final = Routes(
    "Auth",
    description="An account of your own: register, sign in and out, change the password.",
    is_secret=True,
)

KnownEmail: TypeAlias = Annotated[
    str, Meta(max_length=LONGEST_ADDRESS, examples=["trinity@example.org"])
]
Username: TypeAlias = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=32,
        pattern=f"^{USERNAME}$",
        description="What others see of you.",
        examples=["trinity"],
    ),
]
_LONGEST_PASSWORD: Final = 128
NewPassword: TypeAlias = Annotated[
    str,
    Meta(
        min_length=8,
        max_length=_LONGEST_PASSWORD,
        description="With an upper-case and a lower-case letter, a digit and one of `@$!%*?#&`, "
        "unless the server is content with less; none of those that are guessed first.",
        examples=["Follow-the-rabbit-42!"],
    ),
]
Password: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=_LONGEST_PASSWORD, examples=["Follow-the-rabbit-42!"])
]
Token: TypeAlias = Annotated[
    str,
    Meta(min_length=1, max_length=8192, examples=["mG2vQ0yJ1k7b9ZsXwq3c5d8f0h2j4l6n8p0r2t4v6x8"]),
]
_SIGNING_IN: Final = (WrongCredentials, NotActivated, TooManySignIns, TooManyPasswords)


@frozen
class Registration:
    """Who wants an account."""

    email: Email
    password: NewPassword = field(repr=False)
    username: Username | None = None


class Registered(Answer, frozen=True):
    """Where a mail goes, whether or not there was an account with that address before."""

    email: KnownEmail


@frozen
class MailedToken:
    """What the link in a mail brings."""

    token: Token = field(repr=False)


@frozen
class Addressee:
    """Whom to send a mail."""

    email: Email


@frozen
class SigningIn:
    """Who signs in. A text that is no address is one that nobody has registered with."""

    email: Annotated[
        str, Meta(min_length=1, max_length=LONGEST_ADDRESS, examples=["trinity@example.org"])
    ]
    password: Password = field(repr=False)


class Tokens(Answer, frozen=True):
    """By which a program acts for you: the first is shown, the second gets the next two."""

    access_token: Annotated[str, Meta(examples=["eyJhbGciOiJIUzI1NiJ9.eyJ0eXBlIjoi.c2lnbmVk"])]
    refresh_token: Token
    token_type: Annotated[str, Meta(examples=["Bearer"])]
    expires_in: Annotated[int, Meta(ge=0, description="Seconds.", examples=[900])]


@frozen
class ShownRefreshToken:
    """The refresh token that was answered last."""

    refresh_token: Token = field(repr=False)


@frozen
class ShownToken:
    """An access token."""

    token: Token = field(repr=False)


class Verified(Answer, frozen=True):
    """The token is good at this moment."""

    active: bool
    type: Annotated[str, Meta(examples=["access"])]
    expires_at: datetime


class Me(Answer, frozen=True):
    """Your account."""

    id: Annotated[str, UUID]
    email: KnownEmail | None
    username: Username | None
    role: Annotated[str, Role]
    created_at: datetime


class SignedInOnPage(Answer, frozen=True):
    """The browser has a cookie now."""

    expires_at: datetime


@frozen
class PasswordChange:
    """The password that there is, and the one that replaces it."""

    current_password: Password = field(repr=False)
    new_password: NewPassword = field(repr=False)


@frozen
class PasswordReset:
    """What the link in the mail brings, and the password that is wanted."""

    token: Token = field(repr=False)
    new_password: NewPassword = field(repr=False)


@routes.post(
    "/auth/register",
    raises=[UsernameTaken, AddressTaken, WeakPassword, TooManyPasswords],
    is_open=True,
    policy=Policy.MAIL,
)
async def register(body: Registration, add: Register) -> Registered:
    """Register with an e-mail address.

    A mail brings the token that activates the account. For an address that is known the answer
    is the same, and the mail another. Where the server wants no activation the account is
    active at once, and a known address is refused.
    """
    await add(body.email, body.password, body.username)
    return Registered(body.email)


@routes.post("/auth/activate", raises=[InvalidMailToken], ok=HTTPStatus.OK, is_open=True)
async def activate(body: MailedToken, confirm: Activate) -> None:
    """Activate an account, by the token of a mail.

    Where several have registered with its address, and not all chose the same password, it has
    none: another mail brings the token to choose one.
    """
    await confirm(body.token)


@routes.post("/auth/activation", ok=HTTPStatus.ACCEPTED, is_open=True, policy=Policy.MAIL)
async def request_activation(body: Addressee, ask: RequestActivation) -> None:
    """Ask for another mail to activate an account, if one waits for it."""
    await ask(body.email)


@routes.post(
    "/auth/login", raises=_SIGNING_IN, ok=HTTPStatus.OK, is_open=True, policy=Policy.SIGN_IN
)
async def sign_in(body: SigningIn, household: Household, admit: SignIn) -> Tokens:
    """Sign in with a program.

    Who guesses too often is refused for a while, even with the right password.
    """
    return _told(await admit(rewritten(body.email), body.password, household))


@routes.post(
    "/auth/refresh", raises=[InvalidToken, RefreshedAlready], ok=HTTPStatus.OK, is_open=True
)
async def refresh(body: ShownRefreshToken, exchange: Refresh) -> Tokens:
    """Exchange a refresh token for two new tokens.

    It is spent by that. Shown again a moment later it is refused, and nothing changes; shown
    later it ends the session, as two seem to have it.
    """
    return _told(await exchange(body.refresh_token))


@routes.post("/auth/verify", raises=[InvalidToken], ok=HTTPStatus.OK, is_open=True)
async def verify_token(body: ShownToken, verify: VerifyToken) -> Verified:
    """Tell whether an access token is good at this moment."""
    told = await verify(body.token)
    return Verified(active=True, type=told.type, expires_at=told.expires_at)


@routes.post("/auth/logout", ok=HTTPStatus.OK)
async def sign_out(identity: Identity, body: ShownRefreshToken, end: SignOut) -> None:
    """Sign out: end the session of a refresh token, with all its tokens."""
    await end(identity, body.refresh_token)


@routes.post("/auth/logout-all", raises=[AccountNotFound], ok=HTTPStatus.OK)
async def sign_out_everywhere(identity: Identity, end: SignOutEverywhere) -> None:
    """Sign out everywhere: end all of your sessions, of programs and of the page."""
    await end(identity.account)


@routes.get("/auth/me", raises=[AccountNotFound])
async def show_me(identity: Identity, show: ShowAccount) -> Me:
    """Show your account."""
    account = await show(identity.account)
    return Me(account.id, account.email, account.username, account.role, account.created_at)


@routes.post("/auth/session", raises=_SIGNING_IN, is_open=True, policy=Policy.SIGN_IN)
async def sign_in_on_page(
    body: SigningIn, household: Household, cookie: PageCookie, admit: SignInOnPage
) -> SignedInOnPage:
    """Sign in on the web page: the browser gets a cookie that no script can read."""
    session = await admit(rewritten(body.email), body.password, household)
    cookie.give(session.token, session.expires_at)
    return SignedInOnPage(session.expires_at)


@routes.delete("/auth/session")
async def sign_out_on_page(identity: Identity, cookie: PageCookie, end: SignOutOnPage) -> None:
    """Sign out on the web page: end the session by which you ask."""
    await end(identity)
    cookie.take()


@routes.put(
    "/auth/password",
    raises=[AccountNotFound, WrongPassword, WeakPassword, TooManySignIns, TooManyPasswords],
    policy=Policy.SIGN_IN,
)
async def change_password(
    identity: Identity, body: PasswordChange, household: Household, change: ChangePassword
) -> None:
    """Change your password, which ends all other sessions.

    A wrong present one counts as a sign-in that failed.
    """
    await change(identity, body.current_password, body.new_password, household)


@routes.post("/auth/password-reset", ok=HTTPStatus.ACCEPTED, is_open=True, policy=Policy.MAIL)
async def request_password_reset(body: Addressee, ask: RequestPasswordReset) -> None:
    """Ask for a mail by which a forgotten password can be replaced."""
    await ask(body.email)


@routes.post(
    "/auth/password-reset/complete",
    raises=[InvalidMailToken, WeakPassword, TooManyPasswords],
    ok=HTTPStatus.OK,
    is_open=True,
)
async def reset_password(body: PasswordReset, reset: ResetPassword) -> None:
    """Replace a forgotten password, by the token of a mail; it ends all sessions."""
    await reset(body.token, body.new_password)


def _told(tokens: SignInTokens) -> Tokens:
    return Tokens(tokens.access, tokens.refresh, "Bearer", tokens.expires_in)
