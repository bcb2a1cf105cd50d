"""How often requests may come, as people write it."""

import pytest

from watchlist_http.quotas import Quota
from watchlist_http.rate_limits import Policy
from watchlist_http.server.limit_settings import LimitSettings, Quotas, RedisUrl
from watchlist_http.server.outbound.limits.opening import opened_limits
from watchlist_http.server.settings import Environment, Settings


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("100 per minute", [Quota(100, 60)]),
        ("100/minute", [Quota(100, 60)]),
        ("5 per 10 seconds; 1000 per day", [Quota(5, 10), Quota(1000, 86_400)]),
        (" None ", []),
    ],
)
def test_quotas_are_read_as_people_write_them(text: str, meant: list[Quota]) -> None:
    assert Quotas.parse(text) == Quotas(meant)


@pytest.mark.parametrize(
    "text", ["", "often", "100", "0 per minute", "-1 per minute", "5 per fortnight"]
)
def test_what_is_no_quota_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be quotas, as in 100 per minute"):
        Quotas.parse(text)


def test_two_quotas_for_one_length_of_time_are_refused() -> None:
    with pytest.raises(ValueError, match="two quotas for one length of time"):
        Quotas.parse("1 per minute; 5 per 60 seconds")


def test_the_address_of_a_redis_is_never_shown() -> None:
    url = RedisUrl("rediss://somebody:secret@redis.example.org:6379/0")

    assert "secret" not in f"{url} {url!r}"
    assert url.reveal().endswith("example.org:6379/0")


def test_what_is_no_address_of_a_redis_is_refused() -> None:
    with pytest.raises(ValueError, match="must start with redis://"):
        RedisUrl("http://example.org")


async def test_in_production_requests_are_limited_unless_somebody_wants_none() -> None:
    settings = Settings(limits=LimitSettings(mail=Quotas(), sign_in=Quotas([Quota(1, 1)])))

    async with opened_limits(settings) as (limits, needed):
        assert limits.quotas == {
            Policy.DEFAULT: (Quota(600, 60),),
            Policy.SIGN_IN: (Quota(1, 1),),
            Policy.MAIL: (),
        }
        assert list(needed) == []


async def test_in_development_requests_are_not_limited_unless_somebody_wants_it() -> None:
    settings = Settings(
        environment=Environment.DEVELOPMENT, limits=LimitSettings(default=Quotas([Quota(1, 1)]))
    )

    async with opened_limits(settings) as (limits, needed):
        assert limits.quotas == {
            Policy.DEFAULT: (Quota(1, 1),),
            Policy.SIGN_IN: (),
            Policy.MAIL: (),
        }
        assert list(needed) == []
