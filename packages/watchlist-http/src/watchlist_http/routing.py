"""Handlers declared once: the signature is the route, its validation and its documentation.

A parameter of a handler gets its value by what it is:

- annotated ``Identity``    who makes the request; the operation is closed to strangers
- annotated ``Paging``      the page that is wanted of a list
- annotated ``IfMatch``     the revision that the client has seen of what it changes
- annotated ``Household``   whom the limits of sign-ins count the request as
- annotated ``PageCookie``  what becomes of the browser's cookie
- named in the path         read from the path
- named ``query``           an attrs class, each member of which is a query parameter
- named ``body``            an attrs class, from the JSON body
- anything else             the service of that class

What it returns, an ``Answer``, is sent as JSON; an ``AsyncIterator`` of them as JSON Lines.

Whatever has no source, or no schema, fails when the application is made, not on a request.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from inspect import getdoc, signature
from types import NoneType
from typing import (
    Any,
    Final,
    Self,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from attrs import define, evolve, field, frozen

from watchlist_core.auth import Identity, Role
from watchlist_core.errors import WatchlistError
from watchlist_http.client_address import Household
from watchlist_http.conditional import IfMatch, TagOf, body_tag
from watchlist_http.freshness import Kept
from watchlist_http.page_sessions import PageCookie
from watchlist_http.paging import Paging, WantedPage
from watchlist_http.rate_limits import Policy
from watchlist_http.unidentified import Unidentified

__all__ = ["Handler", "Operation", "Routes", "Services"]

Handler: TypeAlias = Callable[..., Awaitable[object]]
H = TypeVar("H", bound=Handler)
T = TypeVar("T")

_UNDER: Final = "/api/v1"
_OF_REQUEST: Final = (Identity, Paging, IfMatch, Household, PageCookie)
"""What parameters are annotated with that are no services."""


@define
class Services:
    """The use cases that handlers may ask for: each stands under its own class, and no other."""

    _by_class: dict[type, object] = field(factory=dict, init=False)

    def add(self, service: object) -> Self:
        if type(service) in self._by_class:
            raise TypeError(f"two services are {type(service)}")
        self._by_class[type(service)] = service
        return self

    def including(self, service: object) -> "Services":
        """Return these services and one more. Raises TypeError if it is there already."""
        more = Services()
        more._by_class.update(self._by_class)
        return more.add(service)

    def find(self, wanted: type[T]) -> T | None:
        return cast("T | None", self._by_class.get(wanted))


@frozen
class Operation:
    """One method of one path, as its handler declares it."""

    method: str
    path: str
    tag: str
    handler: Handler
    raises: Sequence[type[WatchlistError]] = ()
    requires: Role | None = None
    location: str | None = None
    ok: HTTPStatus = HTTPStatus.OK
    tagged_by: TagOf | None = None
    is_secret: bool = False
    """Whether its answers hold what is never kept by anybody, nor guessed by its length."""
    is_open: bool = False
    """Whether it is for guests though guests may do nothing else: it leads to a sign-in."""
    is_closed: bool = False
    """Whether only who is signed in may do it, whatever it is."""
    policy: Policy | None = None
    """By which it is limited how often it is asked for; None for as often as one likes."""
    unidentified: type[Unidentified] | None = None
    """The service that answers where nobody can tell who asks; None where it is an error like any
    other."""
    kept: Kept | None = None
    """How long an answer may be given again to whoever asks the same; None for never."""
    parameters: Mapping[str, Any] = field(init=False)
    returns: Any = field(init=False)

    @parameters.default
    def _from_signature(self) -> Mapping[str, Any]:
        hints = get_type_hints(self.handler, include_extras=True)
        return {name: hints.get(name) for name in signature(self.handler).parameters}

    @returns.default
    def _from_hint(self) -> Any:
        return get_type_hints(self.handler, include_extras=True).get("return")

    def __attrs_post_init__(self) -> None:
        if self.kept is not None and (self.is_secret or not self.is_shared):
            raise TypeError(f"{self.id}: only what is shared and has a tag is kept")

    @property
    def id(self) -> str:
        return self.handler.__name__

    @property
    def path_parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def location_members(self) -> list[str]:
        """The members of the answer that its location is made of."""
        return re.findall(r"{(\w+)}", self.location or "")

    @property
    def status(self) -> HTTPStatus:
        """What is answered when all went well; 200 and 201 promise a body."""
        is_empty = self.answers_nothing and self.ok is not HTTPStatus.ACCEPTED
        return HTTPStatus.NO_CONTENT if is_empty else self.ok

    @property
    def belongs_to_account(self) -> bool:
        """Whether who makes the request matters for the answer."""
        return self.requires is not None or Identity in self.parameters.values()

    @property
    def needs_identity(self) -> bool:
        return self.is_closed or self.belongs_to_account

    @property
    def is_for_the_page(self) -> bool:
        """Whether its answer settles the cookie of the page."""
        return PageCookie in self.parameters.values()

    @property
    def item(self) -> Any:
        """The class of each line of an answer in JSON Lines; None for any other answer."""
        if get_origin(self.returns) is not AsyncIterator:
            return None
        (item,) = get_args(self.returns)
        return item

    @property
    def is_tagged(self) -> bool:
        """Whether the answer tells an ``ETag``; what belongs to one account is not kept."""
        return self.tagged_by is not None and not (self.method == "GET" and self.belongs_to_account)

    @property
    def is_shared(self) -> bool:
        """Whether everybody gets the same answer, which may be kept and asked for by its tag."""
        return self.method == "GET" and self.is_tagged

    @property
    def is_paged(self) -> bool:
        return Paging in self.parameters.values()

    @property
    def is_conditional(self) -> bool:
        """Whether it is done only to what the client has seen."""
        return IfMatch in self.parameters.values()

    @property
    def answers_nothing(self) -> bool:
        return self.returns is NoneType

    @property
    def query_classes(self) -> list[type]:
        """The classes whose members are all the query parameters there are."""
        own = [self.parameters["query"]] if "query" in self.parameters else []
        return [*own, WantedPage] if self.is_paged else own

    @property
    def services(self) -> Iterator[tuple[str, type]]:
        """The parameters that are none of the request, with the classes they ask for."""
        of_request = {"query", "body", *self.path_parameters}
        for name, wanted in self.parameters.items():
            if name not in of_request and wanted not in _OF_REQUEST:
                yield name, wanted

    @property
    def description(self) -> str:
        return getdoc(self.handler) or ""


@define
class Routes:
    """The operations of one capability, in the order they are declared."""

    tag: str
    under: str = _UNDER
    description: str = field(default="", kw_only=True)
    is_secret: bool = field(default=False, kw_only=True)
    is_open: bool = field(default=False, kw_only=True)
    policy: Policy | None = field(default=Policy.DEFAULT, kw_only=True)
    operations: list[Operation] = field(factory=list, init=False)

    def closed(self) -> Self:
        """Return the same operations, for people who are signed in unless they are open."""
        closed = evolve(self)
        closed.operations = [
            one if one.is_open else evolve(one, is_closed=True) for one in self.operations
        ]
        return closed

    def get(
        self,
        path: str,
        *,
        raises: Sequence[type[WatchlistError]] = (),
        requires: Role | None = None,
        tagged_by: TagOf | None = body_tag,
        unidentified: type[Unidentified] | None = None,
        kept: Kept | None = None,
    ) -> Callable[[H], H]:
        """Answer GET and HEAD; without *tagged_by* the answer is of the moment, and never kept.

        With *kept* it is also given to others who ask the same, as long as it stands.
        """
        return self._declare(
            "GET",
            path,
            raises,
            requires,
            tagged_by=tagged_by,
            is_open=self.is_open,
            unidentified=unidentified,
            kept=kept,
        )

    def post(
        self,
        path: str,
        *,
        raises: Sequence[type[WatchlistError]] = (),
        requires: Role | None = None,
        location: str | None = None,
        tagged_by: TagOf | None = None,
        ok: HTTPStatus = HTTPStatus.CREATED,
        is_open: bool = False,
        policy: Policy | None = None,
    ) -> Callable[[H], H]:
        """Answer 201; *location* is the path of what was made, in members of the answer.

        Where nothing is made it is *ok*, or 204 if there is nothing to answer.
        """
        return self._declare(
            "POST",
            path,
            raises,
            requires,
            ok=ok,
            location=None if location is None else self.under + location,
            tagged_by=tagged_by,
            is_open=is_open or self.is_open,
            policy=policy,
        )

    def put(
        self,
        path: str,
        *,
        raises: Sequence[type[WatchlistError]] = (),
        requires: Role | None = None,
        policy: Policy | None = None,
    ) -> Callable[[H], H]:
        return self._declare("PUT", path, raises, requires, policy=policy)

    def patch(
        self,
        path: str,
        *,
        raises: Sequence[type[WatchlistError]] = (),
        requires: Role | None = None,
        tagged_by: TagOf | None = None,
    ) -> Callable[[H], H]:
        """Answer what became of a thing of which the body says only what is to change."""
        return self._declare("PATCH", path, raises, requires, tagged_by=tagged_by)

    def delete(
        self,
        path: str,
        *,
        raises: Sequence[type[WatchlistError]] = (),
        requires: Role | None = None,
    ) -> Callable[[H], H]:
        return self._declare("DELETE", path, raises, requires)

    def _declare(
        self,
        method: str,
        path: str,
        raises: Sequence[type[WatchlistError]],
        requires: Role | None,
        policy: Policy | None = None,
        **more: Any,
    ) -> Callable[[H], H]:
        def declare(handler: H) -> H:
            self.operations.append(
                Operation(
                    method,
                    self.under + path,
                    self.tag,
                    handler,
                    raises=raises,
                    requires=requires,
                    is_secret=self.is_secret,
                    policy=policy or self.policy,
                    **more,
                )
            )
            return handler  # untouched, so that a test may call it as what it is

        return declare
