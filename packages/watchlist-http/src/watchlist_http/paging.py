"""Lists, a page at a time: what a client asks for, what it is told, and the links between."""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Annotated, Any, Final
from urllib.parse import quote_plus

from attrs import field, frozen
from msgspec import Meta
from msgspec.json import Decoder, encode

from watchlist_core.keys import derived_key
from watchlist_core.paging import After, ForeignPosition, Page, PageNumber, Position, Window
from watchlist_http.answers import Answer
from watchlist_http.refusals import DoesNotFit, FiltersTooLong, Misfit

__all__ = ["Cursors", "Pagination", "Paging", "WantedPage"]

_DEEPEST: Final = PageNumber.DEEPEST
_LONGEST_CURSOR: Final = 2000
_LONGEST_FILTERS: Final = 1300
"""Bytes of all of them in a URL, since up to four links of an answer repeat them: what stands
between here and the clients mostly takes headers of 8 KB."""


@frozen
class WantedPage:
    """The query parameters of every list."""

    page: (
        Annotated[
            int,
            Meta(
                ge=1,
                le=_DEEPEST,
                description=f"By default 1. `page` times `page_size` is at most {_DEEPEST}; "
                "beyond, continue with `cursor`.",
            ),
        ]
        | None
    ) = None
    page_size: Annotated[int, Meta(ge=1, le=100, examples=[20])] = 20
    cursor: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=_LONGEST_CURSOR,
                description="The `next_cursor` of the page before, with the same filters and sort. "
                "It costs the same at any depth, and does not go with `page`.",
            ),
        ]
        | None
    ) = None


class Pagination(Answer, frozen=True):
    """Where in the list a page stands; by cursor there is no number and no total."""

    page: Annotated[int, Meta(ge=1, examples=[2])] | None
    page_size: Annotated[int, Meta(ge=1, le=100, examples=[20])]
    total_items: Annotated[int, Meta(ge=0, le=10_000, examples=[9742])] | None
    """Counted up to 10,000."""
    total_is_exact: bool | None
    total_pages: Annotated[int, Meta(ge=0, examples=[488])] | None
    next_cursor: Annotated[str, Meta(examples=["AbCdEfGhIjKlMnOpQrStUlsiaGVhdCIsM10"])] | None
    """Null on the last page."""


_SIGNATURE: Final = 16
_positions: Final = Decoder(tuple[str | int | None, ...])


def _cursor_key(secret: bytes) -> bytes:
    return derived_key(secret, "watchlist cursors")


@frozen
class Cursors:
    """Positions as clients carry them: signed, and bound to the list they were made for.

    They are readable by whoever takes them apart, so a position holds nothing secret.
    """

    _key: bytes = field(converter=_cursor_key, alias="secret", repr=False)

    def write(self, position: Position, of_list: str) -> str:
        told = encode(position)
        return _text(self._sign(told, of_list) + told)

    def read(self, cursor: str, of_list: str) -> Position:
        """Return the position. Raises ForeignPosition if it was not made here for this list."""
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            raise ForeignPosition from None
        signature, told = raw[:_SIGNATURE], raw[_SIGNATURE:]
        is_ours = hmac.compare_digest(signature, self._sign(told, of_list))
        if not is_ours or _text(raw) != cursor:  # base64 skips what it does not know
            raise ForeignPosition
        return _positions.decode(told)

    def _sign(self, told: bytes, of_list: str) -> bytes:
        message = b"%b\0%b" % (of_list.encode(), told)
        return hmac.digest(self._key, message, "sha256")[:_SIGNATURE]


_is_plain: Final = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch


def _quoted(value: str) -> str:
    return value if _is_plain(value) else quote_plus(value)  # which costs ten times as much


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Paging:
    """The page that a request wants; a handler asks for it to make a list of pages.

    Its answer then has a member ``pagination``, and its links leave as headers.
    """

    __slots__ = ("_cursors", "_list", "window")

    def __init__(
        self,
        wanted: WantedPage,
        cursors: Cursors,
        address: str,
        filters: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Read the page that is wanted of the list at *address*, as *filters* narrow and sort it.

        Raises:
            DoesNotFit: A page is named by number and by cursor.
            FiltersTooLong: The links would be.
            PageTooDeep: It lies beyond the 10,000th item.
            ForeignPosition: The cursor was not made for this list.
        """
        if wanted.cursor is not None and wanted.page is not None:
            raise DoesNotFit([Misfit("does not go with cursor", parameter="page")])
        self._cursors = cursors
        told = "".join([f"{name}={_quoted(value)}&" for name, value in sorted(filters)])
        if len(told) > _LONGEST_FILTERS:
            raise FiltersTooLong(_LONGEST_FILTERS)
        self._list = f"{address}?{told}"
        self.window: Window = (
            PageNumber(wanted.page or 1, wanted.page_size)
            if wanted.cursor is None
            else After(cursors.read(wanted.cursor, self._list), wanted.page_size)
        )

    def pagination(self, page: Page[Any]) -> Pagination:
        """Tell where *page* stands; its items and its total are of this window."""
        window = self.window
        size = window.page_size
        following = None if page.next is None else self._cursors.write(page.next, self._list)
        total = page.total
        return Pagination(
            window.page if isinstance(window, PageNumber) else None,
            size,
            None if total is None else total.count,
            None if total is None else total.is_exact,
            None if total is None else -(-total.count // size),
            following,
        )

    def links(self, start: str, pagination: Pagination) -> str:
        """Return the value of a ``Link`` header (RFC 8288) for the answer with *pagination*.

        The last page has a link where its number is known and can be asked for.
        """
        size = pagination.page_size
        prefix = f"<{start}{self._list}"
        links = [f'{prefix}page=1&page_size={size}>; rel="first"']
        cursor = pagination.next_cursor
        # A longer one, of a title that is hardly one, would be refused, and fill the header.
        is_short = cursor is not None and len(cursor) <= _LONGEST_CURSOR
        following = f"cursor={cursor}" if is_short else None
        if pagination.page is not None:
            if pagination.page > 1:
                links.append(f'{prefix}page={pagination.page - 1}&page_size={size}>; rel="prev"')
            if cursor and (pagination.page + 1) * size <= _DEEPEST:
                following = f"page={pagination.page + 1}"
        if following:
            links.append(f'{prefix}{following}&page_size={size}>; rel="next"')
        last = pagination.total_pages
        if last is not None and pagination.total_is_exact and last * size <= _DEEPEST:
            links.append(f'{prefix}page={max(last, 1)}&page_size={size}>; rel="last"')
        return ", ".join(links)
