"""What is good once, and for one thing, is good for nothing else and never again."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.faults.conftest import System
from tests.faults.cookies import on_the_page
from tests.faults.newcomers import PASSWORD
from tests.faults.wire import Reply
from watchlist_core.auth import MailPurpose

pytestmark = pytest.mark.asyncio(loop_scope="module")  # that of the server

ANOTHER = "There-is-no-spoon-1!"
PURPOSES = {"activate": MailPurpose.ACTIVATION, "reset_password": MailPurpose.PASSWORD_RESET}
INVALID_LINK = (422, "invalid-mail-token")
INVALID_TOKEN = (401, "invalid-token")


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What a client does wrong is no matter for the log."""
    yield
    assert [one for one in caplog.get_records("call") if one.levelno > logging.INFO] == []


async def ask(system: System, id_: str, /, *, bearer: str = "", **members: str) -> Reply:
    """Ask for that operation, with these members in its body; it keeps what is documented."""
    operation = next(one for one in system.operations if one.id == id_)
    known = operation.known.but(**members)
    operation = next(one for one in system.with_known(known) if one.id == id_)
    request = operation.request()
    if bearer:
        request = request.with_headers(authorization=f"Bearer {bearer}")
    reply = await system.answer(request)
    described = operation.described
    broken = operation.promises.broken_by(described, reply.status, reply.headers, reply.body)
    assert broken == []
    return reply


def refusal(reply: Reply) -> tuple[int, str]:
    return reply.status, json.loads(reply.body)["code"]


async def is_refused_unchanged(system: System, expected: Any, id_: str, **members: str) -> None:
    before = await system.dump()
    assert refusal(await ask(system, id_, **members)) == expected
    assert await system.dump() == before


@pytest.mark.parametrize("id_", PURPOSES)
async def test_a_link_is_good_once(system: System, id_: str) -> None:
    token = await system.newcomers.link(PURPOSES[id_])

    first = await ask(system, id_, token=token)

    assert first.status == 204
    await is_refused_unchanged(system, INVALID_LINK, id_, token=token)


@pytest.mark.parametrize("id_", PURPOSES)
async def test_a_link_is_good_for_what_it_was_mailed_for(system: System, id_: str) -> None:
    (other,) = PURPOSES.keys() - {id_}
    token = await system.newcomers.link(PURPOSES[id_])

    await is_refused_unchanged(system, INVALID_LINK, other, token=token)
    for bearer in ("verify_token", "refresh"):
        members = {"token": token, "refresh_token": token}
        await is_refused_unchanged(system, INVALID_TOKEN, bearer, **members)
    await is_refused_unchanged(system, INVALID_TOKEN, "show_me", bearer=token)
    assert (await ask(system, id_, token=token)).status == 204


@pytest.mark.parametrize("id_", PURPOSES)
async def test_a_link_has_its_time(system: System, id_: str) -> None:
    token = await system.newcomers.link(PURPOSES[id_], life=timedelta(0))

    await is_refused_unchanged(system, INVALID_LINK, id_, token=token)


@pytest.mark.parametrize("id_", PURPOSES)
@pytest.mark.parametrize("shown", ["access", "refresh", "cookie"])
async def test_what_signs_somebody_in_is_no_link(system: System, id_: str, shown: str) -> None:
    known = (await system.operation("sign_out")).known
    token = {
        "access": known.tokens.admin,
        "refresh": known.ids["refresh_token"],
        "cookie": known.tokens.cookies.admin,
    }[shown]

    await is_refused_unchanged(system, INVALID_LINK, id_, token=token)


@pytest.mark.parametrize("shown", ["access", "cookie", "nonsense"])
async def test_what_is_no_refresh_token_is_not_exchanged(system: System, shown: str) -> None:
    known = (await system.operation("sign_out")).known
    token = {
        "access": known.tokens.admin,
        "cookie": known.tokens.cookies.admin,
        "nonsense": "nonsense",
    }[shown]

    await is_refused_unchanged(system, INVALID_TOKEN, "refresh", refresh_token=token)
    bearer = known.tokens.admin
    members = {"refresh_token": token, "bearer": bearer}
    await is_refused_unchanged(system, INVALID_TOKEN, "sign_out", **members)


async def test_nobody_signs_another_out(system: System) -> None:
    one = (await system.operation("sign_out")).known
    other = (await system.operation("sign_out")).known

    members = {"refresh_token": other.ids["refresh_token"], "bearer": one.tokens.admin}
    await is_refused_unchanged(system, INVALID_TOKEN, "sign_out", **members)


async def test_a_refresh_token_is_exchanged_once_and_the_pair_works(system: System) -> None:
    shown = (await system.operation("refresh")).known.ids["refresh_token"]

    pair = json.loads((await ask(system, "refresh", refresh_token=shown)).body)

    await is_refused_unchanged(system, (409, "refreshed-already"), "refresh", refresh_token=shown)
    assert (await ask(system, "show_me", bearer=pair["access_token"])).status == 200
    assert (await ask(system, "refresh", refresh_token=pair["refresh_token"])).status == 200


async def test_of_a_session_that_was_ended_nothing_is_good(system: System) -> None:
    operation = await system.operation("sign_out_everywhere")
    access, refresh = operation.known.tokens.admin, operation.known.ids["refresh_token"]
    assert (await system.answer(operation.request())).status == 204

    for id_ in ("sign_out", "sign_out_everywhere", "show_me", "change_password"):
        members = {"bearer": access, "refresh_token": refresh}
        await is_refused_unchanged(system, INVALID_TOKEN, id_, **members)
    await is_refused_unchanged(system, INVALID_TOKEN, "refresh", refresh_token=refresh)
    await is_refused_unchanged(system, INVALID_TOKEN, "verify_token", token=access)
    page = await system.answer(on_the_page(operation, operation.known.tokens.cookies.admin))
    assert refusal(page) == INVALID_TOKEN


@pytest.mark.parametrize("id_", ["sign_in", "sign_in_on_page"])
async def test_only_who_is_there_and_knows_the_password_signs_in(system: System, id_: str) -> None:
    right = (await system.operation(id_)).known.ids["email"]
    wrong, unknown = (401, "wrong-credentials"), "nobody@example.org"

    assert refusal(await ask(system, id_, email=right, password=ANOTHER)) == wrong
    assert refusal(await ask(system, id_, email=unknown, password=PASSWORD)) == wrong
    pending = await system.newcomers.pending_address()
    told = refusal(await ask(system, id_, email=pending, password=PASSWORD))
    assert told == (403, "not-activated")
    assert refusal(await ask(system, id_, email=pending, password=ANOTHER)) == wrong
    assert (await ask(system, id_, email=right, password=PASSWORD)).status in {200, 201}


@pytest.mark.parametrize("id_", ["sign_in", "sign_in_on_page"])
async def test_who_guesses_too_often_is_refused_the_right_password_too(
    system: System, id_: str
) -> None:
    email = (await system.operation(id_)).known.ids["email"]
    for _ in range(5):
        await ask(system, id_, email=email, password=ANOTHER)

    before = await system.dump()
    blocked = await ask(system, id_, email=email, password=PASSWORD)

    assert refusal(blocked) == (429, "too-many-sign-ins")
    assert 1 <= int(blocked.headers["Retry-After"]) <= 15 * 60
    for table in ("sessions", "sign_in_attempts"):
        assert (await system.dump())[table] == before[table]
