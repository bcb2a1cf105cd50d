"""What the document promises is held by a tool that knows nothing but the document."""

import json
from http import HTTPStatus
from typing import Any, Final

import schemathesis
from hypothesis import settings
from schemathesis import Case, Response
from schemathesis.checks import CHECKS, load_all_checks

from tests.faults.conftest import Aside
from watchlist_http.openapi import document

schema: Final = schemathesis.openapi.from_dict(document())
load_all_checks()
ALL: Final[list[Any]] = CHECKS.get_all()
ACCEPTANCE: Final[Any] = CHECKS.get_one("positive_data_acceptance")
MISSING_HEADER: Final[Any] = CHECKS.get_one("missing_required_header")
NO_SCHEMA_TELLS: Final = {
    *("foreign-position", "page-too-deep", "filters-too-long", "watched-in-future"),
    *("weak-password", "wrong-password", "invalid-mail-token"),
}
"""Refusals of values that are fine by themselves: a cursor, the token of a mail and the present
password cannot be made up; the product of two parameters, the present moment and what is guessed
first stand in no JSON Schema. The document tells them in words."""
NOR_OF_PARAMETERS: Final = {"page", "sort", "year_from"}
"""A page does not go with a cursor, no field stands twice in a sort, and years have an order."""
NOR_OF_MEMBERS: Final = {"/email"}
"""The format of an address says nothing of names that no mail can be sent to, as ``.test``."""


def all_that_apply(response: Response) -> list[Any]:
    """Return all checks, but the one for what fits where the fit is not a matter of schemas.

    Nor the one for missing headers where it is told that one is missing, of which it knows nothing.
    """
    if response.status_code == HTTPStatus.PRECONDITION_REQUIRED:
        return [check for check in ALL if check is not MISSING_HEADER]
    if response.status_code != 422:
        return ALL
    problem = json.loads(response.content)
    wrong = {error.get("parameter", error.get("pointer")) for error in problem.get("errors", ())}
    if problem["code"] in NO_SCHEMA_TELLS or (
        wrong and wrong <= NOR_OF_PARAMETERS | NOR_OF_MEMBERS
    ):
        return [check for check in ALL if check is not ACCEPTANCE]
    return ALL


@schema.parametrize()
@settings(max_examples=40, derandomize=True, deadline=None, database=None)
def test_an_operation_keeps_what_the_document_promises(
    case: Case[Any], system_aside: Aside
) -> None:
    bearer = system_aside.bearer(case.operation.definition.raw["operationId"])
    reached: dict[str, Any] = {
        "base_url": str(system_aside.system.server.make_url("")),
        "headers": {"Authorization": f"Bearer {bearer}"},
    }
    response = case.call(**reached)

    case.validate_response(
        response, all_that_apply(response), headers=reached["headers"], transport_kwargs=reached
    )
