"""What HTTP itself refuses, before or beside any use case."""

from typing import Annotated, Final

from attrs import define, field
from msgspec import UNSET, Meta, UnsetType

from watchlist_core.errors import Forbidden, Invalid, NotFound, TooMany, WatchlistError
from watchlist_http.answers import Answer

__all__ = [
    "MOST_MISFITS",
    "BodyTooLarge",
    "BodyTooSlow",
    "ConditionRequired",
    "DoesNotFit",
    "ExpectationFailed",
    "FiltersTooLong",
    "InternalError",
    "MalformedBody",
    "MalformedCondition",
    "MethodNotAllowed",
    "Misfit",
    "NoSuchResource",
    "NotFromThePage",
    "RateLimited",
    "UnsupportedMediaType",
]


@define
class MalformedBody(WatchlistError):
    """The body is not JSON.

    JSON is taken as RFC 8259 and RFC 7493 describe it: UTF-8, no member twice, no lone
    surrogates, no NaN, and here no deeper than 32 levels.
    """

    detail: str


class MalformedCondition(WatchlistError):
    """`If-Match` must be `*`, or tags in their quotes with commas between."""


class ConditionRequired(WatchlistError):
    """Say by `If-Match` which state you have seen.

    Send the `ETag` that you got with it, so that nobody's change is lost by yours; or `*`, if you
    mean to change it whatever it has become.
    """


class NoSuchResource(NotFound):
    """There is nothing at this address."""


class NotFromThePage(Forbidden):
    """By its cookie only our own page may change something.

    Its requests have the header `X-Watchlist-Page` and `Sec-Fetch-Site: same-origin`, or, of a
    browser without the latter, the `Origin` of the page. Other programs show a token instead.
    """


class RateLimited(TooMany):
    """Too many requests; wait a while.

    `RateLimit-Policy` tells how many are taken in how many seconds, of one account or address.
    """


@define
class MethodNotAllowed(WatchlistError):
    """The address does not take this method; `allowed` names those it takes."""

    allowed: list[str]


@define
class BodyTooLarge(WatchlistError):
    """The body is too large."""

    largest_body: int
    """Bytes, once unpacked."""


class BodyTooSlow(WatchlistError):
    """The body did not come in time; the connection is closed."""


@define
class UnsupportedMediaType(WatchlistError):
    """The body must be application/json in UTF-8, plain or packed by gzip or deflate."""

    detail: str


@define
class FiltersTooLong(Invalid):
    """The filters are too long together."""

    longest_filters: int
    """Bytes, as they stand in the address, with the sort."""


class ExpectationFailed(WatchlistError):
    """Only `100-continue` can be expected."""


class InternalError(WatchlistError):
    """Something went wrong on our side; the request id helps us to find it."""


class Misfit(Answer, frozen=True):
    """One thing that is wrong: a member of the body, or a parameter of the query."""

    message: Annotated[str, Meta(examples=["must have 1 to 300 characters"])]
    pointer: (
        Annotated[str, Meta(description="Into the body (RFC 6901).", examples=["/title"])]
        | UnsetType
    ) = UNSET
    parameter: (
        Annotated[str, Meta(description="Of the query.", examples=["page_size"])] | UnsetType
    ) = UNSET


MOST_MISFITS: Final = 100
"""Told at once; who sends a thousand wrong members mends the first hundred first."""


@define
class DoesNotFit(Invalid):
    """The request does not fit.

    `errors` tells all that is wrong at once, though no more than a hundred things.
    """

    errors: list[Misfit] = field(factory=list)
