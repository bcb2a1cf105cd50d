from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from watchlist_core.ids import Uuid7

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BITS = st.integers(0, 2**128 - 1)
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the time zone


@given(INSTANTS, BITS)
def test_the_bits_lie_as_rfc_9562_says(instant: datetime, random: int) -> None:
    made = Uuid7(lambda: instant, lambda _: random)()

    milliseconds = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert made.version == 7
    assert made.variant == RFC_4122
    assert made.int >> 80 == milliseconds


def test_the_example_of_rfc_9562_is_made() -> None:
    instant = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    random = (0xCC3 << 64) | 0x18C4DC0C0C07398F

    made = Uuid7(lambda: instant, lambda _: random)()

    assert made == UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


@given(BITS, BITS, st.integers(1, 10**9))
def test_a_later_id_sorts_later(early: int, late: int, milliseconds: int) -> None:
    later = NOON + timedelta(milliseconds=milliseconds)

    first = Uuid7(lambda: NOON, lambda _: early)()
    second = Uuid7(lambda: later, lambda _: late)()

    assert first < second
    assert str(first) < str(second)


def test_all_random_bits_are_asked_for_once() -> None:
    asked: list[int] = []

    def random_bits(number: int) -> int:
        asked.append(number)
        return 0

    made = Uuid7(lambda: NOON, random_bits)()

    assert asked == [128]
    assert made.int & ((1 << 62) - 1) == 0


def test_ids_of_one_moment_differ() -> None:
    new_id = Uuid7(lambda: NOON)

    assert len({new_id() for _ in range(1000)}) == 1000
