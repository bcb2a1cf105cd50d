"""Auth: who signs in, and what he may do."""

from watchlist_core.auth.activate import Activate
from watchlist_core.auth.add_account import AddAccount
from watchlist_core.auth.admit import Admit
from watchlist_core.auth.appoint_first_admin import AppointFirstAdmin
from watchlist_core.auth.change_password import ChangePassword
from watchlist_core.auth.check_credentials import CheckCredentials
from watchlist_core.auth.create_account import CreateAccount
from watchlist_core.auth.entities import (
    LONGEST_ADDRESS,
    USERNAME,
    Account,
    AccountChanges,
    EmailAddress,
    Identity,
    Role,
    folded_address,
)
from watchlist_core.auth.errors import (
    AccountNotFound,
    AddressTaken,
    InvalidMailToken,
    InvalidToken,
    LastAdmin,
    NotActivated,
    NotAllowed,
    NotSignedIn,
    RefreshedAlready,
    TooManyPasswords,
    TooManySignIns,
    UsernameTaken,
    WeakPassword,
    WrongCredentials,
    WrongPassword,
)
from watchlist_core.auth.events import (
    AccountActivated,
    AccountAdded,
    AccountRegistered,
    AccountRemoved,
    AccountRevised,
    ActivationRequested,
    AddressRegisteredAgain,
    PasswordChanged,
    PasswordResetRequested,
    RefreshTokenReused,
    SignedIn,
    SignedOut,
    SignedOutEverywhere,
    SignInRefused,
    SignInsBlocked,
)
from watchlist_core.auth.identify import Identify
from watchlist_core.auth.identify_page import IdentifyPage
from watchlist_core.auth.issue_mail_token import IssueMailToken
from watchlist_core.auth.issue_mail_tokens import IssueMailTokens
from watchlist_core.auth.open_session import OpenSession
from watchlist_core.auth.passwords import PasswordRules
from watchlist_core.auth.ports import (
    AccessToken,
    AccessTokens,
    AccountQueries,
    Accounts,
    Attempts,
    AuthWork,
    MailTokens,
    NewToken,
    Passwords,
    RightsChanged,
    Sessions,
    SignInAttempts,
)
from watchlist_core.auth.read_models import (
    AccountCard,
    AccountSearch,
    Credentials,
    IssuedMailToken,
    PageSession,
    SignInTokens,
    VerifiedToken,
)
from watchlist_core.auth.refresh import Refresh
from watchlist_core.auth.register import Register
from watchlist_core.auth.remove_account import RemoveAccount
from watchlist_core.auth.remove_expired import RemoveExpired
from watchlist_core.auth.request_activation import RequestActivation
from watchlist_core.auth.request_password_reset import RequestPasswordReset
from watchlist_core.auth.reset_password import ResetPassword
from watchlist_core.auth.revise_account import ReviseAccount
from watchlist_core.auth.search_accounts import SearchAccounts
from watchlist_core.auth.sessions import (
    BlockedBy,
    Lives,
    MailPurpose,
    MailToken,
    RefreshToken,
    Session,
    SessionKind,
    SignInLimits,
    digest_of,
)
from watchlist_core.auth.show_account import ShowAccount
from watchlist_core.auth.sign_in import SignIn
from watchlist_core.auth.sign_in_on_page import SignInOnPage
from watchlist_core.auth.sign_out import SignOut
from watchlist_core.auth.sign_out_everywhere import SignOutEverywhere
from watchlist_core.auth.sign_out_on_page import SignOutOnPage
from watchlist_core.auth.verify_token import VerifyToken

__all__ = [
    "LONGEST_ADDRESS",
    "USERNAME",
    "AccessToken",
    "AccessTokens",
    "Account",
    "AccountActivated",
    "AccountAdded",
    "AccountCard",
    "AccountChanges",
    "AccountNotFound",
    "AccountQueries",
    "AccountRegistered",
    "AccountRemoved",
    "AccountRevised",
    "AccountSearch",
    "Accounts",
    "Activate",
    "ActivationRequested",
    "AddAccount",
    "AddressRegisteredAgain",
    "AddressTaken",
    "Admit",
    "AppointFirstAdmin",
    "Attempts",
    "AuthWork",
    "BlockedBy",
    "ChangePassword",
    "CheckCredentials",
    "CreateAccount",
    "Credentials",
    "EmailAddress",
    "Identify",
    "IdentifyPage",
    "Identity",
    "InvalidMailToken",
    "InvalidToken",
    "IssueMailToken",
    "IssueMailTokens",
    "IssuedMailToken",
    "LastAdmin",
    "Lives",
    "MailPurpose",
    "MailToken",
    "MailTokens",
    "NewToken",
    "NotActivated",
    "NotAllowed",
    "NotSignedIn",
    "OpenSession",
    "PageSession",
    "PasswordChanged",
    "PasswordResetRequested",
    "PasswordRules",
    "Passwords",
    "Refresh",
    "RefreshToken",
    "RefreshTokenReused",
    "RefreshedAlready",
    "Register",
    "RemoveAccount",
    "RemoveExpired",
    "RequestActivation",
    "RequestPasswordReset",
    "ResetPassword",
    "ReviseAccount",
    "RightsChanged",
    "Role",
    "SearchAccounts",
    "Session",
    "SessionKind",
    "Sessions",
    "ShowAccount",
    "SignIn",
    "SignInAttempts",
    "SignInLimits",
    "SignInOnPage",
    "SignInRefused",
    "SignInTokens",
    "SignInsBlocked",
    "SignOut",
    "SignOutEverywhere",
    "SignOutOnPage",
    "SignedIn",
    "SignedOut",
    "SignedOutEverywhere",
    "TooManyPasswords",
    "TooManySignIns",
    "UsernameTaken",
    "VerifiedToken",
    "VerifyToken",
    "WeakPassword",
    "WrongCredentials",
    "WrongPassword",
    "digest_of",
    "folded_address",
]
