"""Mails that nobody takes are parked; an admin, or a command beside the server, says what then."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Final

from aiohttp import ClientSession

from tests.servers.mail import MailServer, mail_server
from tests.servers.watchlist import KEY, PATIENCE, Start, signed_in
from watchlist_core.auth import AddAccount, PasswordRules, Register, Role
from watchlist_core.ids import Uuid7
from watchlist_core.testing import PlainPasswords
from watchlist_core.work import now
from watchlist_sql.database import Database
from watchlist_sql.parked import ParkedEvents
from watchlist_sql.store import SqlStore

PEOPLE: Final = [f"{name}@example.org" for name in ("ada", "bob", "eve", "kim")]
NOBODY: Final = "550 nobody of that name"


async def register_all(store: SqlStore) -> None:
    register = Register(
        store.begin, now, Uuid7(), PlainPasswords(), PasswordRules(), activation_required=True
    )
    for person in PEOPLE:
        await register(person, "Correct1Horse!")


async def arrived(post: MailServer, number: int) -> set[str]:
    async with asyncio.timeout(PATIENCE):
        await post.takes(number)
    return {mail.recipients[0] for mail in post.taken}


async def test_parked_mails_are_told_and_retried_or_dropped_as_somebody_says(
    serve: Start, run: Start, migrated_url: str, database: Database
) -> None:
    store, new_id = SqlStore(database), Uuid7()
    admin = await AddAccount(store.begin, now, new_id)(role=Role.ADMIN)
    token = await signed_in(store, admin.id, KEY)
    await register_all(store)

    async def told(*arguments: str) -> tuple[int, str]:
        command = await run("worker", *arguments, database_url=migrated_url)
        return await command.ended(), command.output

    async def answered(method: str, path: str) -> tuple[int, Any]:
        async with client.request(method, f"/api/v1/admin/{path}") as answer:
            return answer.status, await answer.json(content_type=None) if answer.ok else None

    async with mail_server() as post:
        post.refusals = dict.fromkeys(PEOPLE, NOBODY)
        server = await serve(
            database_url=migrated_url,
            auth_secret_keys=KEY,
            mail_host="127.0.0.1",
            mail_port=str(post.port),
            mail_security="none",
            mail_sender="us@example.org",
        )
        await server.says("event parked", times=4)
        first, second, third, fourth = await keys(database)
        headers = {"Authorization": f"Bearer {token}"}
        async with ClientSession(server.url, headers=headers) as client:
            (status, unknown), (_, listed) = await asyncio.gather(
                asyncio.gather(told("--status"), told("--drop-parked", "999")),
                answered("GET", "outbox"),
            )
            post.refusals = {}
            retried = await answered("POST", f"outbox/{first}/retry")
            after_one = await arrived(post, 1)
            said = [await told("--retry-parked", str(second))]
            after_two = await arrived(post, 2)
            said += [await told("--drop-parked", str(third)), await told("--retry-parked")]
            after_all = await arrived(post, 3)
            _, audit = await answered("GET", "audit")
        assert await server.stop() == 0

    assert status[0] == 0
    assert [line.split() for line in status[1].splitlines()[:2]] == [
        ["waiting", "0"],
        ["parked", "4"],
    ]
    assert re.search(
        rf"\n *{first}  account-registered, [-0-9]+ [:0-9]+ UTC, 1 attempts: "
        rf"activation mail: {NOBODY}\n",
        status[1],
    )
    assert unknown == (1, "Error: no parked event has the key 999\n")
    assert {one["id"] for one in listed["items"]} == {first, second, third, fourth}
    assert retried[0] == 202
    assert said == [
        (0, "1 to be tried anew\n"),
        (0, "1 dropped\n"),
        (0, "1 to be tried anew\n"),
    ]
    assert [len(each) for each in (after_one, after_two, after_all)] == [1, 2, 3]
    assert await keys(database) == []
    by_command = (None, "watchlist worker")
    assert [
        (one["action"], one["details"]["event"], one["actor"], one["origin"])
        for one in reversed(audit["items"])
        if one["action"] in {"event-retried", "event-dropped"}
    ] == [
        ("event-retried", first, str(admin.id), "127.0.0.1"),
        ("event-retried", second, *by_command),
        ("event-dropped", third, *by_command),
        ("event-retried", fourth, *by_command),
    ]


async def keys(database: Database) -> Sequence[int]:
    return sorted(one.key for one in await ParkedEvents(database).all())
