"""How often somebody may ask, and what he is told of it.

A quota is so many requests in any stretch of so many seconds, by a *sliding window counter*:
what was counted in the window before weighs as much as of it still lies within the stretch, as
if its requests had come evenly. It needs two numbers for everybody, however many requests there
are; and who waits for the end of a window cannot ask twice as often around it, as he could if
windows were counted each for itself.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import ceil
from time import time
from typing import Final

from aiohttp import web
from attrs import Attribute, field, frozen

from watchlist_http.quotas import Quota
from watchlist_http.rate_counts import Counts, MemoryCounts
from watchlist_http.refusals import RateLimited

__all__ = ["Limit", "Policy", "RateLimits", "Standing"]

_POLICY: Final = "RateLimit-Policy"
_STANDING: Final = "RateLimit"


class Policy(StrEnum):
    """Of which kind an operation is, by what it costs when it is asked for too often."""

    DEFAULT = "default"
    SIGN_IN = "sign-in"
    MAIL = "mail"

    @property
    def names_somebody(self) -> bool:
        """Whether requests name an e-mail address, and are counted by that too.

        Sign-ins are not: as often as anybody may try one, he could keep out whoever it names. Of
        those the ones that fail are counted by account elsewhere, and it takes many addresses.
        """
        return self is Policy.MAIL


@frozen
class Standing:
    """How somebody stands with a quota, now that he has asked once more."""

    remaining: int
    """Requests that he may make before `reset` is over."""
    reset: int
    """Seconds until he may make more than that."""
    is_over: bool = False

    @classmethod
    def of(cls, quota: Quota, before: int, count: int, at: float) -> "Standing":
        """Return it for *count* requests in the window of *at*, and *before* in the one before."""
        amount, seconds = quota.amount, quota.seconds
        left = seconds - at % seconds
        remaining = amount - int(before * left / seconds + count)
        if remaining >= 0:
            return cls(remaining, ceil(left))
        others = count - 1
        if others < amount:  # enough of what was before lies far enough back, in this window yet
            wait = left - seconds * (amount - others) / before
        else:
            wait = left + seconds * (1 - amount / others)
        return cls(0, int(wait) + 1, is_over=True)


_TOLD: Final = web.RequestKey("watchlist_rate_limits", list[tuple[str, str]])


@frozen
class Limit:
    """The quotas of one policy, as all who ask are counted by them."""

    name: str
    quotas: Sequence[Quota]
    counts: Counts
    clock: Callable[[], float]
    is_by_account: bool = False
    """Whether whoever is signed in is counted by his account, and not by his address."""
    _named: Sequence[tuple[str, Quota]] = field(init=False)
    """The quotas with names of their own, as more than one have to be told apart."""
    _policies: str = field(init=False)

    @_named.default
    def _told_apart(self) -> Sequence[tuple[str, Quota]]:
        if len(self.quotas) == 1:
            return [(self.name, self.quotas[0])]
        return [(f"{self.name}-{one.seconds}", one) for one in self.quotas]

    @_policies.default
    def _told_of_quotas(self) -> str:
        return ", ".join(f'"{name}";q={one.amount};w={one.seconds}' for name, one in self._named)

    async def __call__(self, request: web.Request, who: str) -> None:
        """Count *request* as one of *who*, and note what its answer tells of that.

        Raises:
            RateLimited: He has asked too often; the request is not counted.
        """
        at = self.clock()
        key = f"{self.name}:{who}"
        standings = []
        for name, quota in self._named:
            number = int(at // quota.seconds)
            counted = await self.counts.add(key, quota.seconds, number)
            if counted is not None:
                standing = Standing.of(quota, *counted, at)
                standings.append((name, quota, number, standing))
        self._note(request, [(name, standing) for name, _, _, standing in standings])
        waits = [standing.reset for _, _, _, standing in standings if standing.is_over]
        if waits:
            for _, quota, number, _ in standings:
                await self.counts.take_back(key, quota.seconds, number)
            raise RateLimited(retry_after=max(waits))

    def _note(self, request: web.Request, standings: Sequence[tuple[str, Standing]]) -> None:
        if standings:
            told = ", ".join(f'"{name}";r={one.remaining};t={one.reset}' for name, one in standings)
            request[_TOLD] = [*request.get(_TOLD, ()), (self._policies, told)]


def _each_window_once(
    _: object,
    __: "Attribute[Mapping[Policy, Sequence[Quota]]]",
    given: Mapping[Policy, Sequence[Quota]],
) -> None:
    for policy, quotas in given.items():
        if len({one.seconds for one in quotas}) < len(quotas):
            raise ValueError(f"{policy} has two quotas for one length of time")


@frozen
class RateLimits:
    """How often each kind of operation may be asked for; one without quotas, as often as one likes.

    Where several processes serve one API, each counts for itself unless they share *counts*.
    """

    quotas: Mapping[Policy, Sequence[Quota]] = field(factory=dict, validator=_each_window_once)
    counts: Counts = field(factory=MemoryCounts)
    clock: Callable[[], float] = time
    """Tell the seconds since 1970, alike wherever the counts are shared."""

    def by_who_asks(self, policy: Policy | None) -> Limit | None:
        """Return what counts by the account, else by the address; None where nobody is limited."""
        quotas = self.quotas.get(policy, ()) if policy else ()
        if policy is None or not quotas:
            return None
        by_account = policy is Policy.DEFAULT
        return Limit(str(policy), quotas, self.counts, self.clock, by_account)

    def by_whom_it_names(self, policy: Policy | None) -> Limit | None:
        """Return what counts by the e-mail address that a request names."""
        quotas = self.quotas.get(policy, ()) if policy and policy.names_somebody else ()
        return Limit(f"{policy}-account", quotas, self.counts, self.clock) if quotas else None

    def install(self, application: web.Application) -> None:
        """Let the answers of *application* tell how whoever asked stands."""
        if any(self.quotas.values()):
            application.on_response_prepare.append(_tell)


async def _tell(request: web.Request, answer: web.StreamResponse) -> None:
    told = request.get(_TOLD)
    if told is not None:
        answer.headers[_POLICY] = ", ".join(policies for policies, _ in told)
        answer.headers[_STANDING] = ", ".join(standings for _, standings in told)
