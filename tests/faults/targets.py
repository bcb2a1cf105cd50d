"""Paths and queries that name nothing."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from attrs import evolve

from tests.faults.fault import Fault
from tests.faults.operations import Operation
from tests.faults.wire import Request
from tests.servers.promises import Json

__all__ = ["faults_of_path", "faults_of_query"]

_OF_NOTHING: Final = {
    "a UUID that nothing has": "019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07",
    "the nil UUID": "00000000-0000-0000-0000-000000000000",
}
_NO_NAMES: Final = {
    "a word": "nothing",
    "a number": "1",
    "a negative number": "-1",
    "a very long name": "x" * 4000,
    "NUL": "%00",
    "NUL in it": "019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07%00",
    "a line break after it": "019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07%0A",
    "a blank after it": "019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07%20",
    "no UTF-8": "%ff",
    "a surrogate": "%ed%a0%80",
    "a slash": "a%2fb",
    "three dots": "...",
    "dots and slashes": "..%2f..%2fetc%2fpasswd",
    "a back-slash": "..%5c",
    "a UUID in braces": "%7B019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07%7D",
    "a UUID as a URN": "urn:uuid:019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07",
    "a UUID without hyphens": "019aa0b57c007d3e9a415f2b8c6d1e07",
    "a UUID in digits of another script": "%D9%A019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07",
    "half a UUID": "019aa0b5-7c00",
    "SQL": "'%20OR%20''='",
    "an escape that is none": "%zz",
    "half an escape": "%",
    "the name of the parameter": "{id}",
    "a parameter after it": "019aa0b5-7c00-7d3e-9a41-5f2b8c6d1e07;a=b",
}


def faults_of_path(operation: Operation) -> Iterator[Fault]:
    for parameter in operation.parameters("path"):
        name = parameter["name"]
        for told, value in _OF_NOTHING.items():
            yield Fault(f"{name} is {told}", operation.request(**{name: value}), 404)
        if parameter["schema"].get("format") == "uuid":
            for told, value in _NO_NAMES.items():
                request = operation.request(**{name: value})
                yield Fault(f"{name} is {told}", request, 404, code="no-such-resource")
    good = operation.request()
    for told, path in {
        "a slash at the end": f"{good.path}/",
        "something after it": f"{good.path}/no/such/thing/as/this",
        "two slashes before it": f"/{good.path}",
        "capitals": good.path.upper(),
        "an unknown place": "/api/v1/no-such-thing",
        "another version": f"/api/v2{good.path}",
    }.items():
        request = evolve(good, path=path)
        yield Fault(told, request, 404, code="no-such-resource", beside=True)


_OF_ANY: Final = {
    "no UTF-8": "%ff",
    "a surrogate": "%ed%a0%80",
    "half of a character": "%c3",
    "NUL": "%00",
}
_NO_NUMBERS: Final = (
    *("", "-1", "0x10", "1.5", "true", "null", "NaN", "1e999", "one", "%201", "1%20", "1%0A"),
    *("%2B1", "1_0", "9" * 5000, "%D9%A1", "[1]", '"1"', "01", "1,2", "9007199254740992"),
)


def faults_of_query(operation: Operation) -> Iterator[Fault]:
    for told, query in {
        "an unknown parameter": "no-such-parameter=1",
        "an unknown parameter without a value": "no-such-parameter",
        "a value without a parameter": "=1",
        "an unknown parameter with NUL": "a%00b=1",
        "an unknown parameter that is no UTF-8": "%ff=1",
        "a parameter in capitals": "PAGE=1",
        "a parameter as an array": "page%5B%5D=1",
        "a very long parameter": "x" * 3000,
        "500 parameters": "&".join(f"p{number}=1" for number in range(500)),
    }.items():
        yield _misfit(told, operation, query)
    for parameter in operation.parameters("query"):
        name, schema = parameter["name"], parameter["schema"]
        fine = quote(str(parameter.get("example", schema.get("default", 1))))
        most = schema.get("maxItems", 1)
        often = "&".join([f"{name}={fine}"] * (most + 1))
        if parameter["required"]:
            yield _misfit(f"no {name}", operation, "", name)
        yield _misfit(f"{name} {most + 1} times", operation, often, name)
        for told, value in [*_OF_ANY.items(), *_wrong_values(schema)]:
            yield _misfit(f"{name} is {told}", operation, f"{name}={value}", name)
    if any(parameter["name"] == "cursor" for parameter in operation.parameters("query")):
        yield from _wrong_pages(operation)


def _misfit(told: str, operation: Operation, query: str, names: str | None = None) -> Fault:
    sent = _asked(operation, query, without=names)
    return Fault(told, sent, 422, code="does-not-fit", names=names)


def _asked(operation: Operation, query: str, *, without: str | None = None) -> Request:
    """Return a request with *query*, and with what has to be told besides."""
    told = filter(None, [operation.query(without=without), query])
    return evolve(operation.request(), query="&".join(told))


def _wrong_values(schema: Json) -> Iterator[tuple[str, Any]]:
    match schema:
        case {"type": "array", "items": items}:
            yield from _wrong_values(items)
        case {"type": "integer"}:
            yield from ((f"{value[:20]!r}", value) for value in _NO_NUMBERS)
            yield "too small", schema["minimum"] - 1
            yield "too large", schema["maximum"] + 1
        case {"maxLength": longest}:
            yield "too long", "x" * (longest + 1)
        case {"pattern": _, "default": default}:
            yield from {
                "empty": "",
                "unknown": "no-such-field",
                "in capitals": default.upper(),
                "twice the same": f"{default},{default}",
                "twice, in both directions": f"{default},-{default}",
                "with a comma at the end": f"{default},",
                "with a blank": f"{default},%20{default}",
                "with two signs": f"--{default}",
                "with SQL": f"{default};DROP%20TABLE%20movies",
            }.items()


def _wrong_pages(operation: Operation) -> Iterator[Fault]:
    yield _misfit("the page before the first", operation, "page=0", "page")
    yield _misfit("a page of 101", operation, "page_size=101", "page_size")
    for query in ("page=501&page_size=20", "page=10000", "page=101&page_size=100"):
        sent = _asked(operation, query)
        yield Fault(f"too deep: {query}", sent, 422, code="page-too-deep")
    yield _misfit("no cursor", operation, "cursor=", "cursor")
    foreign = {
        "a word": "nonsense",
        "one letter": "A",
        "no base64": "%21%22%23",
        "other letters": "%C3%A9%C3%A9%C3%A9%C3%A9",
        "a shorter signature": "AAAA",
        "all zeros": "A" * 64,
        "very long": "A" * 2000,
    }
    for told, cursor in foreign.items():
        sent = _asked(operation, f"cursor={cursor}")
        yield Fault(f"a cursor that is {told}", sent, 422, code="foreign-position")
    yield _misfit("a page and a cursor", operation, "page=1&cursor=AAAA", "page")
