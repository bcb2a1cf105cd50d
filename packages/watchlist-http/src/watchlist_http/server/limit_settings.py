"""What whoever runs the server can set about how often requests may come.

The text below a field is what the documentation tells of it.
"""

from typing import Final, Self

from attrs import frozen

from watchlist_http.quotas import Quota
from watchlist_http.server.secret import Secret

__all__ = ["LimitSettings", "Quotas", "RedisUrl"]

_NONE: Final = "none"
_SCHEMES: Final = ("redis://", "rediss://", "unix://")


class Quotas(tuple[Quota, ...]):
    """All of them hold; without any, requests may come as often as they like."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read quotas between semicolons: ``100 per minute; 5 per 10 seconds``; or ``none``.

        Raises:
            ValueError: It is something else, or there are two for one length of time.
        """
        if text.strip().lower() == _NONE:
            return cls()
        from limits import parse_many  # noqa: PLC0415  slow to load, and often not needed

        try:
            quotas = cls(Quota(one.amount, one.get_expiry()) for one in parse_many(text))
        except ValueError:
            raise ValueError(
                f"must be quotas, as in 100 per minute; 5 per 10 seconds, or none, not {text!r}"
            ) from None
        if len({quota.seconds for quota in quotas}) < len(quotas):
            raise ValueError(f"must not have two quotas for one length of time, as {text!r} has")
        return quotas


class RedisUrl(Secret):
    """Where a Redis is; nothing of it is seen.

    Raises:
        ValueError: It is no address of a Redis.
    """

    __slots__ = ()

    def __init__(self, text: str) -> None:
        if not text.startswith(_SCHEMES):
            raise ValueError("must start with redis://, rediss:// or unix://")
        super().__init__(text)


@frozen
class LimitSettings:
    default: Quotas | None = None
    """How often each account may ask, and each address where nobody is signed in, as `100 per
    minute; 5 per 10 seconds`, or none; without, 600 per minute in production, none in
    development."""

    sign_in: Quotas | None = None
    """How often sign-ins may be tried from each address; without, 30 per minute in production, none
    in development. Those that fail are counted besides, by account too."""

    mail: Quotas | None = None
    """How often mails may be asked for from each address, and for each account, by registering
    too; without, 10 per hour in production, none in development."""

    redis_url: RedisUrl | None = None
    """`redis://user:password@host:port/0`, by which all processes count together; without, each
    counts for itself."""
