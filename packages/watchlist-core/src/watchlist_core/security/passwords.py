"""Passwords as hashes by bcrypt, which is made to be slow."""

from asyncio import wrap_future
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from math import ceil
from threading import Semaphore
from time import perf_counter
from typing import Final, TypeVar

import bcrypt
from attrs import define, field, frozen
from attrs.validators import ge

from watchlist_core.auth import TooManyPasswords

__all__ = ["BcryptPasswords"]

Result = TypeVar("Result")

_VERSION: Final = "2b"
_NO_DIGEST: Final = "." * 31
"""Behind a salt; it takes 2**184 passwords to find one that leads to it."""


def _input(password: str) -> bytes:
    # bcrypt reads 72 bytes, and none behind a zero: of any password the digest has 44 in base64.
    return b64encode(sha256(password.encode(errors="surrogatepass")).digest())


@define
class _Pace:
    seconds: float = 0.0
    """How long the last password has taken."""


@frozen(eq=False)
class BcryptPasswords:
    """Hashes in one thread of its own, one password after the other; `close` ends it.

    A second thread would take its time from all who ask for something else, and a pool that
    others use would let them wait. A *cost* that is one higher takes twice as long; 12 takes some
    0.3 s. Besides the one whose turn it is, *most_waiting* may wait; all others are told at once
    by `TooManyPasswords`, and when a place will be free, if nobody else takes it.

    Raises:
        ValueError: A cost that is not 4 to 31, or a negative number of places.
    """

    cost: int = 12
    most_waiting: int = field(default=32, validator=ge(0))
    stopwatch: Callable[[], float] = perf_counter
    """Tells the seconds, in the thread that hashes."""
    _places: Semaphore = field(init=False, repr=False)
    _thread: ThreadPoolExecutor = field(init=False, repr=False)
    _nobody: str = field(init=False, repr=False)
    """What is no hash of any password, and as dear to check one against."""
    _pace: _Pace = field(factory=_Pace, init=False, repr=False)

    @_places.default
    def _all_places(self) -> Semaphore:
        return Semaphore(1 + self.most_waiting)

    @_thread.default
    def _one_thread(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")

    @_nobody.default
    def _salt_without_digest(self) -> str:
        return bcrypt.gensalt(self.cost).decode() + _NO_DIGEST

    async def hash(self, password: str) -> str:
        return await self._in_turn(
            lambda: bcrypt.hashpw(_input(password), bcrypt.gensalt(self.cost)).decode()
        )

    async def verify(self, password: str, password_hash: str | None) -> bool:
        checked = self._nobody if password_hash is None else password_hash
        return await self._in_turn(lambda: bcrypt.checkpw(_input(password), checked.encode()))

    def is_outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith(f"${_VERSION}${self.cost:02}$")

    def close(self) -> None:
        """Take no more passwords. Those that wait still get their turn, and the thread ends."""
        self._thread.shutdown(wait=False)

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        if not self._places.acquire(blocking=False):
            raise TooManyPasswords(retry_after=max(1, ceil(self._pace.seconds)))
        try:
            # Who is cancelled while he waits is passed over by the thread.
            return await wrap_future(self._thread.submit(self._timed, work))
        finally:
            self._places.release()

    def _timed(self, work: Callable[[], Result]) -> Result:
        began = self.stopwatch()
        try:
            return work()
        finally:
            self._pace.seconds = self.stopwatch() - began
