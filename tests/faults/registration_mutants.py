"""What must not go missing unnoticed of who registers and who is admin: see `mutants`."""

from collections.abc import Iterator, Sequence
from typing import Final

from tests.faults.mutants import CORE, Mutant

__all__ = ["REGISTRATION_MUTANTS"]

AUTH: Final = f"{CORE}/auth"
TESTS: Final = "packages/watchlist-core/tests"
REGISTERING: Final = [
    f"{TESTS}/test_registering.py",
    f"{TESTS}/test_mail_tokens.py",
    f"{TESTS}/test_changing_passwords.py",
    f"{TESTS}/test_resetting_passwords.py",
    f"{TESTS}/test_memory_store.py::TestRegistration",
]
MANAGING: Final = [f"{TESTS}/test_managing_accounts.py", f"{TESTS}/test_memory_store.py::TestUsers"]
RULES: Final = [f"{TESTS}/test_password_rules.py"]

COMMIT: Final = "            await work.commit()\n"
RIGHTS: Final = "        self.rights_changed()\n"


def _mutants() -> Iterator[Mutant]:
    yield from _without_commit()
    yield from _of_registering()
    yield from _of_links()
    yield from _of_passwords()
    yield from _of_admins()


def _without_commit() -> Iterator[Mutant]:
    for verb in (
        *("activate", "change_password", "issue_mail_tokens", "register"),
        *("request_activation", "request_password_reset", "reset_password"),
    ):
        yield Mutant(f"{verb} does not commit", f"{AUTH}/{verb}.py", COMMIT, "", REGISTERING)
    for verb in ("appoint_first_admin", "remove_account", "remove_expired", "revise_account"):
        yield Mutant(f"{verb} does not commit", f"{AUTH}/{verb}.py", COMMIT, "", MANAGING)
    for verb, tests in {
        "change_password": REGISTERING,
        "reset_password": REGISTERING,
        "remove_account": MANAGING,
        "revise_account": MANAGING,
    }.items():
        yield Mutant(f"{verb} lets tokens be believed", f"{AUTH}/{verb}.py", RIGHTS, "", tests)


def _of_registering() -> Iterator[Mutant]:
    file = f"{AUTH}/register.py"
    for told, old, new in (
        ("any password is taken", "        self.rules.check(password)\n", ""),
        ("a username is given twice", "await work.accounts.has_username(username)", "False"),
        (
            "a pending account waits though nobody has to activate",
            "(kept.is_pending and not self.activation_required)",
            "False",
        ),
        ("everybody's account is taken over", "(kept.is_pending and not", "(not"),
        (
            "an account is activated for a stranger",
            "elif kept.is_pending and is_known:",
            "elif True:",
        ),
        (
            "who registers twice loses his password",
            "is_pending and is_known:",
            "is_pending and False:",
        ),
        (
            "who registers at the same moment is a stranger",
            "present_hash not in {None, known_hash}",
            "False",
        ),
        ("a stranger names an account", "_but_in_dispute(new, kept), None", "new, None"),
        (
            "who registers again keeps the old password",
            "    await work.accounts.set_password_hash(kept.id, password_hash)\n\n\ndef",
            "\n\ndef",
        ),
        (
            "who registers again keeps the old wishes",
            "    await work.accounts.save(evolve(new, id=kept.id, created_at=kept.created_at))\n",
            "",
        ),
        ("a known address is told", "elif self.activation_required:", "elif False:"),
        (
            "nobody has to activate",
            "is_activated=not self.activation_required",
            "is_activated=True",
        ),
        (
            "an owner is not told",
            "                    work.record(AddressRegisteredAgain(kept.id))\n",
            "                    pass\n",
        ),
    ):
        yield Mutant(told, file, old, new, REGISTERING)
    yield Mutant(
        "who registers at the same moment is refused",
        f"{AUTH}/hold_or_add.py",
        "        if earlier := await work.accounts.hold_by_email(email):\n"
        "            return earlier\n"
        "        raise Busy",
        "        raise Busy",
        REGISTERING,
    )


def _of_links() -> Iterator[Mutant]:
    for told, file, old, new in (
        ("an expired link is good", "spend_mail_token", " or spent.expires_at <= at", ""),
        (
            "a link is good for an instant too long",
            "spend_mail_token",
            "expires_at <= at",
            "expires_at < at",
        ),
        (
            "who was switched off activates",
            "activate",
            "            if not account.is_pending:\n                raise InvalidMailToken\n",
            "",
        ),
        (
            "who has no password is not asked to choose one",
            "activate",
            "                work.record(PasswordResetRequested(account.id))\n",
            "                pass\n",
        ),
        ("nobody gets the username he wanted", "activate", "account.wanted_username", "None"),
        (
            "a taken username is a reason not to activate",
            "activate",
            "except UsernameTaken:",
            "except ZeroDivisionError:",
        ),
        (
            "who was switched off resets his password",
            "reset_password",
            "        if not account.may_sign_in:\n            raise InvalidMailToken\n",
            "",
        ),
        (
            "a reset leaves the thief signed in",
            "reset_password",
            "            await work.sessions.end_all(account.id)\n",
            "",
        ),
        (
            "who makes links up is given a slow hash",
            "reset_password",
            "            await self._spent(work, token)\n        password_hash",
            "            pass\n        password_hash",
        ),
        (
            "a reset takes any password",
            "reset_password",
            "        self.rules.check(new_password)\n",
            "",
        ),
        ("links are mailed to nobody", "issue_mail_tokens", "held.email is None or ", ""),
        ("an active account is activated", "issue_mail_tokens", "account.is_pending", "True"),
        ("a pending account is reset", "issue_mail_tokens", "account.may_sign_in", "True"),
        (
            "every link lives as long",
            "issue_mail_tokens",
            "self.lives.activation",
            "self.lives.page",
        ),
        (
            "everybody is mailed a new link",
            "request_activation",
            " and account.is_pending",
            "",
        ),
        ("the switched off are mailed", "request_password_reset", "account.may_sign_in", "True"),
    ):
        yield Mutant(told, f"{AUTH}/{file}.py", old, new, REGISTERING)


def _of_passwords() -> Iterator[Mutant]:
    for told, old, new in (
        ("a change takes any password", "        self.rules.check(new)\n", ""),
        (
            "a password is changed by who knew an earlier one",
            "if await work.accounts.password_hash(account.id) != known.password_hash:",
            "if False:",
        ),
        (
            "who changes his password stays blocked",
            "            await forgive(work, email, origin)\n",
            "",
        ),
        ("a change signs oneself out", ", but=identity.session", ""),
        (
            "a change leaves links to reset it",
            "            await work.mail_tokens.forget(account.id)\n",
            "",
        ),
    ):
        yield Mutant(told, f"{AUTH}/change_password.py", old, new, REGISTERING)
    for told, old, new in (
        ("case disguises a password", "password.casefold()", "password"),
        ("what is behind it disguises a password", "    yield text[:end]\n", ""),
        ("what is before it disguises a password", "    yield text[start:end]\n", ""),
        ("saying it twice disguises a password", "_plain(said) in", "_plain(core) in"),
        ("digits disguise a password", "text.translate(_LETTERS)", "text"),
    ):
        yield Mutant(told, f"{AUTH}/common_passwords.py", old, new, RULES)


def _of_admins() -> Iterator[Mutant]:
    for told, file, old, new in (
        ("the last admin is demoted", "revise_account", "if admins == 1 and", "if False and"),
        ("the last admin is removed", "remove_account", "if admins == 1 and", "if False and"),
        (
            "the last admin is not renamed",
            "revise_account",
            " and not revised.is_admin_at_work",
            "",
        ),
        (
            "who is switched off stays signed in",
            "revise_account",
            "                await work.sessions.end_all(account)\n",
            "                pass\n",
        ),
        (
            "what is no change is recorded",
            "revise_account",
            "            if revised == present:\n                return AccountCard.of(present)\n",
            "",
        ),
        (
            "admins create weak passwords",
            "create_account",
            "        self.rules.check(password)\n",
            "",
        ),
        (
            "who registered as the first admin is it",
            "appoint_first_admin",
            "elif known.is_activated:",
            "elif True:",
        ),
        (
            "who registered as the first admin keeps his link",
            "appoint_first_admin",
            "                await work.mail_tokens.forget(known.id)\n",
            "",
        ),
        (
            "the first admin is appointed again and again",
            "appoint_first_admin",
            "            elif known.is_admin_at_work:\n                return False\n",
            "",
        ),
        (
            "attempts are kept for ever",
            "remove_expired",
            "at - self.limits.window",
            "at - 9 * self.limits.window",
        ),
    ):
        yield Mutant(told, f"{AUTH}/{file}.py", old, new, MANAGING)


REGISTRATION_MUTANTS: Final[Sequence[Mutant]] = tuple(_mutants())
