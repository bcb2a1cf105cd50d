"""``watchlist create-admin`` makes the first admin, and does nothing the second time."""

import os
import pty
import sys
from asyncio import create_subprocess_exec, timeout
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.servers.watchlist import PATIENCE, Start
from watchlist_core.auditing import AuditSearch
from watchlist_core.auth import Account, AddAccount, EmailAddress, Role
from watchlist_core.ids import Uuid7
from watchlist_core.paging import PageNumber
from watchlist_core.security import BcryptPasswords
from watchlist_core.work import now
from watchlist_http.emails import rewritten
from watchlist_sql.store import SqlStore

ADDRESS: Final = "oracle@example.org"
PASSWORD: Final = "There-is-no-spoon-1!"  # noqa: S105  it opens nothing
VARIABLES: Final = {
    "first_admin_email": ADDRESS,
    "first_admin_username": "oracle",
    "first_admin_password": PASSWORD,
    "auth_password_cost": "4",
}


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(url)
    try:
        yield store
    finally:
        await store.close()


async def admin_of(store: SqlStore) -> Account:
    known = await store.account_queries.credentials(EmailAddress(ADDRESS))
    assert known is not None
    assert await BcryptPasswords(4).verify(PASSWORD, known.password_hash)
    return known.account


async def test_the_environment_says_who_is_the_first_admin(run: Start, migrated_url: str) -> None:
    first = await run("create-admin", database_url=migrated_url, **VARIABLES)
    first_code = await first.ended()
    second = await run("create-admin", database_url=migrated_url, **VARIABLES)
    second_code = await second.ended()

    assert (first.output, first_code) == (f"{ADDRESS} is an admin now.\n", 0)
    assert (second.output, second_code) == (f"{ADDRESS} is one already.\n", 0)
    async with opened(migrated_url) as store:
        admin = await admin_of(store)
        told = (await store.audit_queries.search(AuditSearch(), PageNumber())).items
    assert (admin.username, admin.role, admin.may_sign_in) == ("oracle", Role.ADMIN, True)
    assert [(one.action, one.actor, one.origin) for one in told] == [
        ("account-added", None, "watchlist create-admin")
    ]
    assert dict(told[0].details) == {"account": str(admin.id), "role": "admin"}


async def test_the_password_may_stand_in_a_file(
    run: Start, migrated_url: str, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")

    program = await run(
        "create-admin",
        f"--email={ADDRESS}",
        database_url=migrated_url,
        first_admin_password_file=str(tmp_path / "password"),
        auth_password_cost="4",  # noqa: S106
    )

    assert await program.ended() == 0
    async with opened(migrated_url) as store:
        assert (await admin_of(store)).username is None


async def test_who_has_an_account_becomes_an_admin_and_keeps_his_password(
    run: Start, migrated_url: str
) -> None:
    async with opened(migrated_url) as store:
        password_hash = await BcryptPasswords(4).hash(PASSWORD)
        add = AddAccount(store.begin, now, Uuid7())
        await add("pythia", Role.USER, EmailAddress(ADDRESS), password_hash)

    other = VARIABLES | {"first_admin_password": "Another-password-1!"}
    program = await run("create-admin", database_url=migrated_url, **other)

    assert await program.ended() == 0
    assert program.output == (
        f"{ADDRESS} is an admin now.\n"
        "The account was there before and keeps its own password, which is not the one given.\n"
    )
    async with opened(migrated_url) as store:
        admin = await admin_of(store)
    assert (admin.username, admin.role) == ("pythia", Role.ADMIN)


async def test_an_admin_signs_in_by_the_address_however_it_was_written(
    run: Start, migrated_url: str
) -> None:
    written = VARIABLES | {"first_admin_email": "oracle@XN--BCHER-KVA.example"}

    program = await run("create-admin", database_url=migrated_url, **written)

    assert await program.ended() == 0
    async with opened(migrated_url) as store:
        address = EmailAddress(rewritten("oracle@bücher.example"))
        assert await store.account_queries.credentials(address)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"first_admin_email": "oracle"}, "that is no e-mail address, or the username"),
        ({"first_admin_username": "The Oracle"}, "that is no e-mail address, or the username"),
        ({"first_admin_password": "short"}, "It must have at least 8 characters."),
        ({"first_admin_email": ""}, "say --email or WATCHLIST_FIRST_ADMIN_EMAIL"),
        ({"first_admin_password": ""}, "say --password or WATCHLIST_FIRST_ADMIN_PASSWORD"),
        ({"first_admin_password_file": "x"}, "the password stands in a file or not"),
        (
            {"first_admin_password": "", "first_admin_password_file": "nowhere"},
            "nowhere cannot be read: No such file or directory",
        ),
    ],
)
async def test_what_makes_no_admin_is_refused_without_showing_the_password(
    run: Start, wrong: dict[str, str], reason: str
) -> None:
    program = await run("create-admin", **(VARIABLES | wrong))

    assert await program.ended() in {1, 2}
    assert reason in program.output
    assert PASSWORD not in program.output


async def test_a_taken_username_is_told(run: Start, migrated_url: str) -> None:
    async with opened(migrated_url) as store:
        await AddAccount(store.begin, now, Uuid7())("oracle")

    program = await run("create-admin", database_url=migrated_url, **VARIABLES)

    assert await program.ended() == 1
    assert program.output == "Error: oracle: Somebody else has that username.\n"


async def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("WATCHLIST_")}
    url = f"sqlite:///{tmp_path / 'watchlist.db'}"
    program = await create_subprocess_exec(
        *(sys.executable, "-m", "watchlist_http.server", "create-admin", f"--email={ADDRESS}"),
        stdin=theirs,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,  # no terminal but the one that it is given
        env=inherited | {"WATCHLIST_DATABASE_URL": url, "WATCHLIST_AUTH_PASSWORD_COST": "4"},
    )
    os.close(theirs)
    assert program.stdout

    async with timeout(PATIENCE):
        said = b""
        for _ in range(2):  # what is typed before it is asked for does not count
            said += await program.stdout.readuntil(b": ")
            os.write(ours, f"{PASSWORD}\n".encode())
        said += await program.stdout.read()
        await program.wait()
    os.close(ours)

    assert program.returncode == 0, said
    assert said.decode().splitlines()[-1].endswith(f"{ADDRESS} is an admin now.")
    assert PASSWORD not in said.decode()
    async with opened(url) as store:
        assert (await admin_of(store)).role is Role.ADMIN
