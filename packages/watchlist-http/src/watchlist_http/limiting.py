"""By whom the requests to an operation are counted, before they cost anything."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiohttp import web
from attrs import fields_dict, frozen

from watchlist_core.auth import Identity, digest_of, folded_address
from watchlist_core.errors import WatchlistError
from watchlist_http.authentication import Authentication, identity_of
from watchlist_http.client_address import ClientAddress, household_of
from watchlist_http.emails import rewritten
from watchlist_http.rate_limits import RateLimits
from watchlist_http.routing import Operation

__all__ = ["Limiting"]

_Identify: TypeAlias = Callable[[web.Request, dict[str, Any]], Awaitable[Identity | None]]
_ReadBody: TypeAlias = Callable[[web.Request, dict[str, Any]], Awaitable[None]]


@frozen
class Limiting:
    """Puts the limits around what tells who makes a request, and around what reads its body.

    Everybody is counted by his account, also where nobody has to be signed in; who shows nothing,
    or nothing valid, by the household that he comes from. Sign-ins and what sends mails count by
    where they come from, whoever asks; what sends mails besides, as soon as the body was read, by
    the digest of the address that it names, whether or not anybody has registered with it.
    """

    limits: RateLimits
    authentication: Authentication
    client_address: ClientAddress

    def identifying(self, operation: Operation, identify: _Identify | None) -> _Identify | None:
        """Return *identify* with the limit of *operation* behind it."""
        limit = self.limits.by_who_asks(operation.policy)
        if limit is None:
            return identify
        identify = identify or self._if_anybody
        client_address, by_account = self.client_address, limit.is_by_account

        async def identify_and_count(
            request: web.Request, arguments: dict[str, Any]
        ) -> Identity | None:
            try:
                return await identify(request, arguments)
            finally:
                # After a refusal too: who guesses tokens has to be counted above all.
                known = identity_of(request) if by_account else None
                if known is None:
                    await limit(request, household_of(client_address(request)))
                else:
                    await limit(request, str(known.account))

        return identify_and_count

    def reading(self, operation: Operation, read_body: _ReadBody | None) -> _ReadBody | None:
        """Return *read_body* with the limit of whom the body names behind it.

        Raises:
            TypeError: The body of *operation* names nobody.
        """
        limit = self.limits.by_whom_it_names(operation.policy)
        if limit is None:
            return read_body
        if read_body is None or "email" not in fields_dict(operation.parameters["body"]):
            raise TypeError(f"{operation.id}: {operation.policy} wants a body with an email")

        async def read_and_count(request: web.Request, arguments: dict[str, Any]) -> None:
            await read_body(request, arguments)
            email = folded_address(rewritten(arguments["body"].email))
            await limit(request, digest_of(email).hex())

        return read_and_count

    async def _if_anybody(self, request: web.Request, _: dict[str, Any]) -> None:
        """Note who makes *request* where nobody has to be signed in, and nothing is refused."""
        try:
            await self.authentication.if_signed_in(request)
        except WatchlistError:
            return
