"""What must not go missing unnoticed of who is signed in: see `mutants`."""

from collections.abc import Iterator, Sequence
from typing import Final

from tests.faults.mutants import CONTRACTS, CORE, SQL, Mutant

__all__ = ["ACCOUNT_MUTANTS"]

AUTH: Final = f"{CORE}/auth"
SESSIONS: Final = ["packages/watchlist-core/tests/test_sessions.py"]
AT_ONCE: Final = "packages/watchlist-sql/tests"
SIGNING_IN: Final = ["packages/watchlist-core/tests/test_signing_in.py"]


def _mutants() -> Iterator[Mutant]:
    yield from _without_commit()
    yield from _of_signing_in()
    yield from _of_sessions()
    yield from _of_identities()
    yield from _of_databases()


def _without_commit() -> Iterator[Mutant]:
    for verb, tests in {
        "open_session": SESSIONS,
        "refresh": SESSIONS,
        "sign_out": SESSIONS,
        "sign_out_everywhere": SESSIONS,
        "sign_out_on_page": SESSIONS,
    }.items():
        yield Mutant(
            f"{verb} does not commit",
            f"{AUTH}/{verb}.py",
            "            await work.commit()\n",
            "",
            tests,
        )
    for told, verb, before in (
        ("an attempt", "check_credentials", "add(attempt.email, attempt.origin, attempt.at)\n"),
        ("a sign-in", "admit", "begin_session(work, session, token)\n"),
    ):
        yield Mutant(
            f"{told} is not committed",
            f"{AUTH}/{verb}.py",
            f"{before}            await work.commit()\n",
            before,
            SIGNING_IN,
        )


def _of_signing_in() -> Iterator[Mutant]:
    for told, old, new in (
        ("the limit is looked at too late", "if left <= 0 and first", "if left < 0 and first"),
        ("an account can be guessed at from everywhere", "- counted.account,", "- 0,"),
        ("an origin can guess on all accounts", "- counted.origin,", "- 0,"),
        (
            "attempts count for ever",
            "        since = attempt.at - self.limits.window\n        counted",
            "        since = attempt.at - 99 * self.limits.window\n        counted",
        ),
        ("the shortest block is told", "max(blocked_since)", "min(blocked_since)"),
        ("every refusal is a block", "if left == 1]", "]"),
        ("no block is recorded", "if left == 1]", "if left == 0]"),
        ("the forgiven are blocked", " and left <= 0:", ":"),
        (
            "a block of all is one account's",
            "None if by is BlockedBy.ORIGIN else account",
            "account",
        ),
        ("a block is told to end too early", "// _SECOND + 1", "// _SECOND"),
        ("the case of an address hides attempts", "folded_address(email)", "email"),
        ("any password is right", "found and is_right and", "found and"),
        ("who was switched off gets in", " and found.account.is_active", ""),
        (
            "an unknown address costs nothing",
            "is_right = await",
            "is_right = bool(found) and await",
        ),
        (
            "an attempt that nobody looked at counts",
            "except TooManyPasswords:",
            "except ZeroDivisionError:",
        ),
    ):
        yield _of_admission("check_credentials", told, old, new)
    for told, old, new in (
        (
            "nobody is forgiven",
            "            await forgive(work, email, origin)\n            if",
            "            if",
        ),
        ("who did not activate gets in", "not found.account.is_activated", "False"),
        ("a changed account is let in", "if account != found.account:", "if False:"),
        (
            "a changed password is let in",
            "if await work.accounts.password_hash(found.account.id) != found.password_hash:",
            "if False:",
        ),
        ("outdated hashes stay", "self.passwords.is_outdated(found.password_hash)", "False"),
        ("sign-ins wait for a new hash", "except TooManyPasswords:", "except ZeroDivisionError:"),
    ):
        yield _of_admission("admit", told, old, new)
    yield Mutant(
        "a sign-in is not recorded",
        f"{AUTH}/open_session.py",
        "    work.record(SignedIn(session.account, session.id))\n",
        "",
        SIGNING_IN,
    )


def _of_admission(verb: str, told: str, old: str, new: str) -> Mutant:
    contract = ["packages/watchlist-core/tests/test_memory_store.py::TestSigningIn"]
    return Mutant(told, f"{AUTH}/{verb}.py", old, new, [*SIGNING_IN, *contract])


def _of_sessions() -> Iterator[Mutant]:
    for told, old, new in (
        ("a cookie can be refreshed", "session.kind is not SessionKind.TOKENS", "False"),
        ("an expired token can be refreshed", "shown.expires_at <= at", "False"),
        ("a token ends later than it was said", "shown.expires_at <= at", "shown.expires_at < at"),
        ("a token is never spent", "spent_at=at", "spent_at=None"),
        ("there is no grace", "elif at - shown.spent_at <= self.lives.grace:", "elif False:"),
        ("the grace is shorter", "<= self.lives.grace", "< self.lives.grace"),
        ("the grace never ends", "at - shown.spent_at <= self.lives.grace", "True"),
        (
            "a stolen token ends nothing",
            "                await work.sessions.end(session.id)\n",
            "",
        ),
        (
            "theft is not recorded",
            "                work.record(RefreshTokenReused(session.account, session.id))\n",
            "",
        ),
        ("a stolen token is believed", "            self.rights_changed()\n", ""),
    ):
        yield Mutant(told, f"{AUTH}/refresh.py", old, new, SESSIONS)
    yield Mutant(
        "access tokens outlive their sessions",
        f"{AUTH}/open_session.py",
        "min(lives.access, session.expires_at - at)",
        "lives.access",
        SESSIONS,
    )
    yield Mutant(
        "anybody signs anybody out",
        f"{AUTH}/sign_out.py",
        " or held[0].account != identity.account",
        "",
        SESSIONS,
    )
    for verb in ("sign_out", "sign_out_everywhere", "sign_out_on_page"):
        yield Mutant(
            f"tokens are believed after {verb}",
            f"{AUTH}/{verb}.py",
            "        self.rights_changed()\n",
            "",
            SESSIONS,
        )


def _of_identities() -> Iterator[Mutant]:
    yield Mutant(
        "a token may name another's session",
        f"{AUTH}/identify.py",
        " or identity.account != told.account",
        "",
        SESSIONS,
    )
    yield Mutant(
        "a token is good without its session",
        f"{AUTH}/verify_token.py",
        "        await Identify(self.tokens, self.accounts, self.clock)(token)\n",
        "",
        SESSIONS,
    )


def _of_databases() -> Iterator[Mutant]:
    yield Mutant(
        "attempts are counted at once",
        f"{SQL}/sign_in_attempts.py",
        "        await hold_turns(self._connection, *turns)\n",
        "        del turns\n",
        [f"{CONTRACTS}::TestSigningIn::test_of_two_who_try_at_once_the_second_sees_the_first"],
    )
    yield Mutant(
        "who refreshes holds the session before the account",
        f"{SQL}/sessions.py",
        "            await self._connection.execute(_HOLD_ACCOUNT, shown)\n",
        "            pass\n",
        [f"{AT_ONCE}/test_accounts_at_once.py"],
    )
    yield Mutant(
        "two admins take each other away",
        f"{SQL}/auth.py",
        '        await hold_turns(self._connection, b"watchlist admins")\n',
        "",
        [
            f"{CONTRACTS}::TestUsers::test_the_last_admin_stays_whoever_takes_the_others_away_at_once"
        ],
    )
    for told, held in (
        ("what is rated by a removed account is not held", "_HOLD_FROM_REFERRERS,"),
        ("a removal holds movies too late", "_HOLD_FROM_REFERRERS, _HOLD_RATED"),
        ("a removal does not look again what was rated", "_HOLD_RATED, _HOLD_FROM_REFERRERS"),
        ("accounts are rated for while they are removed", "_HOLD_RATED, _HOLD_RATED"),
    ):
        yield Mutant(
            told,
            f"{SQL}/auth.py",
            "_HOLD_RATED, _HOLD_FROM_REFERRERS, _HOLD_RATED",
            held,
            [f"{AT_ONCE}/test_removals_at_once.py"],
        )
    for told, old in (
        ("sessions never expire", '(sessions.c.expires_at > bindparam("at", type_=INSTANT))'),
        ("a refresh token is a cookie", "sessions.c.kind == SessionKind.PAGE.value"),
    ):
        yield Mutant(
            told,
            f"{SQL}/account_queries.py",
            old,
            "(sessions.c.key == sessions.c.key)",
            [f"{CONTRACTS}::TestIdentifying"],
        )


ACCOUNT_MUTANTS: Final[Sequence[Mutant]] = tuple(_mutants())
