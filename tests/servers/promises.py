"""What the document promises of an answer, held against what was answered."""

import json
from collections.abc import Mapping
from http.client import HTTPMessage
from typing import Any, Final, TypeAlias

from attrs import field, frozen
from jsonschema_rs import Draft202012Validator, ValidationError

__all__ = ["Json", "Promises"]

Json: TypeAlias = dict[str, Any]
Headers: TypeAlias = Mapping[str, str] | HTTPMessage
"""Whose names are looked up without regard to case."""

_PROBLEM: Final = "application/problem+json"
_LINES: Final = "application/jsonl"
"""Each line is what the schema tells."""
_UNDOCUMENTED: Final = {
    # what HTTP itself says of a message, and what every answer says whatever it is about
    *("content-type", "content-length", "content-encoding", "date", "server", "vary", "connection"),
    *("allow", "content-security-policy", "strict-transport-security", "referrer-policy"),
    *("x-content-type-options", "x-frame-options", "cross-origin-resource-policy"),
    "transfer-encoding",
}
_ANY_PROBLEM: Final[Json] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "request_id"],
}


@frozen
class Promises:
    """An OpenAPI document, as whoever reads it has to believe it."""

    document: Json
    _validators: dict[str, Draft202012Validator] = field(factory=dict, init=False, repr=False)

    def broken_by(
        self, operation: Json | None, status: int, headers: Headers, body: bytes
    ) -> list[str]:
        """Tell what is wrong with the answer of *operation*: its status, headers and body.

        Answers outside of any operation must be a problem that the document knows. The
        *body* is unpacked.
        """
        if operation is None:
            return self._broken_beside(headers, body)
        described = operation["responses"].get(str(status))
        if described is None:
            return ["the status is not documented"]
        described = self.resolved(described)
        return self._broken_headers(described, headers) + self._broken_body(
            described, headers, body
        )

    def resolved(self, described: Json) -> Json:
        while "$ref" in described:
            found = self.document
            for name in described["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            described = found
        return described

    def _broken_beside(self, headers: Headers, body: bytes) -> list[str]:
        if _media_type(headers) != _PROBLEM:
            return []
        problem = json.loads(body)
        name = "".join(part.title() for part in problem["code"].split("-")) + "Problem"
        known = name in self.document["components"]["schemas"]
        schema = {"$ref": f"#/components/schemas/{name}"} if known else _ANY_PROBLEM
        return self.misfits(schema, problem)

    def _broken_headers(self, described: Json, headers: Headers) -> list[str]:
        wrong = []
        documented = {name.lower(): self.resolved(h) for name, h in described["headers"].items()}
        for name, header in documented.items():
            if name not in headers:
                wrong += [f"{name} is missing"] if header.get("required", True) else []
                continue
            value: object = headers[name]
            if header["schema"]["type"] == "integer":
                value = int(headers[name])
            wrong += [f"{name}: {misfit}" for misfit in self.misfits(header["schema"], value)]
        told = {name.lower() for name in headers if not name.lower().startswith("access-")}
        return wrong + [f"{n} is not documented" for n in told - set(documented) - _UNDOCUMENTED]

    def _broken_body(self, described: Json, headers: Headers, body: bytes) -> list[str]:
        if "content" not in described:
            return ["there must be no body"] if body else []
        media_type = _media_type(headers)
        if media_type not in described["content"]:
            return [f"{media_type} is not documented"]
        schema = described["content"][media_type]["schema"]
        told = body.splitlines() if media_type == _LINES else [body]
        return [misfit for one in told for misfit in self.misfits(schema, json.loads(one))]

    def misfits(self, schema: Json, value: object) -> list[str]:
        """Tell what *schema*, of this document, finds wrong with *value*."""
        key = json.dumps(schema)
        if key not in self._validators:  # making one takes much longer than asking it
            rooted = schema | {"components": self.document["components"]}
            self._validators[key] = Draft202012Validator(rooted, validate_formats=True)
        errors: list[ValidationError] = list(self._validators[key].iter_errors(value))
        return [f"{error.instance_path}: {error.message}" for error in errors]


def _media_type(headers: Headers) -> str:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()
