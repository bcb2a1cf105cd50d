"""All operations of the document, each with a request that it takes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from attrs import evolve, field, frozen

from tests.faults.wire import Request
from tests.servers.promises import Json, Promises

__all__ = ["METHODS", "Cookies", "Guests", "Known", "Operation", "operations"]

METHODS: Final = ("get", "post", "put", "patch", "delete", "trace")


@frozen
class Cookies:
    """What the cookie of the page holds for people who may do everything, little, and nothing."""

    admin: str
    user: str
    inactive: str
    expired: str
    ended: str


@frozen
class Guests:
    """Tokens of people who may do everything, little, and nothing any more; each is valid."""

    admin: str
    user: str
    inactive: str
    unknown: str
    expired: str
    forged: str
    """Like the admin's, by somebody who has not the key."""
    wrong: Mapping[str, str]
    """Tokens that are wrong though they were signed with the key, by what is wrong."""
    cookies: Cookies


@frozen
class Known:
    """What is there: ids by the names that parameters and members have for them."""

    ids: Mapping[str, Any]
    tokens: Guests

    def but(self, **ids: Any) -> "Known":
        return evolve(self, ids={**self.ids, **ids})


@frozen
class Operation:
    """One method of one path of the document."""

    method: str
    path: str
    described: Json
    promises: Promises = field(repr=False)
    known: Known = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.described["operationId"])

    @property
    def takes_body(self) -> bool:
        return "requestBody" in self.described

    @property
    def is_closed(self) -> bool:
        return bool(self.described["security"])

    @property
    def wants_role(self) -> bool:
        """Whether being signed in is not enough."""
        return any(any(scheme.values()) for scheme in self.described["security"])

    @property
    def wants_what_was_seen(self) -> bool:
        return any(one["name"] == "If-Match" for one in self.parameters("header"))

    @property
    def body_schema(self) -> Json:
        schema: Json = self._content["schema"]
        return schema

    @property
    def _content(self) -> Json:
        content: Json = self.described["requestBody"]["content"]["application/json"]
        return content

    def resolved(self, schema: Json) -> Json:
        return self.promises.resolved(schema)

    def parameters(self, place: str) -> list[Json]:
        return [one for one in self.described["parameters"] if one["in"] == place]

    def body(self) -> Any:
        """Return the example of the document, with ids of what is there."""
        example: Any = self._content["example"]
        return {name: self.known.ids.get(name, value) for name, value in example.items()}

    def query(self, *, without: str | None = None) -> str:
        """Return the parameters that have to be told, as examples tell them, *without* one."""
        return "&".join(
            f"{one['name']}={quote(str(one['example']))}"
            for one in self.parameters("query")
            if one["required"] and one["name"] != without
        )

    def request(self, **in_path: str) -> Request:
        """Return a request that is answered as it wishes, *in_path* told otherwise.

        Raises:
            LookupError: Nobody has said what to put into the path.
        """
        path, query = self.path, self.query()
        for parameter in self.parameters("path"):
            name = parameter["name"]
            if name not in in_path and name not in self.known.ids:
                raise LookupError(
                    f"{self.id} cannot be exercised: say in tests/faults/conftest.py what {name} is"
                )
            path = path.replace(f"{{{name}}}", in_path.get(name) or self.known.ids[name])
        request = Request(self.method.upper(), path, query)
        if self.wants_what_was_seen:
            request = request.with_headers(if_match="*")
        if self.is_closed:
            request = request.with_headers(authorization=f"Bearer {self.known.tokens.admin}")
        if self.takes_body:
            body = json.dumps(self.body()).encode()
            request = evolve(request, body=body).with_headers(content_type="application/json")
        return request


def operations(document: Json, known: Known) -> Iterator[Operation]:
    promises = Promises(document)
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            yield Operation(method, path, described, promises, known)
