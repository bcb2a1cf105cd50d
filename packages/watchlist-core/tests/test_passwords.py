from asyncio import CancelledError, create_task, gather, sleep, timeout
from collections.abc import Iterator
from threading import enumerate as all_threads
from time import thread_time
from typing import Any

import bcrypt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watchlist_core.auth import Passwords, TooManyPasswords
from watchlist_core.security import BcryptPasswords
from watchlist_core.testing import PlainPasswords

SLOW = bcrypt.gensalt(11).decode() + "." * 31
TOO_SLOW = bcrypt.gensalt(18).decode() + "." * 31
"""To verify a password against it takes longer than a test may."""
PATIENCE = 10.0
"""Seconds."""


@pytest.fixture
def bcrypt_passwords() -> Iterator[BcryptPasswords]:
    passwords = BcryptPasswords(cost=4, most_waiting=2)
    yield passwords
    passwords.close()


@pytest.fixture(params=["bcrypt", "plain"])
def passwords(request: pytest.FixtureRequest, bcrypt_passwords: BcryptPasswords) -> Passwords:
    return bcrypt_passwords if request.param == "bcrypt" else PlainPasswords()


async def test_a_password_is_known_again_by_its_hash(passwords: Passwords) -> None:
    kept = await passwords.hash("Open Sesame 1!")

    assert await passwords.verify("Open Sesame 1!", kept)
    assert not await passwords.verify("Open Sesame 1?", kept)
    assert not await passwords.verify("", kept)


async def test_a_hash_has_its_own_salt(passwords: Passwords) -> None:
    assert await passwords.hash("secret") != await passwords.hash("secret")


@pytest.mark.parametrize("password", ["", "secret", "." * 31])
async def test_nobody_has_a_password(passwords: Passwords, password: str) -> None:
    assert not await passwords.verify(password, None)


async def test_a_new_hash_is_not_outdated(passwords: Passwords) -> None:
    assert not passwords.is_outdated(await passwords.hash("secret"))


async def test_hashes_of_another_cost_are_outdated_and_still_good() -> None:
    cheaper, dearer = BcryptPasswords(cost=4), BcryptPasswords(cost=5)
    old = await cheaper.hash("secret")

    assert dearer.is_outdated(old)
    assert cheaper.is_outdated(await dearer.hash("secret"))
    assert cheaper.is_outdated(old.replace("$2b$", "$2a$"))
    assert await dearer.verify("secret", old)
    cheaper.close()
    dearer.close()


async def test_stand_ins_of_another_cost_are_outdated_too() -> None:
    assert PlainPasswords(cost=2).is_outdated(await PlainPasswords().hash("secret"))


@settings(max_examples=25)  # each makes three hashes
@given(st.text())
@example("\ud800")
@example("\0")
@example("a\0b")
@example("x" * 100_000)
async def test_any_text_can_be_a_password(password: str) -> None:
    passwords = BcryptPasswords(cost=4)
    kept = await passwords.hash(password)

    assert await passwords.verify(password, kept)
    assert not await passwords.verify(password + "x", kept)
    passwords.close()


async def test_what_is_hashed_is_the_digest(bcrypt_passwords: BcryptPasswords) -> None:
    kept = await bcrypt_passwords.hash("secret")

    # By `printf secret | openssl dgst -sha256 -binary | base64`.
    digest = b"K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="
    assert bcrypt.checkpw(digest, kept.encode())


async def test_nobody_takes_as_long_as_somebody() -> None:
    instants: list[float] = []

    def stopwatch() -> float:
        # Of the processor, and of the one thread: what else the machine does is not counted.
        instants.append(thread_time())
        return instants[-1]

    passwords = BcryptPasswords(cost=8, stopwatch=stopwatch)
    kept = await passwords.hash("secret")

    for _ in range(5):
        await passwords.verify("secret", kept)
        await passwords.verify("secret", None)

    worked = [end - begin for begin, end in zip(instants[::2], instants[1::2], strict=True)]
    somebody, nobody = min(worked[1::2]), min(worked[2::2])
    assert nobody > somebody / 2
    passwords.close()


@pytest.mark.parametrize(("took", "told"), [(0.3, 1), (1.0, 1), (4.2, 5)])
async def test_who_is_refused_is_told_when_a_place_will_be_free(took: float, told: int) -> None:
    seconds = iter([10.0, 10.0 + took])
    passwords = BcryptPasswords(cost=4, most_waiting=0, stopwatch=lambda: next(seconds, 0.0))
    await passwords.verify("", None)
    working = create_task(passwords.verify("", SLOW))
    await sleep(0)

    with pytest.raises(TooManyPasswords) as refused:
        await passwords.verify("", None)

    assert refused.value.retry_after == told
    await working
    passwords.close()


async def test_as_many_as_may_wait_do_and_the_others_are_told_at_once(
    bcrypt_passwords: BcryptPasswords,
) -> None:
    hashing = (bcrypt_passwords.hash(str(number)) for number in range(5))

    hashes = await gather(*hashing, return_exceptions=True)

    assert [isinstance(one, str) for one in hashes] == [True, True, True, False, False]
    assert all(isinstance(one, TooManyPasswords) for one in hashes[3:])
    assert await bcrypt_passwords.verify("2", str(hashes[2]))


async def test_to_verify_needs_a_place_as_well(bcrypt_passwords: BcryptPasswords) -> None:
    waiting = [create_task(bcrypt_passwords.verify("", None)) for _ in range(3)]
    await sleep(0)

    with pytest.raises(TooManyPasswords):
        await bcrypt_passwords.verify("", None)

    assert await gather(*waiting) == [False, False, False]


async def test_who_is_cancelled_while_he_waits_frees_his_place(
    bcrypt_passwords: BcryptPasswords,
) -> None:
    working = create_task(bcrypt_passwords.verify("", SLOW))
    waiting = [create_task(bcrypt_passwords.verify("", TOO_SLOW)) for _ in range(2)]
    await sleep(0)
    with pytest.raises(TooManyPasswords):
        await bcrypt_passwords.hash("refused")

    waiting[0].cancel()
    with pytest.raises(CancelledError):
        await waiting[0]
    late = create_task(bcrypt_passwords.hash("late"))
    await sleep(0)

    assert not working.done()
    waiting[1].cancel()
    async with timeout(PATIENCE):
        assert await bcrypt_passwords.verify("late", await late)


async def test_everybody_else_goes_on_meanwhile(bcrypt_passwords: BcryptPasswords) -> None:
    working, turns = create_task(bcrypt_passwords.verify("", SLOW)), 0

    while not working.done():
        turns += 1
        await sleep(0)

    assert turns > 100


async def test_one_thread_serves_all(bcrypt_passwords: BcryptPasswords) -> None:
    before = {*all_threads()}

    await gather(*(bcrypt_passwords.hash("secret") for _ in range(3)))

    started = {*all_threads()} - before
    assert [thread.name for thread in started] == ["passwords_0"]


async def test_who_waits_when_it_closes_still_gets_his_turn() -> None:
    passwords = BcryptPasswords(cost=4)
    waiting = [create_task(passwords.hash("secret")) for _ in range(3)]
    await sleep(0)

    passwords.close()

    hashes = await gather(*waiting)
    assert len({*hashes}) == 3
    with pytest.raises(RuntimeError):
        await passwords.hash("secret")


@pytest.mark.parametrize("wrong", [{"cost": 3}, {"cost": 32}, {"most_waiting": -1}], ids=str)
def test_costs_and_places_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"rounds|must be"):
        BcryptPasswords(**wrong)


async def test_the_stand_in_counts_what_would_have_cost_time() -> None:
    passwords = PlainPasswords()

    kept = await passwords.hash("secret")
    await passwords.verify("secret", kept)
    await passwords.verify("secret", None)
    passwords.is_outdated(kept)

    assert passwords.times_hashed == 3
