"""Whatever is wrong with a request to whichever operation: the documented problem, and no more.

The operations are those of the document, and what is wrong with them is made of what it says,
so that a new route is tried like all others, without anything said here.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.faults.bodies import faults_of_body, wrong_bodies
from tests.faults.conftest import System
from tests.faults.cookies import faults_of_cookie, on_the_page
from tests.faults.fault import Fault
from tests.faults.heads import (
    faults_of_condition,
    faults_of_headers,
    faults_of_method,
    faults_of_token,
)
from tests.faults.operations import Operation
from tests.faults.targets import faults_of_path, faults_of_query
from tests.faults.values import BEFORE_ALL_TIME
from tests.faults.wire import Nothing, Reply
from watchlist_http.openapi import document

pytestmark = pytest.mark.asyncio(loop_scope="module")  # that of the server

OPERATIONS = [one for methods in document()["paths"].values() for one in methods.values()]
IDS = [one["operationId"] for one in OPERATIONS]
CLOSED = [one["operationId"] for one in OPERATIONS if one["security"]]


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What a client does wrong is no matter for the log."""
    yield
    told = [one.getMessage() for one in caplog.get_records("call") if one.levelno > logging.INFO]
    assert told == []


@pytest.mark.parametrize("id_", IDS)
async def test_an_operation_answers_what_is_right(system: System, id_: str) -> None:
    operation = await system.operation(id_)

    reply = await system.answer(operation.request())

    assert broken_promises(operation, reply) == []
    assert 200 <= reply.status < 300


@pytest.mark.parametrize("id_", CLOSED)
async def test_our_own_page_may_do_all_that_a_token_may(system: System, id_: str) -> None:
    operation = await system.operation(id_)

    reply = await system.answer(on_the_page(operation, operation.known.tokens.cookies.admin))

    assert broken_promises(operation, reply) == []
    assert 200 <= reply.status < 300


@pytest.mark.parametrize("id_", IDS)
@pytest.mark.parametrize(
    "faults",
    [
        *(faults_of_body, faults_of_path, faults_of_query, faults_of_condition),
        *(faults_of_token, faults_of_cookie, faults_of_headers),
    ],
)
async def test_a_fault_is_told_as_documented_and_changes_nothing(
    system: System, id_: str, faults: Callable[[Operation], Iterable[Fault]]
) -> None:
    operation = await system.operation(id_)
    before = await system.dump()

    complaints = [
        f"{fault.told}: {wrong}"
        for fault in faults(operation)
        for wrong in await what_is_wrong(system, operation, fault)
    ]

    assert complaints == []
    assert await system.dump() == before


@pytest.mark.parametrize("id_", IDS)
async def test_the_document_tells_what_does_not_fit(system: System, id_: str) -> None:
    operation = await system.operation(id_)
    wrong = wrong_bodies(operation) if operation.takes_body else ()

    taken = [
        f"{where} {told}"
        for where, told, body in wrong
        if not operation.promises.misfits(operation.body_schema, body)
        and BEFORE_ALL_TIME not in told
    ]

    assert taken == []


@pytest.mark.parametrize("path", document()["paths"])
async def test_a_path_tells_which_methods_it_takes(system: System, path: str) -> None:
    (operation, *_) = here = [one for one in system.operations if one.path == path]
    taken = {one.method.upper() for one in here}
    before = await system.dump()

    for fault in faults_of_method(operation, taken):
        assert await what_is_wrong(system, operation, fault) == []
        allowed = (await system.answer(fault.request)).headers["Allow"]
        assert set(allowed.split(", ")) - {"HEAD", "OPTIONS"} == taken

    assert await system.dump() == before


async def what_is_wrong(system: System, operation: Operation, fault: Fault) -> list[str]:
    """Tell how the answer differs from what *fault* has to be answered."""
    try:
        reply = await system.answer(fault.request)
    except Nothing as nothing:
        return [str(nothing)]
    kind = reply.headers["Content-Type"]
    if (reply.status, kind) != (fault.status, "application/problem+json"):
        return [f"{reply.status} {kind} {reply.body[:200]!r}"]
    if fault.request.method == "HEAD":
        return ["there is a body"] if reply.body else []
    problem = json.loads(reply.body)
    named = {one.get("pointer", one.get("parameter")) for one in problem.get("errors", ())}
    return [
        *broken_promises(operation, reply, beside=fault.beside),
        *(
            wrong
            for wrong, is_so in {
                f"it says {problem['status']}": problem["status"] != fault.status,
                f"it is {problem['code']}": fault.code not in {None, problem["code"]},
                f"it names {named}": fault.names is not None and named != {fault.names},
                "its id is another": problem["request_id"] != reply.headers["X-Request-ID"],
                "its page is another": problem["title"] not in await system.page(problem["type"]),
            }.items()
            if is_so
        ),
    ]


def broken_promises(operation: Operation, reply: Reply, *, beside: bool = False) -> list[str]:
    described = None if beside else operation.described
    return operation.promises.broken_by(described, reply.status, reply.headers, reply.body)
