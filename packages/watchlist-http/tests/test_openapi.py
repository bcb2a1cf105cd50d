"""The document follows from the handlers, and says all that a client may meet."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from jsonschema_rs import Draft202012Validator

from watchlist_core.catalogue import ExternalId
from watchlist_core.errors import WatchlistError
from watchlist_http.api import CAPABILITIES
from watchlist_http.openapi import document
from watchlist_http.problems import every_problem

Client: TypeAlias = TestClient[web.Request, web.Application]
Json: TypeAlias = dict[str, Any]

SNAPSHOT = Path(__file__).parents[1] / "openapi.json"
DOCUMENT = document()
OPERATIONS: dict[str, Json] = {
    operation["operationId"]: operation
    for methods in DOCUMENT["paths"].values()
    for operation in methods.values()
}


def resolved(described: Json) -> Json:
    while "$ref" in described:
        found = DOCUMENT
        for name in described["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        described = found
    return described


def test_the_snapshot_is_what_the_handlers_say() -> None:
    """If the API was meant to change: ``python -m watchlist_http.openapi > openapi.json``."""
    assert json.loads(SNAPSHOT.read_text()) == DOCUMENT


def test_the_snapshot_is_printed_by_the_module() -> None:
    command = [sys.executable, "-m", "watchlist_http.openapi"]

    printed = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout  # noqa: S603  our own words

    assert printed == SNAPSHOT.read_bytes()


async def test_the_served_document_says_where_it_is_served(start: Any) -> None:
    mounted: Client = await start(mounted="/some/where")

    served = await (await mounted.get("/some/where/openapi.json")).json()

    assert served == DOCUMENT | {"servers": [{"url": "/some/where"}]}


async def test_the_served_document_names_the_public_address(start: Any) -> None:
    client: Client = await start(public_url="https://example.org/movies")

    served = await (await client.get("/openapi.json")).json()

    assert served["servers"] == [{"url": "https://example.org/movies"}]


@pytest.mark.parametrize(
    ("operation", "statuses"),
    [
        ("list_movies", "200 304 417 422 429 500 503"),
        ("revise_movie", "200 400 401 403 404 408 409 412 413 415 417 422 428 429 500 503"),
        ("withdraw_movie", "204 400 401 403 404 412 417 422 428 429 500 503"),
        ("remove_genre", "204 400 401 403 404 409 412 417 422 428 429 500 503"),
        ("show_movie", "200 304 404 417 422 429 500 503"),
        ("add_movie", "201 400 401 403 408 409 413 415 417 422 429 500 503"),
        ("watch_movie", "201 400 401 403 404 408 413 415 417 422 429 500 503"),
        ("rate_movie", "200 400 401 403 404 408 409 413 415 417 422 429 500 503"),
        ("list_ratings", "200 304 404 417 422 429 500 503"),
        ("sign_in", "200 400 401 403 408 413 415 417 422 429 500 503"),
        ("request_activation", "202 400 408 413 415 417 422 429 500 503"),
        ("sign_out", "204 400 401 403 408 413 415 417 422 429 500 503"),
        ("revise_user", "200 400 401 403 404 408 409 413 415 417 422 429 500 503"),
        ("export_audit", "200 401 403 417 422 429 500 503"),
    ],
)
def test_every_status_is_told(operation: str, statuses: str) -> None:
    assert " ".join(OPERATIONS[operation]["responses"]) == statuses


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_is_described(operation: Json) -> None:
    assert operation["summary"].endswith(".")
    assert operation["description"]
    assert operation["tags"][0] in {routes.tag for routes in CAPABILITIES}
    ways = [name for way in operation["security"] for name in way]
    assert ways in ([], ["bearer", "page"])
    assert "401" in operation["responses"] or not ways
    assert all("example" in one for one in operation["parameters"] if one["in"] == "path")


def test_a_role_that_is_needed_is_told() -> None:
    assert "`moderator`" in OPERATIONS["add_movie"]["description"]
    assert OPERATIONS["add_movie"]["security"] == [
        {"bearer": ["moderator"]},
        {"page": ["moderator"]},
    ]
    assert OPERATIONS["rate_movie"]["security"] == [{"bearer": []}, {"page": []}]


def contents(operation: Json) -> Iterator[Json]:
    """Return whatever may be sent or answered, with its schema and its examples."""
    if "requestBody" in operation:
        yield from operation["requestBody"]["content"].values()
    for response in operation["responses"].values():
        yield from resolved(response).get("content", {}).values()


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_example_fits_its_schema(operation: Json) -> None:
    for content in contents(operation):
        schema = content["schema"] | {"components": DOCUMENT["components"]}
        named = [example["value"] for example in content.get("examples", {}).values()]
        for example in named or [content["example"]]:
            Draft202012Validator(schema, validate_formats=True).validate(example)
    for parameter in operation["parameters"]:
        schema = resolved(parameter["schema"]) | {"components": DOCUMENT["components"]}
        for example in [parameter["example"]] if "example" in parameter else []:
            Draft202012Validator(schema, validate_formats=True).validate(example)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_answer_has_its_headers_described(operation: Json) -> None:
    for status, response in operation["responses"].items():
        headers = resolved(response)["headers"]
        assert {"X-Request-ID", "Cache-Control"} <= headers.keys()
        assert ("WWW-Authenticate" in headers) == (status == "401")
        assert ("Retry-After" in headers) == (status in {"429", "503"})
        assert ("Location" in headers) == (
            status == "201" and operation["operationId"] in {"add_movie", "add_genre", "add_user"}
        )
        assert ("Set-Cookie" in headers) == (
            status[0] == "2" and operation["operationId"].endswith("_on_page")
        )


def test_a_problem_is_told_by_its_code_and_its_members() -> None:
    schema = DOCUMENT["components"]["schemas"]["ExternalIdTakenProblem"]

    properties = schema["properties"]
    assert properties["code"] == {"type": "string", "const": "external-id-taken"}
    assert properties["status"] == {"type": "integer", "const": 409}
    assert properties["external_id"]["properties"].keys() == {"provider", "kind", "value"}
    assert schema["required"] == [*properties]


def test_what_is_for_readers_of_python_is_not_told_to_clients() -> None:
    assert "ExternalId(" in (ExternalId.__doc__ or "")
    assert "ExternalId(" not in str(DOCUMENT)


@pytest.mark.parametrize("error", every_problem().values(), ids=every_problem())
def test_a_problem_that_is_told_is_one_that_exists(error: type[WatchlistError]) -> None:
    schema = DOCUMENT["components"]["schemas"].get(f"{error.__name__}Problem")

    assert schema is None or schema["description"]


def test_what_is_taken_says_all_that_is_checked() -> None:
    schemas = DOCUMENT["components"]["schemas"]

    movie = schemas["NewMovie"]
    assert (movie["required"], movie["additionalProperties"]) == (["title"], False)
    assert movie["properties"]["title"] == {
        "type": "string",
        "minLength": 1,
        "maxLength": 300,
        "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$",
        "examples": ["The Matrix"],
    }
    assert schemas["NewRating"]["properties"]["stars"] == {
        "type": "number",
        "minimum": 1,
        "maximum": 5,
        "multipleOf": 0.5,
        "examples": [4.5],
    }
    assert schemas["NewWatch"]["required"] == ["movie_id"]
    assert schemas["MediaType"] == {"type": "string", "enum": ["movie", "series"]}


def test_what_is_told_has_all_its_members_always() -> None:
    schemas = DOCUMENT["components"]["schemas"]

    for name in ("Movie", "MovieCard", "MovieList", "Pagination", "Rating", "RatingList", "Score"):
        assert schemas[name]["required"] == [*schemas[name]["properties"]]
        assert "additionalProperties" not in schemas[name]
    assert schemas["MovieCard"]["properties"]["id"] == {"type": "string", "format": "uuid"}
    assert schemas["MovieCard"]["properties"]["media_type"] == {
        "$ref": "#/components/schemas/MediaType"
    }


def test_what_is_to_change_may_be_left_out_and_a_username_cleared() -> None:
    changes = DOCUMENT["components"]["schemas"]["UserChanges"]

    assert changes["required"] == []
    assert {"type": "null"} in changes["properties"]["username"]["anyOf"]
    assert changes["properties"]["is_active"] == {"type": "boolean"}


def test_an_address_says_what_it_is() -> None:
    registration = DOCUMENT["components"]["schemas"]["Registration"]

    assert registration["properties"]["email"] == {
        "type": "string",
        "format": "idn-email",
        "maxLength": 254,
    }


def test_an_answer_in_lines_tells_what_each_of_them_is() -> None:
    told = OPERATIONS["export_audit"]["responses"]["200"]

    assert told["description"].startswith("One on each line: ")
    assert told["content"].keys() == {"application/jsonl"}
    assert told["content"]["application/jsonl"]["schema"] == {
        "$ref": "#/components/schemas/AuditedAction"
    }


def test_an_api_that_is_closed_to_guests_says_so() -> None:
    closed = document([routes.closed() for routes in CAPABILITIES])

    open_ones = {
        operation["operationId"]
        for methods in closed["paths"].values()
        for operation in methods.values()
        if not operation["security"]
    }
    assert open_ones == {
        *("register", "activate", "request_activation", "sign_in", "sign_in_on_page", "refresh"),
        *("verify_token", "request_password_reset", "reset_password"),
        *("show_health", "show_liveness"),
    }


def test_a_query_tells_its_defaults() -> None:
    parameters = {one["name"]: one for one in OPERATIONS["list_movies"]["parameters"]}

    assert parameters.keys() == {
        *("title", "genre", "year", "year_from", "year_to", "rating_from", "media_type"),
        *("sort", "page", "page_size", "cursor", "If-None-Match"),
    }
    assert parameters["page_size"]["schema"]["default"] == 20
    assert parameters["sort"]["schema"]["default"] == "title"
    assert not any(one["required"] for one in parameters.values())


def test_a_parameter_that_is_given_for_each_of_a_list_says_so() -> None:
    parameters = {one["name"]: one for one in OPERATIONS["list_movies"]["parameters"]}

    assert parameters["genre"]["schema"]["type"] == "array"
    assert parameters["genre"]["schema"]["maxItems"] == 10
    assert parameters["genre"]["example"] == ["science fiction"]
    assert "default" not in parameters["genre"]["schema"]


@pytest.mark.parametrize(
    "operation", ["revise_movie", "withdraw_movie", "revise_genre", "remove_genre"]
)
def test_a_change_wants_to_know_what_was_seen(operation: str) -> None:
    parameters = {one["name"]: one for one in OPERATIONS[operation]["parameters"]}

    assert parameters["If-Match"]["required"]
    assert re.fullmatch(parameters["If-Match"]["schema"]["pattern"], '"1-a", W/"2-b"')
    codes = {
        status: set(next(iter(resolved(told)["content"].values()))["examples"])
        for status, told in OPERATIONS[operation]["responses"].items()
        if status in {"400", "412", "428"}
    }
    assert "malformed-condition" in codes["400"]
    assert codes["412"] == {f"stale-{operation.rpartition('_')[2]}"}
    assert codes["428"] == {"condition-required"}


def test_no_cursor_is_made_up() -> None:
    parameters = {one["name"]: one for one in OPERATIONS["list_movies"]["parameters"]}

    assert parameters["title"]["example"] == "matrix"
    assert "example" not in parameters["cursor"]
