"""Methods, tokens and headers that no operation takes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Final

from attrs import evolve

from tests.faults.fault import Fault
from tests.faults.operations import METHODS, Operation
from tests.faults.wire import Request

__all__ = ["faults_of_condition", "faults_of_headers", "faults_of_method", "faults_of_token"]


def faults_of_condition(operation: Operation) -> Iterator[Fault]:
    """Return requests that do not say, not readably, or not rightly what was seen."""
    if not operation.wants_what_was_seen:
        return
    request = operation.request()
    yield Fault("nothing seen", request.with_headers(if_match=None), 428, code="condition-required")
    for tag in ("1", '"1', "1-a", '"1-a" "2-a"', '*, "1-a"', "w/*", " x" * 3000):
        wrong = request.with_headers(if_match=tag)
        yield Fault(f"seen {tag[:20]!r}", wrong, 400, code="malformed-condition")
    for tag in ("", ",", '""', '"0-a"', '"-1-a"', '"999-a"', 'W/"999-a"', f'"{"9" * 5000}-a"'):
        yield Fault(f"seen {tag[:20]!r}", request.with_headers(if_match=tag), 412)


def faults_of_method(operation: Operation, taken: set[str]) -> Iterator[Fault]:
    """Return requests by all methods but those that are *taken* by the path of *operation*."""
    request = operation.request()
    heads = {"HEAD"} if "GET" in taken else set()
    for method in {*(method.upper() for method in METHODS), "HEAD", "PROPFIND"} - taken - heads:
        wrong = evolve(request, method=method)
        yield Fault(f"by {method}", wrong, 405, code="method-not-allowed", beside=True)


def faults_of_token(operation: Operation) -> Iterator[Fault]:
    if not operation.is_closed:
        return
    request = operation.request()
    strange: dict[str, dict[str, str | None]] = {
        "no token": {"authorization": None},
        "another scheme": {"authorization": "Basic dXNlcjpwYXNzd29yZA=="},
        "a scheme that only begins alike": {"authorization": "Bearertoken x"},
        "an empty header": {"authorization": ""},
        "a cookie": {"authorization": None, "cookie": f"token={operation.known.tokens.admin}"},
    }
    for told, headers in strange.items():
        wrong = request.with_headers(**headers)
        yield Fault(told, wrong, 401, code="not-signed-in")
    for told, credentials in _invalid(operation):
        wrong = request.with_headers(authorization=credentials)
        yield Fault(told, wrong, 401, code="invalid-token")
    twice = (*request.headers, ("authorization", f"Bearer {operation.known.tokens.user}"))
    yield Fault("two tokens", evolve(request, headers=twice), 401, code="invalid-token")
    if operation.wants_role:
        weak = request.with_headers(authorization=f"Bearer {operation.known.tokens.user}")
        yield Fault("too weak a role", weak, 403, code="not-allowed")
    if operation.takes_body:
        stranger = evolve(request, body=b"[" * 200_000).with_headers(authorization=None)
        yield Fault("a stranger with a bad body", stranger, 401, code="not-signed-in")


def _invalid(operation: Operation) -> Iterator[tuple[str, str | bytes]]:
    tokens = operation.known.tokens
    head, claims, signature = tokens.admin.split(".")
    said = urlsafe_b64decode(claims + "=" * (-len(claims) % 4))
    later = _base64(said.replace(b'"exp":', b'"exp":9'))
    for told, token in {
        "nothing": "",
        "a word": "nonsense",
        "dots": "..",
        "many dots": ".".join("a" * 20),
        "a forged one": tokens.forged,
        "an expired one": tokens.expired,
        "one of an account that is not active": tokens.inactive,
        "one of an account that is not there": tokens.unknown,
        "one without its signature": f"{head}.{claims}.",
        "one signed by the half": f"{head}.{claims}.{signature[:20]}",
        "one that lives longer than it was given": f"{head}.{later}.{signature}",
        "one whose signature is none": f"{_base64(_UNSIGNED)}.{claims}.",
        "one that names no key": f"{_base64(_KEYLESS)}.{claims}.{signature}",
        "one that names a list of keys": f"{_base64(_KEY_LIST)}.{claims}.{signature}",
        "one that says nothing": f"{head}.{_base64(b'{}')}.{signature}",
        "one that is no JSON": f"{head}.{_base64(b'[[[')}.{signature}",
        "a very long one": "a" * 7_000,
        "a longer one": "a" * 8_100,
        "one in two parts": f"{tokens.admin} {tokens.admin}",
        "a refresh token": operation.known.ids["refresh_token"],
        "what the cookie of the page holds": tokens.cookies.admin,
        **{f"one {told}": token for told, token in tokens.wrong.items()},
    }.items():
        yield told, f"Bearer {token}"
    yield "one that is no UTF-8", b"Bearer \xff\xfe"
    yield "one in other letters", "Bearer \N{COPYRIGHT SIGN}"


_UNSIGNED: Final = b'{"alg":"none","typ":"JWT"}'
_KEYLESS: Final = b'{"alg":"HS256","typ":"JWT"}'
_KEY_LIST: Final = b'{"alg":"HS256","typ":"JWT","kid":["a"]}'


def _base64(said: bytes) -> str:
    return urlsafe_b64encode(said).rstrip(b"=").decode()


def faults_of_headers(operation: Operation) -> Iterator[Fault]:
    request = operation.request()
    for expected in ("200-ok", "100-continue, 200-ok", "nonsense"):
        wrong = request.with_headers(expect=expected)
        yield Fault(f"expecting {expected}", wrong, 417, code="expectation-failed")
    for indecent in ("", "x" * 129, "a b", "\N{COPYRIGHT SIGN}", "<script>", b"\xff"):
        wrong = _refused_for_its_query(request).with_headers(x_request_id=indecent)
        yield Fault(f"with a request id that is {indecent!r}", wrong, 422)


def _refused_for_its_query(request: Request) -> Request:
    return evolve(request, query="no-such-parameter=1")
